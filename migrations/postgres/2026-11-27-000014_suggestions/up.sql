-- The latest uses of a description, and of its first words: they suggest a category. In the order of bytes, so that a
-- beginning is one range. An entry of an index has at most 2,704 bytes. On the column itself, because row-level security
-- lets no index be searched by a function that could leak, such as substr.
CREATE INDEX expenses_by_description ON expenses (book_id, search COLLATE "C", spent_on, id)
WHERE deleted_at IS NULL AND search <> '' AND octet_length(search) <= 2000;

-- Why the category of a row was suggested; NULL where the file or a person says it.
ALTER TABLE import_rows ADD COLUMN category_reason TEXT;

-- Whether the file says that the category is one of income.
ALTER TABLE import_rows ADD COLUMN is_income BOOLEAN;
