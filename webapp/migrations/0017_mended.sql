-- 提醒: a deactivated person may have found a suspected major hazard; a channel is tried once a minute.
create table notices_new (               -- one thing told on one channel, once
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
insert into notices_new select * from notices;
drop table notices;
alter table notices_new rename to notices;
create index notices_open on notices (due_at) where sent_at is null;
create index notices_by_channel on notices (channel_id, made_at);
alter table channels add column tried_at text;  -- when a person last tried it with a test message
