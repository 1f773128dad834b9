-- What a year of work needs to stay instant.
create index hazards_by_year on hazards (substr(number, 1, 4), cast(substr(number, 6) as integer));
