-- 两处修改: what was made on an older text than ours stands beside it until a person has chosen.
create table versions (
  operation_id text primary key,        -- the operation that was not applied
  kind text not null,                   -- hazard.edit, hazard.withdraw, record.write
  visit_id text not null references visits (id),
  hazard_id text references hazards (id),   -- null: the service record
  base text,                            -- what it was made on; a version too, when its author went on writing
  resolves text,                        -- the version its author had chosen about
  fields text not null,                 -- JSON: what it says
  made_by text not null references people (id),
  made_at text not null,
  received_at text not null,
  settled_by text,                      -- the operation that chose
  settled_at text
) strict;
create index versions_by_visit on versions (visit_id);
create index versions_by_base on versions (base);
create index versions_by_resolves on versions (resolves);

create table version_photos (
  version_id text not null references versions (operation_id),
  position integer not null,
  sha256 text not null,
  operation_id text not null,           -- the operation that brings it: naming a hash grants nothing
  primary key (version_id, position)
) strict;
create index version_photos_by_hash on version_photos (sha256);

create index trail_by_subject on trail (subject);
create index operations_in_conflict on operations (device) where outcome = 'conflict';

-- What was kept before there was a table for it: its words stand in the trail.
insert into versions (operation_id, kind, visit_id, hazard_id, base, fields, made_by, made_at, received_at)
select o.id, o.kind, json_extract(cast(o.body as text), '$.payload.visit_id'),
  json_extract(cast(o.body as text), '$.payload.hazard_id'), o.base,
  json_remove(json_extract(t.detail, '$.after'), '$.photos'), o.made_by, o.made_at, o.received_at
from operations as o join trail as t on t.operation_id = o.id
where o.outcome = 'conflict' and json_extract(o.receipt, '$.reason.code') = 'edited_meanwhile'
  and json_extract(t.detail, '$.outcome') = 'conflict';

insert into version_photos (version_id, position, sha256, operation_id)
select v.operation_id, p.key, p.value, coalesce(
  (select o.operation_id from operation_photos as o
    where o.operation_id = v.operation_id and o.sha256 = p.value),
  (select o.operation_id from operation_photos as o join trail as b on b.operation_id = o.operation_id
    where b.subject = t.subject and o.sha256 = p.value), v.operation_id)
from versions as v join trail as t on t.operation_id = v.operation_id,
  json_each(json_extract(t.detail, '$.after.photos')) as p
where json_extract(t.detail, '$.outcome') = 'conflict';
