-- The history of expenses: a row for each change, with the state before it. A merge of categories is one change, whose rows
-- have the same id; there is one for each expense that it moved.
CREATE TABLE changes (
    book_id BIGINT NOT NULL REFERENCES books (id),
    expense_id BIGINT NOT NULL,
    -- The version of the expense before the change. It orders the changes of an expense, whatever the clock says.
    version INTEGER NOT NULL,
    id BIGINT NOT NULL,
    by_user BIGINT NOT NULL,
    at TIMESTAMP NOT NULL,
    -- "edited", "deleted", "restored", "merged" or "put_back".
    what TEXT NOT NULL,
    -- JSON. The change left a field alone that is missing.
    before TEXT NOT NULL,
    PRIMARY KEY (book_id, expense_id, version)
) WITHOUT ROWID;
-- For the removal of what is older than two years.
CREATE INDEX changes_by_age ON changes (book_id, at);
