-- What clause 4 asks of the institution and its people, and their accounts.

create table evidence (                  -- a scan: an image in photos/, a PDF in papers/
  id text primary key,
  sha256 text not null,
  type text not null check (type in ('image/jpeg', 'application/pdf')),
  person_id text references people (id),   -- whose it is: seen by managers and that person; null: managers alone
  added_by text not null references people (id),
  added_at text not null
) strict;
create index evidence_by_person on evidence (person_id);
create index evidence_by_adder on evidence (added_by);

-- Kinds as in domain.md 9; a second date; a scan. What was typed wrongly is taken out, not deleted.
create table credentials_now (
  id text primary key,
  person_id text not null references people (id),
  kind text not null check (kind in ('safety_engineer', 'safety_assessor', 'fire_engineer',
    'engineer_title', 'safety_officer', 'special_operation', 'special_equipment')),
  number text not null default '',
  registered_unit text not null default '',
  valid_from text,
  valid_to text,                        -- null: no end, or for kinds that have one: not known
  review_on text,                       -- the second date: review or continuing education within the validity
  suspended integer not null default 0 check (suspended in (0, 1)),
  evidence_id text references evidence (id),
  removed_at text
) strict;
insert into credentials_now (id, person_id, kind, number, registered_unit, valid_from, valid_to, suspended)
  select id, person_id, kind, number, registered_unit, valid_from, valid_to, suspended from credentials;
drop table credentials;
alter table credentials_now rename to credentials;
create index credentials_by_person on credentials (person_id);
create index credentials_by_evidence on credentials (evidence_id);

create table credential_checks (         -- 核验: somebody looked it up where it was issued
  id text primary key,
  credential_id text not null references credentials (id),
  checked_on text not null,
  note text not null,                   -- where, and what was found
  checked_by text not null references people (id),
  recorded_at text not null
) strict;
create index credential_checks_by_credential on credential_checks (credential_id, checked_on);
create index credential_checks_by_checker on credential_checks (checked_by);

create table labour_contracts (
  id text primary key,
  person_id text not null references people (id),
  starts_on text not null,
  ends_on text,                         -- null: without a term
  evidence_id text references evidence (id),
  removed_at text
) strict;
create index labour_contracts_by_person on labour_contracts (person_id, starts_on);
create index labour_contracts_by_evidence on labour_contracts (evidence_id);

create table insurance_months (          -- a month for which the institution paid social insurance
  person_id text not null references people (id),
  month text not null,                  -- 2026-11
  primary key (person_id, month)
) strict, without rowid;

create table insurance_proofs (          -- one paper of the office proves a month of many people
  id text primary key,
  month text not null,
  evidence_id text not null references evidence (id)
) strict;
create index insurance_proofs_by_month on insurance_proofs (month);
create index insurance_proofs_by_evidence on insurance_proofs (evidence_id);

create table trainings (                 -- own training (4.2): planned while its day lies ahead
  id text primary key,
  held_on text not null,
  topic text not null,
  hours text not null default '',       -- decimal
  evidence_id text references evidence (id),
  removed_at text
) strict;
create index trainings_by_evidence on trainings (evidence_id);

create table training_people (
  training_id text not null references trainings (id),
  person_id text not null references people (id),
  primary key (training_id, person_id)
) strict, without rowid;
create index training_people_by_person on training_people (person_id);

create table consents (                  -- to be named in public, each thing apart (PIPL 25)
  id text primary key,
  person_id text not null references people (id),
  name integer not null check (name in (0, 1)),
  photo integer not null check (photo in (0, 1)),
  credential integer not null check (credential in (0, 1)),
  given_on text not null,
  proof text not null,                  -- how it was given: signed in as oneself, or what the paper says
  evidence_id text references evidence (id),
  recorded_by text not null references people (id),
  withdrawn_on text,
  withdrawn_by text references people (id)
) strict;
create index consents_by_person on consents (person_id);
create index consents_by_evidence on consents (evidence_id);
create index consents_by_recorder on consents (recorded_by);
create index consents_by_withdrawer on consents (withdrawn_by);
create unique index consents_standing on consents (person_id) where withdrawn_on is null;
insert into consents (id, person_id, name, photo, credential, given_on, proof, recorded_by)
  select 'consent-' || id, id, 1, 0, 1, coalesce(publish_consent_on, '2026-01-01'), '', id
  from people where publish = 1;
alter table people drop column publish;
alter table people drop column publish_consent_on;

alter table people add column full_time integer not null default 0 check (full_time in (0, 1));
alter table people add column employed_elsewhere integer not null default 0 check (employed_elsewhere in (0, 1));
update people set full_time = 1 where role = 'consultant';

alter table institution add column area text not null default '';       -- ㎡, decimal
alter table institution add column lease_to text;
alter table institution add column licence_evidence text references evidence (id);
alter table institution add column lease_evidence text references evidence (id);
alter table institution add column other_state text not null default '' check (other_state in ('', 'met', 'not_met'));
alter table institution add column other_note text not null default ''; -- 4.1 f: what a person answered
alter table institution add column other_on text;

create table equipment (                 -- 设施、设备、软件 (4.1 b)
  id text primary key,
  kind text not null check (kind in ('device', 'software')),
  name text not null,
  quantity integer not null check (quantity > 0),
  note text not null default '',
  removed_at text
) strict;

create table notifications (             -- 从业告知, one for each county served
  id text primary key,
  county text not null,
  notified_on text not null,
  number text not null default '',
  evidence_id text references evidence (id),
  removed_at text
) strict;
create index notifications_by_evidence on notifications (evidence_id);
create unique index notifications_standing on notifications (county) where removed_at is null;
insert into notifications (id, county, notified_on, number)
  select 'notification-1', replace(notified_county, '应急管理局', ''), notified_on, notification_no
  from institution where notified_on is not null and notified_county <> '';
alter table institution drop column notified_county;
alter table institution drop column notified_on;
alter table institution drop column notification_no;

create table policies (                  -- the six of A-3; a new version stands beside the old
  id text primary key,
  kind text not null check (kind in ('conduct', 'training', 'workflow', 'follow_up', 'secrecy', 'integrity')),
  version text not null,
  issued_on text not null,
  evidence_id text references evidence (id),
  removed_at text
) strict;
create index policies_by_kind on policies (kind, issued_on);
create index policies_by_evidence on policies (evidence_id);

create table policy_uses (               -- that it is lived by: what was done under it, and when
  id text primary key,
  kind text not null check (kind in ('conduct', 'training', 'workflow', 'follow_up', 'secrecy', 'integrity')),
  used_on text not null,
  note text not null,
  evidence_id text references evidence (id),
  removed_at text
) strict;
create index policy_uses_by_kind on policy_uses (kind, used_on);
create index policy_uses_by_evidence on policy_uses (evidence_id);

create table invitations (               -- a link to set one's own password: once, and not for long
  token_hash text primary key,          -- SHA-256; the link itself is shown once and kept nowhere
  person_id text not null references people (id),
  made_by text not null references people (id),
  made_at text not null,
  expires_at text not null,
  used_at text,
  revoked_at text
) strict;
create index invitations_by_person on invitations (person_id);
create index invitations_by_maker on invitations (made_by);

create table sessions (                  -- one sign-in on one device; ended alone, or all by people.session_stamp
  id text primary key,
  person_id text not null references people (id),
  stamp text not null,
  begun_at text not null,
  last_seen text not null,
  user_agent text not null default '',
  ended_at text
) strict;
create index sessions_by_person on sessions (person_id, last_seen);

create table audit (                     -- sign-ins, exports, numbers looked at; changes stand in the trail
  id integer primary key,
  at text not null,
  person_id text references people (id),   -- null: nobody we know
  action text not null,
  subject text not null default '',
  address text not null default ''
) strict;
create index audit_by_time on audit (at);
create index audit_by_person on audit (person_id, at);
