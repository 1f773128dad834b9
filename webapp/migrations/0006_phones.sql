-- A phone belongs to its person: two people may name the same id, and neither overwrites the other.
create table phones (
  id text not null,
  person text not null,
  last_contact text not null,           -- when it last said what it holds
  last_heard text not null,             -- when anything of it last came
  operations_waiting integer not null default 0,
  photos_waiting integer not null default 0,
  needs_you integer not null default 0, -- of the waiting: those that a person must look at
  highest_seq integer not null default 0,
  oldest_waiting text,
  clock_offset integer not null default 0,   -- ms, device minus server
  app text not null default '',
  waiting text,                         -- JSON [[visit, [[first, last], …], photos], …]; null: it did not say
  user_agent text not null default '',
  primary key (id, person)
) strict;
insert into phones (id, person, last_contact, last_heard, operations_waiting, photos_waiting,
  highest_seq, oldest_waiting, clock_offset, app)
  select id, person, last_contact, last_contact, operations_waiting, photos_waiting,
  highest_seq, oldest_waiting, clock_offset, app from devices;
drop table devices;
alter table phones rename to devices;

create index operation_photos_missing on operation_photos (operation_id) where arrived_at is null;
create index operations_by_phone on operations (device, made_by, seq);
create index operations_refused on operations (made_by) where outcome = 'refused';

-- Delivered by a person who is no longer active: kept whole, in the record only when a manager
-- takes it in. The receipt said so and stays as it is; what became of it stands here and in the trail.
create table set_aside (
  operation_id text primary key,
  digest text not null,
  decision text check (decision in ('taken_in', 'left')),
  reason text not null default '',
  decided_by text,
  decided_at text
) strict;

-- Refused operations that somebody at the desk has dealt with.
create table refusals_settled (
  operation_id text not null,
  digest text not null,
  note text not null,
  settled_by text not null,
  settled_at text not null,
  primary key (operation_id, digest)
) strict;
