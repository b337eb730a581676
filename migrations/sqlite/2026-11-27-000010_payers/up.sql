-- Who paid for an expense and who entered it. NULL is the person who made the book, so a book of one person stores nothing.
ALTER TABLE books ADD COLUMN made_by BIGINT NOT NULL DEFAULT 0;
ALTER TABLE books ADD COLUMN is_shared BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE books SET
    made_by = COALESCE(
        (SELECT m.user_id FROM members AS m WHERE m.book_id = books.id AND m.user_id = books.id),
        (SELECT m.user_id FROM members AS m WHERE m.book_id = books.id ORDER BY m.joined_at, m.user_id LIMIT 1),
        id
    ),
    is_shared = (SELECT COUNT(*) FROM members AS m WHERE m.book_id = books.id) > 1;

ALTER TABLE expenses ADD COLUMN paid_by BIGINT;
ALTER TABLE expenses ADD COLUMN created_by BIGINT;
CREATE INDEX expenses_by_payer ON expenses (book_id, paid_by, spent_on, id, category_id, amount)
    WHERE paid_by IS NOT NULL AND deleted_at IS NULL;

-- The sums of everybody but the maker of the book, whose sums are what is left of the daily totals.
CREATE TABLE payer_totals (
    book_id BIGINT NOT NULL,
    spent_on DATE NOT NULL,
    category_id BIGINT NOT NULL,
    paid_by BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (book_id, spent_on, category_id, paid_by),
    FOREIGN KEY (book_id, category_id) REFERENCES categories (book_id, id)
) WITHOUT ROWID;
