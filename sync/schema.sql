-- The inbox's own tables. The application runs this as one of its migrations.
create table operations (
  id text not null,
  digest text not null,                 -- SHA-256 of the exact bytes received, hex
  body blob not null,
  kind text not null,
  made_at text not null,
  made_by text not null,
  device text not null,
  seq integer,                          -- null: recorded without the app ("web")
  base text,
  outcome text not null check (outcome in ('applied', 'refused', 'conflict')),
  receipt text not null,                -- the frozen answer, repeated byte for byte
  server_seq integer not null unique,
  received_at text not null,
  primary key (id, digest)
) strict;
create index operations_by_device on operations (device, seq);

create table operation_photos (
  operation_id text not null,
  sha256 text not null,
  size integer not null,
  type text not null,
  uploader text not null,               -- who may send it: the operation's author
  arrived_at text,
  primary key (operation_id, sha256)
) strict;
create index operation_photos_by_hash on operation_photos (sha256);

create table held_operations (           -- a kind this server does not know yet: kept raw, no receipt
  id text not null,
  digest text not null,
  body blob not null,
  kind text not null,
  made_by text not null,
  received_at text not null,
  primary key (id, digest)
) strict;

create table trail (
  seq integer primary key,
  at text not null,
  operation_id text,
  person text not null,
  action text not null,
  subject text not null,
  detail text not null,                 -- JSON, keys sorted
  previous text not null,
  hash text not null unique
) strict;

create table devices (
  id text primary key,
  person text not null,
  last_contact text not null,
  operations_waiting integer not null default 0,
  photos_waiting integer not null default 0,
  highest_seq integer not null default 0,
  oldest_waiting text,
  clock_offset integer not null default 0,   -- ms, device minus server
  app text not null default ''
) strict;
