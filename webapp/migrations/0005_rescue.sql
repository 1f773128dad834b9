-- Rescue files that were imported, and the half-written forms that came in them.
create table rescues (
  id text primary key,
  imported_at text not null,
  imported_by text not null,            -- a manager's id, or 'command'
  report text not null                  -- JSON: what was new, known, refused, missing, broken
) strict;
create index rescues_by_time on rescues (imported_at);

create table rescued_drafts (
  id text primary key,                  -- SHA-256 of the three that follow: once however often imported
  person text not null,
  address text not null,                -- the form's own, as in the app
  content text not null,                -- JSON {field: [values]}, as it was typed; nothing is done with it
  received_at text not null
) strict;
