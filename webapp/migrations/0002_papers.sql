create table papers (                    -- PDFs kept as they were first made
  sha256 text primary key,
  kind text not null,
  subject text not null,                -- the confirmation's id
  made_at text not null
) strict;
create index papers_by_subject on papers (subject);
