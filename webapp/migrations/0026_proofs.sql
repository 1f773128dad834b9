alter table insurance_proofs add column removed_at text;  -- typed to the wrong month, or another paper
