-- PostgreSQL's index keeps itself with each write: nothing is put off, so nothing is noted.
SELECT 1;
