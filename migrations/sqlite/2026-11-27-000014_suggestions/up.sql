-- The latest uses of a description, and of its first words: they suggest a category.
CREATE INDEX expenses_by_description ON expenses (book_id, search, spent_on, id)
WHERE deleted_at IS NULL AND search <> '';

-- Why the category of a row was suggested; NULL where the file or a person says it.
ALTER TABLE import_rows ADD COLUMN category_reason TEXT;

-- Whether the file says that the category is one of income.
ALTER TABLE import_rows ADD COLUMN is_income BOOLEAN;
