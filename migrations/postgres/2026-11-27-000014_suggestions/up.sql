-- The latest uses of a description, and of its first words: they suggest a category. A part of the text, because an entry of
-- an index has at most 2,704 bytes; in the order of its bytes, so that a beginning is one range.
CREATE INDEX expenses_by_description ON expenses (book_id, (substr(search, 1, 60)) COLLATE "C", spent_on, id)
WHERE deleted_at IS NULL AND search <> '';

-- Why the category of a row was suggested; NULL where the file or a person says it.
ALTER TABLE import_rows ADD COLUMN category_reason TEXT;
