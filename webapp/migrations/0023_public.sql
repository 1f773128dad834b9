-- What a board and its page say of the institution beside its service: whom else to call, the stars
-- it was given, and the filing numbers of its site.
alter table institution add column icp text not null default '';
alter table institution add column police_filing text not null default '';

-- What a print says of its county; "" says nothing.
alter table boards add column printed_stars text not null default '';
alter table boards add column printed_phone text not null default '';

create table county_phones (             -- 属地应急管理部门's own number for complaints
  id text primary key,
  county text not null,
  phone text not null,
  removed_at text
) strict;

create table star_results (              -- 7.5, as the county published it
  id text primary key,
  county text not null,
  year integer not null,
  stars integer not null,                -- 3, 4 or 5; 0: cancelled (7.6.3, 7.6.4)
  published_on text not null,
  valid_to text not null,                -- shown to this day: stars that lapsed would be false advertising
  evidence_id text references evidence (id),
  removed_at text
) strict;
create index star_results_by_evidence on star_results (evidence_id);
