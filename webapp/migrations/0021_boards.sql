-- 5.4.1 d: a renewal keeps the printed code.
create table boards_before (             -- where a board hung for before it was taken along
  board_id text not null references boards (id),
  engagement_id text not null references engagements (id),
  until text not null,                   -- the day it went to the next
  primary key (board_id, engagement_id)
) strict;
create index boards_before_by_engagement on boards_before (engagement_id);
