ALTER TABLE import_rows DROP COLUMN is_income;
ALTER TABLE import_rows DROP COLUMN category_reason;
DROP INDEX expenses_by_description;
