-- PostgreSQL updates its index with each write, so there are no pending changes.
SELECT 1;
