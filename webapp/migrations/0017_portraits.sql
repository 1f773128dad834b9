-- The photo somebody agreed to have shown: it goes with the consent that names it.
alter table consents add column portrait_id text references evidence (id);
