-- What a year of work needs to stay instant.
create index hazards_by_year on hazards (substr(number, 1, 4), cast(substr(number, 6) as integer));
create index boards_by_engagement on boards (engagement_id, made_on);
create index trail_at_the_desk on trail (at) where operation_id is null;
create index operations_refused_in_order on operations (server_seq) where outcome = 'refused';
create index visit_people_by_person on visit_people (person_id);

create table oversights (                -- 7.2: the county's daily checks, and complaints about us
  id text primary key,
  kind text not null check (kind in ('check', 'complaint')),
  enterprise_id text references enterprises (id),   -- null: about the institution as a whole
  happened_on text not null,
  source text not null default '',       -- the office; or who complained, shown masked; '': nobody said
  found text not null,
  answer_by text not null,
  recorded_by text not null references people (id),
  recorded_at text not null,
  answered_on text,
  answer text not null default '',
  answered_by text references people (id),
  removed_at text,
  removed_reason text not null default ''
) strict;
create index oversights_by_enterprise on oversights (enterprise_id, happened_on);
create index oversights_open on oversights (answer_by) where answered_on is null and removed_at is null;

alter table enterprises add column latitude real;   -- of its gate, as one visit found it
alter table enterprises add column longitude real;

create table gate_photos (               -- 门头照: which photo of a visit shows where it was
  visit_id text primary key references visits (id),
  sha256 text not null,
  chosen_by text not null references people (id),
  chosen_at text not null
) strict;

create table fees (                      -- 4.3 c: the public fee schedule; list prices, no client's
  id text primary key,
  item text not null,
  price text not null,
  unit text not null default '',
  note text not null default '',
  since text not null,                   -- the day from which it holds
  removed_at text
) strict;
