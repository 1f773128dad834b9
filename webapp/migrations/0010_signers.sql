-- Why somebody signs for the enterprise who is not among those it authorised; empty for the
-- authorised, unsaid where the phone did not ask.
alter table signatures add column reason text not null default ''
    check (reason in ('', 'deputy', 'list_changed', 'not_there', 'unsaid'));

-- Until when somebody was on an engagement: what was recorded before then still comes in.
create table engagement_people_before (
  engagement_id text not null references engagements (id),
  person_id text not null references people (id),
  left_at text not null,
  primary key (engagement_id, person_id)
) strict;
