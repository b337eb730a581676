-- Only SQLite can store a table in the order of its key.
SELECT 1;
