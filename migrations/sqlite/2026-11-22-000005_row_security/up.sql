-- SQLite has no row-level security.

-- Old responses are now searched for each account.
DROP INDEX remembered_answers_by_time;
