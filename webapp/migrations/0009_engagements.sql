-- Clause 5 around the visits: how an engagement comes about, what its contract promises, how the
-- visits are planned, and how it ends.
alter table enterprise_people add column deputy integer not null default 0 check (deputy in (0, 1));
alter table enterprise_people add column authority text not null default '';   -- by what paper this person signs

create table attachments (               -- files of a step; the bytes lie in attachments/ by hash
  id text primary key,
  engagement_id text not null references engagements (id),
  step text not null check (step in ('initial_visit', 'assessment', 'contract', 'upload', 'board', 'follow_up')),
  name text not null,
  sha256 text not null,
  type text not null check (type in ('application/pdf', 'image/jpeg')),
  size integer not null,
  added_by text not null references people (id),
  added_at text not null,
  withdrawn_at text
) strict;
create index attachments_by_engagement on attachments (engagement_id, step);

create table initial_visits (            -- 5.1
  engagement_id text primary key references engagements (id),
  visited_on text not null,
  met text not null,                     -- whom of the enterprise
  record text not null,
  written_by text not null references people (id),
  written_at text not null
) strict;

create table initial_visit_people (
  engagement_id text not null references initial_visits (engagement_id),
  person_id text not null references people (id),
  primary key (engagement_id, person_id)
) strict;
create index initial_visit_people_by_person on initial_visit_people (person_id);

create table assessments (               -- 5.2
  engagement_id text primary key references engagements (id),
  assessed_on text not null,
  lead_id text references people (id),
  content text not null,
  criteria text not null,
  outcome text not null check (outcome in ('accepted', 'accepted_after_supplement', 'declined')),
  remarks text not null default '',
  written_by text not null references people (id),
  written_at text not null
) strict;

create table assessment_people (
  engagement_id text not null references assessments (engagement_id),
  person_id text not null references people (id),
  primary key (engagement_id, person_id)
) strict;
create index assessment_people_by_person on assessment_people (person_id);

create table contracts (                 -- 5.3; what is empty is a flag, never a refusal
  engagement_id text primary key references engagements (id),
  number text not null default '',
  lead_id text references people (id),
  signed_on text not null,
  starts_on text not null default '',
  ends_on text not null default '',
  quality text not null default '',
  rights_and_duties text not null default '',
  fee text not null default '',
  uploaded_on text not null default '',  -- to the county's system
  receipt_no text not null default '',
  written_by text not null references people (id),
  written_at text not null
) strict;

alter table service_lines add column standardization integer not null default 0 check (standardization in (0, 1));
update service_lines set standardization = 1 where item like '%标准化创建%';

create table due_days (                  -- when each time of a line is due
  line_id text not null references service_lines (id),
  due_on text not null,
  primary key (line_id, due_on)
) strict;

create table visit_lines (               -- one visit may serve several lines
  visit_id text not null references visits (id),
  line_id text not null references service_lines (id),
  primary key (visit_id, line_id)
) strict;
create index visit_lines_by_line on visit_lines (line_id);
-- What was planned before lines had days: the first visits serve each line as often as it says.
insert into visit_lines (visit_id, line_id)
  select v.id, l.id from visits as v join service_lines as l on l.engagement_id = v.engagement_id
  where v.number <= l.times;
insert into due_days (line_id, due_on)
  select distinct x.line_id, v.planned_on from visit_lines as x join visits as v on v.id = x.visit_id;

alter table visits add column cancelled_at text;
alter table visits add column cancelled_reason text not null default '';
alter table visits add column cancelled_by text references people (id);

create table visit_moves (
  id text primary key,
  visit_id text not null references visits (id),
  from_on text not null,
  to_on text not null,
  reason text not null,
  moved_by text not null references people (id),
  moved_at text not null
) strict;
create index visit_moves_by_visit on visit_moves (visit_id, moved_at);

create table acknowledgements (          -- 5.4.1 b: the lead has read this record, as it stood then
  visit_id text not null references visits (id),
  operation_id text not null,            -- service_records.latest_operation
  acknowledged_by text not null references people (id),
  acknowledged_at text not null,
  note text not null default '',
  primary key (visit_id, operation_id)
) strict;

create table lapse_reasons (             -- 5.4.1 a: why a visit went on while the lead's credential had lapsed
  visit_id text primary key references visits (id),
  reason text not null,
  recorded_by text not null references people (id),
  recorded_at text not null
) strict;

create table follow_up_links (           -- the enterprise's own way to a follow-up; the token is not kept
  id text primary key,
  engagement_id text not null references engagements (id),
  token_hash text not null unique,
  expires_on text not null,
  made_by text not null references people (id),
  made_at text not null,
  revoked_at text,
  answered_at text
) strict;
create index follow_up_links_by_engagement on follow_up_links (engagement_id);

create table follow_ups (                -- 5.5
  id text primary key,
  engagement_id text not null references engagements (id),
  followed_up_on text not null,
  way text not null check (way in ('on_site', 'telephone', 'link')),
  person_id text references people (id), -- ours; null: the enterprise answered by the link
  answered_by text not null,
  answered_post text not null default '',
  findings text not null,
  satisfaction text not null check (satisfaction in ('satisfied', 'average', 'poor')),
  comments text not null default '',
  link_id text references follow_up_links (id),
  made_at text not null
) strict;
create index follow_ups_by_engagement on follow_ups (engagement_id, followed_up_on);

create table calendar_override (         -- one's own table goes before every library
  date text primary key,
  is_workday integer not null check (is_workday in (0, 1)),
  source text not null,
  notice_no text not null default '',
  added_by text not null references people (id),
  added_at text not null
) strict;

create table calendar_feeds (            -- a person's .ics address; the token is not kept
  id text primary key,
  person_id text not null references people (id),
  token_hash text not null unique,
  made_at text not null,
  revoked_at text
) strict;
create index calendar_feeds_by_person on calendar_feeds (person_id);
