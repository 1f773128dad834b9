-- What happens to people's papers has days: suspended and lifted, renewed, left, held, notified again.

-- Another kind (A-2 takes 注册安全工程师 of any grade), and which credential this one goes on from.
pragma defer_foreign_keys = on;          -- what names them finds them again before the commit
create table credentials_before as select * from credentials;
drop table credentials;
create table credentials (
  id text primary key,
  person_id text not null references people (id),
  kind text not null check (kind in ('safety_engineer', 'safety_assessor', 'fire_engineer',
    'junior_safety_engineer', 'engineer_title', 'safety_officer', 'special_operation', 'special_equipment')),
  number text not null default '',
  registered_unit text not null default '',
  valid_from text,
  valid_to text,                        -- null: no end, or for kinds that have one: not known
  review_on text,                       -- the second date: review or continuing education within the validity
  evidence_id text references evidence (id),
  follows text references credentials (id), -- 续期、换证: the one it renews stays, for the days before
  removed_at text
) strict;
insert into credentials (id, person_id, kind, number, registered_unit, valid_from, valid_to, review_on, evidence_id, removed_at)
  select id, person_id, kind, number, registered_unit, valid_from, valid_to, review_on, evidence_id, removed_at from credentials_before;
create index credentials_by_person on credentials (person_id);
create index credentials_by_evidence on credentials (evidence_id);
create index credentials_by_followed on credentials (follows);

create table suspensions (               -- 暂停或吊销: from a day, and until one where it was lifted
  id text primary key,
  credential_id text not null references credentials (id),
  suspended_on text,                    -- null: nobody knows since when, so always
  resumed_on text,                      -- the first day on which it holds again
  removed_at text
) strict;
create index suspensions_by_credential on suspensions (credential_id);
-- Of the ticks from before, the trail knows the days on which they were set and taken away.
insert into suspensions (id, credential_id, suspended_on, resumed_on)
  select 'suspension-' || t.seq, c.id, date(t.at, '+8 hours'),
    (select date(min(l.at), '+8 hours') from trail as l where l.action = 'credential.edit'
      and l.subject = t.subject and l.seq > t.seq and json_extract(l.detail, '$.after.suspended') = 0)
  from trail as t join credentials_before as c on t.subject = 'credential ' || c.id
  where t.action = 'credential.edit' and json_extract(t.detail, '$.after.suspended') = 1;
insert into suspensions (id, credential_id)
  select 'suspension-' || id, id from credentials_before where suspended = 1 and not exists (select 1
    from suspensions as s where s.credential_id = credentials_before.id and s.resumed_on is null);
drop table credentials_before;

alter table people add column deactivated_on text;  -- null while active, and of who left before days were kept
update people set deactivated_on = (select date(max(t.at), '+8 hours') from trail as t
  where t.action = 'person.deactivate' and t.subject = 'person ' || people.id) where active = 0;

alter table trainings add column recorded_on text;  -- when its attendance was written down; null: planned
update trainings set recorded_on = coalesce((select date(t.at, '+8 hours') from trail as t
  where t.action = 'training.add' and t.subject = 'training ' || trainings.id), held_on);
update trainings set recorded_on = null where recorded_on < held_on;

-- The earliest notification of a county is the one 4.1 e asks for: a newer one takes no other's place.
-- One replaced by another of about the same day was a correction, and stays gone.
drop index notifications_standing;
create index notifications_by_county on notifications (county, notified_on);
update notifications set removed_at = null where removed_at is not null and not exists (select 1
  from trail as t where t.action = 'notification.remove' and t.subject = 'notification ' || notifications.id)
  and not exists (select 1 from notifications as s where s.county = notifications.county
  and s.id <> notifications.id and s.removed_at is null
  and julianday(s.notified_on) - julianday(notifications.notified_on) < 30);
