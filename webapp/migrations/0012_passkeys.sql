-- 通行密钥: a device's own key instead of a password, for signing in with a network.
create table passkeys (
  id text primary key,                  -- credential id, base64url
  person_id text not null references people (id),
  public_key blob not null,             -- COSE
  sign_count integer not null,
  user_agent text not null default '',
  made_at text not null,
  used_at text
) strict;
create index passkeys_by_person on passkeys (person_id);
