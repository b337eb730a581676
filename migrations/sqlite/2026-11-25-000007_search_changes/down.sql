DROP TRIGGER search_forgotten;
DROP TRIGGER search_moved;
DROP TRIGGER search_removed;
DROP TRIGGER search_added;

-- Removes changed expenses from the copy and the index; they are copied again below.
INSERT INTO search_index (search_index, rowid, letters)
    SELECT 'delete', r.key, r.folded FROM search_changes c CROSS JOIN search_spans s ON s.user_id = c.user_id
    CROSS JOIN search_rows r ON r.id = c.id AND r.key BETWEEN s.first AND s.last;
DELETE FROM search_rows WHERE key IN (
    SELECT r.key FROM search_changes c JOIN search_spans s ON s.user_id = c.user_id
    CROSS JOIN search_rows r ON r.id = c.id AND r.key BETWEEN s.first AND s.last);
ALTER TABLE search_rows ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0;
UPDATE search_rows SET indexed = 1;

CREATE INDEX search_rows_waiting ON search_rows (key) WHERE indexed = 0;

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
CREATE TRIGGER search_forgotten AFTER DELETE ON users
BEGIN
    DELETE FROM search_owners WHERE user_id = OLD.id;
END;

INSERT INTO search_entries (user_id, id, spent_on, category_id, amount, folded)
    SELECT e.user_id, e.id, e.spent_on, e.category_id, e.amount, e.search
    FROM search_changes c CROSS JOIN expenses e ON e.user_id = c.user_id AND e.id = c.id
    WHERE e.deleted_at IS NULL;
DROP TABLE search_changes;
