-- 7.2, 7.3: who rates reads by a private link that expires; the token is not kept.
create table assessors (
  id text primary key,
  name text not null,                    -- of whom, as the manager wrote it: bureau and person
  county text not null,
  token_hash text not null unique,
  expires_on text not null,
  made_by text not null references people (id),
  made_at text not null,
  revoked_at text
) strict;
create index audit_of_assessors on audit (subject) where action = 'assessor.arrive';
