DROP TABLE payer_totals;
DROP INDEX expenses_by_payer;
ALTER TABLE expenses DROP COLUMN created_by;
ALTER TABLE expenses DROP COLUMN paid_by;
ALTER TABLE books DROP COLUMN is_shared;
ALTER TABLE books DROP COLUMN made_by;
