-- Two consultants, one visit, two phones: who came when, the code to join by, and a signature made
-- on a colleague's phone.
alter table visits add column code text not null default '';   -- of a visit nobody planned: its id follows from it

alter table visit_people add column joined_at text;   -- null: only planned; else started or joined, device time
alter table visit_people add column device text;      -- the phone that did it: another one of the same person labels apart
update visit_people set joined_at = (select started_at from visits as v
  where v.id = visit_people.visit_id and v.started_by = visit_people.person_id);

create table signatures_now (
  id text primary key,
  confirmation_id text not null references confirmations (id),
  party text not null check (party in ('consultant', 'colleague', 'enterprise')),
  signer_id text not null default '',   -- one of ours; the enterprise's people have no account here
  signer_name text not null,
  signer_post text not null default '',
  strokes text not null,                -- JSON: [[[x, y, t], …], …] in a box of 1000 × 400
  signed text not null,                 -- the canonical object that was signed
  hash text not null,
  previous text,                        -- hash of the signature before it
  doubt text not null default '' check (doubt in ('', 'pin_not_matching', 'signer_not_tied')),
  made_by text not null references people (id),
  made_at text not null,
  received_at text not null,
  unique (confirmation_id, party, signer_id)
) strict;
insert into signatures_now (id, confirmation_id, party, signer_id, signer_name, signer_post, strokes,
  signed, hash, previous, made_by, made_at, received_at)
  select id, confirmation_id, party, case party when 'consultant' then made_by else '' end, signer_name,
    signer_post, strokes, signed, hash, previous, made_by, made_at, received_at from signatures;
drop table signatures;
alter table signatures_now rename to signatures;

alter table people add column pin_check text;   -- eight bits that let another phone catch a mistyped PIN
