-- A slip completed on paper: who signed in ink, and the photos of the original.
alter table confirmations drop column ink_photo;
alter table confirmations add column inked_at text;     -- when the photo was taken in; device time
alter table confirmations add column ink_signer text;   -- who signed for the enterprise, as read from the paper
alter table confirmations add column ink_post text;

create table ink_photos (
  confirmation_id text not null references confirmations (id),
  position integer not null,
  sha256 text not null,
  operation_id text not null,           -- the operation that brought it: naming a hash grants nothing
  primary key (confirmation_id, position)
) strict;
create index ink_photos_by_hash on ink_photos (sha256);
