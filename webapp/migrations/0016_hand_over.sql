-- Who leaves hands over: which boards then name the wrong people, and who led until when.

-- The people as they were when it was last printed: ids in order, * the lead, + named in public.
-- Of boards from before nobody knows more than that they were right when they were hung up.
alter table boards add column printed_team text not null default '';
update boards set printed_team = coalesce((select (select group_concat(sign, ' ') from (
  select p.id || case when p.id = e.lead_id then '*' else '' end || case when exists (select 1
    from consents as k where k.person_id = p.id and k.withdrawn_on is null and k.name = 1)
    then '+' else '' end as sign
  from people as p where p.active = 1 and (p.id = e.lead_id or exists (select 1
    from engagement_people as x where x.engagement_id = e.id and x.person_id = p.id))
  order by p.id)) from engagements as e where e.id = boards.engagement_id), '');

create table engagement_leads_before (   -- a visit is judged by the credential of who led it then (5.4.1 a)
  engagement_id text not null references engagements (id),
  lead_id text not null references people (id),
  until text not null,
  primary key (engagement_id, until)
) strict;
