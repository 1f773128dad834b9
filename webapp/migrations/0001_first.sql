-- Times are UTC ISO 8601 text ("2026-11-23T01:10:00.000Z"); days are Asia/Shanghai dates; 0/1 for booleans.
-- Ids are UUIDv7 text, made on the phone where the record was made there.

create table meta (
  key text primary key,
  value text not null
) strict;

create table institution (
  id integer primary key check (id = 1),
  name text not null,
  credit_code text not null default '',
  address text not null default '',
  phone text not null default '',
  complaint_phone text not null default '',
  licence_valid_to text,
  notified_county text not null default '',
  notified_on text,
  notification_no text not null default ''
) strict;

create table people (
  id text primary key,
  sign_in_name text unique,
  name text not null,
  password_hash text,
  pin_salt text,
  pin_hash text,                        -- PBKDF2-SHA256, 100,000 rounds, hex: also checked on the phone
  role text not null check (role in ('consultant', 'safety_manager', 'manager')),
  post text not null default '',
  phone text not null default '',
  letter text not null default 'A',     -- first letter of this person's hazard labels
  session_stamp text not null,
  active integer not null default 1 check (active in (0, 1)),
  demo integer not null default 0 check (demo in (0, 1)),
  publish integer not null default 0 check (publish in (0, 1)),
  publish_consent_on text
) strict;

create table sign_in_failures (
  sign_in_name text not null,
  address text not null,
  at text not null
) strict;
create index sign_in_failures_by_name on sign_in_failures (sign_in_name, at);

create table credentials (
  id text primary key,
  person_id text not null references people (id),
  kind text not null check (kind in ('safety_engineer', 'safety_assessor', 'fire_engineer', 'engineer_title')),
  number text not null default '',
  registered_unit text not null default '',
  valid_from text,
  valid_to text,                        -- null: this kind has no end
  suspended integer not null default 0 check (suspended in (0, 1))
) strict;
create index credentials_by_person on credentials (person_id);

create table enterprises (
  id text primary key,
  name text not null,
  short_name text not null,
  credit_code text not null default '',
  address text not null default '',
  county text not null default '',
  industry text not null default '',
  principal text not null default '',
  phone text not null default ''
) strict;

create table enterprise_people (         -- the safety managers and deputies of an enterprise
  enterprise_id text not null references enterprises (id),
  person_id text not null references people (id),
  primary key (enterprise_id, person_id)
) strict;

create table engagements (
  id text primary key,
  enterprise_id text not null references enterprises (id),
  lead_id text not null references people (id),
  starts_on text not null,
  ends_on text not null,
  ended_on text,
  frequency text not null default ''
) strict;
create index engagements_by_enterprise on engagements (enterprise_id);

create table engagement_people (
  engagement_id text not null references engagements (id),
  person_id text not null references people (id),
  primary key (engagement_id, person_id)
) strict;

create table service_lines (             -- what the contract promises, line by line
  id text primary key,
  engagement_id text not null references engagements (id),
  position integer not null,
  item text not null,
  times integer not null,
  unit text not null default '次'
) strict;
create index service_lines_by_engagement on service_lines (engagement_id, position);

create table visits (
  id text primary key,
  engagement_id text not null references engagements (id),
  number integer not null,              -- 现场服务（第n次）
  planned_on text not null,
  started_at text, started_received_at text,
  started_by text references people (id),
  place text,                           -- JSON {"latitude","longitude","accuracy"} or null
  also_present text not null default '',
  accompanied_by text not null default '',
  ended_at text, ended_received_at text,
  service_date text,                    -- confirmed by the person when the clock was wrong
  flags text not null default '[]'      -- JSON list of codes for a person to look at
) strict;
create index visits_by_engagement on visits (engagement_id, number);
create index visits_by_day on visits (planned_on);

create table visit_people (
  visit_id text not null references visits (id),
  person_id text not null references people (id),
  primary key (visit_id, person_id)
) strict;

create table plans (                     -- a plan image of a plant or a workshop; a new image is a new row
  id text primary key,
  enterprise_id text not null references enterprises (id),
  name text not null,
  kind text not null check (kind in ('plant', 'workshop')),
  image text not null,                  -- sha256 of the image
  width integer not null,
  height integer not null,
  version integer not null default 1,
  position integer not null default 0,
  retired_on text
) strict;
create index plans_by_enterprise on plans (enterprise_id, position);

create table zones (
  id text primary key,
  plan_id text not null references plans (id),
  name text not null,
  level text not null check (level in ('major', 'considerable', 'general', 'low')),
  points text not null,                 -- JSON [[x, y], …], 0..1 from the top left corner
  removed_at text
) strict;
create index zones_by_plan on zones (plan_id);

create table hazards (
  id text primary key,
  visit_id text not null references visits (id),
  label text not null,                  -- made on the phone: L1, W1; never renumbered
  number text,                          -- made by the server
  location text not null,
  plan_id text references plans (id),
  pin_x real, pin_y real,
  description text not null,
  category text not null default '',
  severity text not null check (severity in ('general', 'suspected_major')),
  basis_document text not null default '',
  basis_clause text not null default '',
  suggestion text not null default '',
  deadline text not null check (deadline in ('now', '3', '7', '15', '30')),
  due_on text not null,
  no_photo_reason text not null default '' check (no_photo_reason in ('', 'explosive', 'forbidden', 'secret', 'none')),
  recorded_by text not null references people (id),
  recorded_at text not null,
  received_at text not null,
  withdrawn_at text,
  withdrawn_reason text not null default '',
  latest_operation text not null,
  unique (visit_id, label)
) strict;
create index hazards_by_visit on hazards (visit_id, recorded_at);

create table hazard_photos (
  hazard_id text not null references hazards (id),
  position integer not null,
  sha256 text not null,
  operation_id text not null,           -- the operation that brought it: naming a hash grants nothing
  primary key (hazard_id, position)
) strict;
create index hazard_photos_by_hash on hazard_photos (sha256);

create table service_records (
  visit_id text primary key references visits (id),
  content text not null,
  process text not null,
  result text not null,
  written_by text not null references people (id),
  written_at text not null,
  received_at text not null,
  latest_operation text not null
) strict;

create table confirmations (             -- 服务确认单: frozen by the consultant's signature
  id text primary key,
  visit_id text not null references visits (id),
  slip text not null,                   -- the canonical slip, the exact text that was hashed
  hash text not null,
  code text not null,                   -- of the content: the same slip signed again has the same code
  made_at text not null,
  received_at text not null,
  satisfaction text check (satisfaction in ('satisfied', 'average', 'poor')),
  comments text not null default '',
  ink_photo text                        -- sha256 of the photo of the print signed in ink
) strict;
create index confirmations_by_code on confirmations (code);
create index confirmations_by_visit on confirmations (visit_id, made_at);

create table signatures (
  id text primary key,
  confirmation_id text not null references confirmations (id),
  party text not null check (party in ('consultant', 'enterprise')),
  signer_name text not null,
  signer_post text not null default '',
  strokes text not null,                -- JSON: [[[x, y, t], …], …] in a box of 1000 × 400
  signed text not null,                 -- the canonical object that was signed
  hash text not null,
  previous text,                        -- hash of the signature before it
  made_by text not null references people (id),
  made_at text not null,
  received_at text not null,
  unique (confirmation_id, party)
) strict;

create table boards (
  id text primary key,
  engagement_id text not null references engagements (id),
  code text not null unique,            -- 12 characters of Crockford's base 32
  made_on text not null,
  revoked_on text
) strict;

create table photos (
  sha256 text primary key,
  size integer not null,
  type text not null,
  received_at text not null
) strict;

