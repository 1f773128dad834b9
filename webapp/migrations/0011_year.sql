-- What a year of work needs to stay instant.
create index hazards_by_year on hazards (substr(number, 1, 4), cast(substr(number, 6) as integer));
create index boards_by_engagement on boards (engagement_id, made_on);
create index trail_at_the_desk on trail (at) where operation_id is null;
create index operations_refused_in_order on operations (server_seq) where outcome = 'refused';
