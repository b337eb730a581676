-- Monthly sums, updated like the daily totals. Years and the whole history are added up from them.
CREATE TABLE monthly_totals (
    user_id BIGINT NOT NULL REFERENCES users (id),
    -- Year * 100 + month.
    month INTEGER NOT NULL,
    category_id BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (user_id, month, category_id),
    FOREIGN KEY (user_id, category_id) REFERENCES categories (user_id, id)
) WITHOUT ROWID;
INSERT INTO monthly_totals (user_id, month, category_id, amount, count)
    SELECT user_id, CAST(strftime('%Y%m', spent_on) AS INTEGER) AS month, category_id, SUM(amount), SUM(count)
    FROM daily_totals GROUP BY user_id, month, category_id;

-- For searches for an amount.
CREATE INDEX expenses_by_amount ON expenses (user_id, amount, spent_on, id, category_id) WHERE deleted_at IS NULL;

-- The copy of the expenses for the search, without the trash and with folded text, in the order of owner and day. Only the
-- triggers below and the indexing task write it.
--
-- key = (number of the owner << 44) + (days since 1899-12-31 << 22) + number within the day. So the rows of an owner and of
-- a period are a range of keys in the table and in the index.
CREATE TABLE search_owners (
    number INTEGER NOT NULL PRIMARY KEY CHECK (number < 524288),
    user_id BIGINT NOT NULL UNIQUE
);
-- indexed = 0: waits to be put into search_index, and is read one by one until then. (SQLite 3.40 can't drop a column
-- whose line in CREATE TABLE follows a comment, and a later migration drops this one.)
CREATE TABLE search_rows (
    key INTEGER NOT NULL PRIMARY KEY,
    id BIGINT NOT NULL,
    category_id BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    folded TEXT NOT NULL,
    indexed INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX search_rows_by_id ON search_rows (id);
CREATE INDEX search_rows_waiting ON search_rows (key) WHERE indexed = 0;

-- Trigrams of the rows. The index gives candidates, which are compared with the row.
CREATE VIRTUAL TABLE search_index USING fts5(
    letters, content = '', columnsize = 0, detail = none, tokenize = 'trigram case_sensitive 1'
);

CREATE VIEW search_spans AS
    SELECT user_id, number << 44 AS first, ((number + 1) << 44) - 1 AS last FROM search_owners;

-- INSERT and DELETE on this view update the copy and its index.
CREATE VIEW search_entries AS
    SELECT s.user_id, r.id, '' AS spent_on, r.category_id, r.amount, r.folded, r.key, r.indexed
    FROM search_spans s JOIN search_rows r ON r.key BETWEEN s.first AND s.last;

CREATE TRIGGER search_entry_added INSTEAD OF INSERT ON search_entries
BEGIN
    INSERT INTO search_owners (user_id) SELECT NEW.user_id
        WHERE NOT EXISTS (SELECT 1 FROM search_owners WHERE user_id = NEW.user_id);
    INSERT INTO search_rows (key, id, category_id, amount, folded)
        SELECT CASE coalesce((SELECT max(key) FROM search_rows WHERE key BETWEEN day AND day + 4194303), day - 1)
                   WHEN day + 4194303 THEN RAISE(ABORT, 'a day has no room for another expense')
                   ELSE coalesce((SELECT max(key) FROM search_rows WHERE key BETWEEN day AND day + 4194303), day - 1) + 1
               END,
               NEW.id, NEW.category_id, NEW.amount, NEW.folded
        FROM (SELECT first + (CAST(julianday(NEW.spent_on) - 2415019.5 AS INTEGER) << 22) AS day
              FROM search_spans WHERE user_id = NEW.user_id);
END;
CREATE TRIGGER search_entry_removed INSTEAD OF DELETE ON search_entries
BEGIN
    INSERT INTO search_index (search_index, rowid, letters) SELECT 'delete', OLD.key, OLD.folded WHERE OLD.indexed = 1;
    DELETE FROM search_rows WHERE key = OLD.key;
END;

CREATE TRIGGER search_added AFTER INSERT ON expenses WHEN NEW.deleted_at IS NULL
BEGIN
    INSERT INTO search_entries (user_id, id, spent_on, category_id, amount, folded)
        VALUES (NEW.user_id, NEW.id, NEW.spent_on, NEW.category_id, NEW.amount, NEW.search);
END;
CREATE TRIGGER search_removed AFTER DELETE ON expenses WHEN OLD.deleted_at IS NULL
BEGIN
    DELETE FROM search_entries WHERE user_id = OLD.user_id AND id = OLD.id;
END;
CREATE TRIGGER search_moved AFTER UPDATE OF spent_on, search, deleted_at ON expenses
    WHEN OLD.spent_on <> NEW.spent_on OR OLD.search <> NEW.search OR OLD.deleted_at IS NOT NEW.deleted_at
BEGIN
    DELETE FROM search_entries WHERE user_id = OLD.user_id AND id = OLD.id;
    INSERT INTO search_entries (user_id, id, spent_on, category_id, amount, folded)
        SELECT NEW.user_id, NEW.id, NEW.spent_on, NEW.category_id, NEW.amount, NEW.search WHERE NEW.deleted_at IS NULL;
END;
CREATE TRIGGER search_changed AFTER UPDATE OF category_id, amount ON expenses
    WHEN NEW.deleted_at IS NULL AND (OLD.category_id <> NEW.category_id OR OLD.amount <> NEW.amount)
BEGIN
    UPDATE search_rows SET category_id = NEW.category_id, amount = NEW.amount
        WHERE id = NEW.id AND key BETWEEN (SELECT first FROM search_spans WHERE user_id = NEW.user_id)
                                      AND (SELECT last FROM search_spans WHERE user_id = NEW.user_id);
END;
CREATE TRIGGER search_forgotten AFTER DELETE ON users
BEGIN
    DELETE FROM search_owners WHERE user_id = OLD.id;
END;

-- Existing rows.
INSERT INTO search_owners (user_id) SELECT DISTINCT user_id FROM expenses WHERE deleted_at IS NULL;
INSERT INTO search_rows (key, id, category_id, amount, folded)
    SELECT s.first + (CAST(julianday(e.spent_on) - 2415019.5 AS INTEGER) << 22)
               + row_number() OVER (PARTITION BY e.user_id, e.spent_on ORDER BY e.id) - 1,
           e.id, e.category_id, e.amount, e.search
    FROM search_spans s JOIN expenses e ON e.user_id = s.user_id WHERE e.deleted_at IS NULL;
