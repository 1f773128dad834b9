-- Who was on an engagement: what they recorded meanwhile still comes in, with a flag.
create table engagement_people_before (
  engagement_id text not null references engagements (id),
  person_id text not null references people (id),
  left_at text not null,
  primary key (engagement_id, person_id)
) strict;

-- Why somebody signed the paper whom the enterprise did not authorise; as signatures.reason.
alter table confirmations add column ink_reason text not null default ''
    check (ink_reason in ('', 'deputy', 'list_changed', 'not_there', 'unsaid'));
