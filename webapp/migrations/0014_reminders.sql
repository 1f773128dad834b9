-- 提醒: where people want to be told, and what is told there.
create table channels (
  id text primary key,
  person_id text references people (id),  -- null: the institution's own, for what managers are told
  kind text not null check (kind in ('wecom', 'dingtalk', 'feishu', 'mail')),
  address text not null,                -- of the robot, which is a secret, or of the mailbox; '' once removed
  language text not null check (language in ('zh', 'en')),
  added_by text not null references people (id),
  added_at text not null,
  sent_at text,                         -- when something last went
  tried_at text,                        -- when a person last tried it with a test message
  error text not null default '',       -- why the last did not, '' after one that did
  removed_at text
) strict;
create index channels_by_person on channels (person_id);
create index channels_by_adder on channels (added_by);

create table notices (                   -- one thing told on one channel, once
  id integer primary key,
  kind text not null check (kind in ('major', 'major_aside', 'refused', 'digest')),
  subject text not null,                -- a hazard; what was set aside; person and day of what was refused; the day of a digest
  channel_id text not null references channels (id),
  made_at text not null,
  due_at text not null,                 -- from when on it may be tried (again)
  tries integer not null default 0,
  sent_at text,                         -- with no try: there was nothing to tell
  error text not null default '',
  unique (kind, subject, channel_id)
) strict;
create index notices_open on notices (due_at) where sent_at is null;
create index notices_by_channel on notices (channel_id, made_at);
