-- A visit without a hazard has no photo to choose from: the one of the gate may be brought by itself.
alter table gate_photos add column brought integer not null default 0;
