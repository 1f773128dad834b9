-- Why somebody signs for the enterprise who is not among those it authorised; empty for the
-- authorised, unsaid where the phone did not ask.
alter table signatures add column reason text not null default ''
    check (reason in ('', 'deputy', 'list_changed', 'not_there', 'unsaid'));
