-- 保存与删除: what is kept because somebody said so, and what was erased and by which log entry.
alter table institution add column keep_years integer not null default 3 check (keep_years between 3 and 30);
alter table institution add column rating_years integer not null default 3 check (rating_years between 3 and 30);
create table holds (                     -- nothing of this enterprise is deleted while one stands
  id text primary key,
  enterprise_id text not null references enterprises (id),
  cause text not null check (cause in ('accident', 'dispute', 'authority', 'other')),
  note text not null default '',
  set_by text not null references people (id),
  set_at text not null,
  lifted_by text references people (id),
  lifted_at text,
  lifted_cause text not null default '' check (lifted_cause in ('', 'settled', 'mistake')),
  lifted_note text not null default ''
) strict;
create unique index holds_standing on holds (enterprise_id) where lifted_at is null;
create index holds_by_enterprise on holds (enterprise_id, set_at);
alter table visits add column place_erased_at text;
create table erasures (                  -- an operation or a link of the trail whose text is gone
  log integer not null,                  -- trail.seq of the entry that says so
  noun text not null check (noun in ('operation', 'link')),
  id text not null,                      -- operations.id, or trail.seq
  digest text not null,                  -- of the operation; '' for a link
  stub text not null,                    -- SHA-256 of the row as it was left
  primary key (log, noun, id, digest)
) strict;
create index erasures_by_id on erasures (noun, id, digest);
create table files_to_go (               -- named by no row any more; the file goes after the commit
  folder text not null check (folder in ('photos', 'papers', 'attachments')),
  sha256 text not null,
  primary key (folder, sha256)
) strict;
create table board_photos (              -- 5.4.1 d: the board as it hangs at the enterprise
  id text primary key,
  board_id text not null references boards (id),
  sha256 text not null,
  taken_on text not null,
  added_by text not null references people (id),
  added_at text not null,
  withdrawn_at text
) strict;
create index board_photos_by_board on board_photos (board_id, taken_on);
