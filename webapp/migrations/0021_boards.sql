-- 5.4.1 d: a renewal keeps the printed code. What ended has no coming visits.
create table boards_before (             -- where a board hung for before it was taken along
  board_id text not null references boards (id),
  engagement_id text not null references engagements (id),
  until text not null,                   -- the day it went to the next
  primary key (board_id, engagement_id)
) strict;
create index boards_before_by_engagement on boards_before (engagement_id);

update visits set cancelled_at = (select e.ended_on || 'T12:00:00.000Z' from engagements as e
  where e.id = visits.engagement_id) where started_at is null and cancelled_at is null
  and engagement_id in (select id from engagements where ended_on is not null);
