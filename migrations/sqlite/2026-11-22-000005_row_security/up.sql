-- SQLite has no row-level security: there the WHERE of each statement is the one wall.

-- Old answers are looked for account by account now.
DROP INDEX remembered_answers_by_time;
