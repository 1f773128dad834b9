-- Our own follow-up that was typed wrongly is withdrawn with a reason, and stays.
alter table follow_ups add column withdrawn_at text;
alter table follow_ups add column withdrawn_by text references people (id);
alter table follow_ups add column withdrawn_reason text not null default '';
create index follow_ups_by_withdrawer on follow_ups (withdrawn_by);
