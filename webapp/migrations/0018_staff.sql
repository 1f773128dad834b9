-- 4.2, 4.3 a b e: what own people did before, what they are judged able to do, what they pledge.
create table experiences (               -- 工作经历, as a person's own papers tell it; months
  id text primary key,
  person_id text not null references people (id),
  starts_in text not null,               -- 2015-07
  ends_in text,                          -- null: until now
  unit text not null,
  work text not null,                    -- post, and what was done there
  evidence_id text references evidence (id),
  removed_at text
) strict;
create index experiences_by_person on experiences (person_id, starts_in);
create index experiences_by_evidence on experiences (evidence_id);

create table competences (               -- 服务能力: for one service item, in the words of contracts
  id text primary key,
  person_id text not null references people (id),
  item text not null,
  basis text not null check (basis in ('credential', 'experience', 'training')),
  note text not null,                    -- which certificate, which work, which training
  judged_on text not null,
  judged_by text not null references people (id),
  evidence_id text references evidence (id),
  recorded_by text not null references people (id),
  recorded_at text not null,
  withdrawn_on text,                     -- from this day on no longer
  withdrawn_by text references people (id),
  withdrawn_reason text not null default ''
) strict;
create index competences_by_person on competences (person_id);
create index competences_by_judge on competences (judged_by);
create index competences_by_recorder on competences (recorded_by);
create index competences_by_withdrawer on competences (withdrawn_by);
create index competences_by_evidence on competences (evidence_id);
create unique index competences_standing on competences (person_id, item) where withdrawn_on is null;

create table pledges (                   -- 承诺书: for a calendar year; one scan may prove many
  id text primary key,
  person_id text not null references people (id),
  year integer not null,
  kind text not null check (kind in ('integrity', 'secrecy', 'no_conflict')),
  signed_on text not null,
  evidence_id text references evidence (id),
  removed_at text
) strict;
create unique index pledges_standing on pledges (person_id, year, kind) where removed_at is null;
create index pledges_by_year on pledges (year, person_id);
create index pledges_by_evidence on pledges (evidence_id);
