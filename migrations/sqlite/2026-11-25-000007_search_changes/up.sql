-- A write only records the id of the changed expense, which is cheap. The copy and its index are updated later in batches.
-- Until then a search reads these expenses directly and ignores their rows in the copy.
CREATE TABLE search_changes (
    user_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    PRIMARY KEY (user_id, id)
) WITHOUT ROWID;

-- Rows that were pending become pending changes.
INSERT INTO search_changes (user_id, id)
    SELECT o.user_id, r.id FROM search_rows r JOIN search_owners o ON o.number = r.key >> 44 WHERE r.indexed = 0;

DROP TRIGGER search_added;
DROP TRIGGER search_removed;
DROP TRIGGER search_moved;
DROP TRIGGER search_forgotten;
DROP VIEW search_entries;
DELETE FROM search_rows WHERE indexed = 0;
DROP INDEX search_rows_waiting;
-- Every row of the copy is indexed now.
ALTER TABLE search_rows DROP COLUMN indexed;

CREATE TRIGGER search_added AFTER INSERT ON expenses WHEN NEW.deleted_at IS NULL
BEGIN
    INSERT INTO search_changes (user_id, id) VALUES (NEW.user_id, NEW.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_removed AFTER DELETE ON expenses WHEN OLD.deleted_at IS NULL
BEGIN
    INSERT INTO search_changes (user_id, id) VALUES (OLD.user_id, OLD.id) ON CONFLICT DO NOTHING;
END;
-- Category and amount are changed in the copy immediately (search_changed), because the index does not have them.
CREATE TRIGGER search_moved AFTER UPDATE OF spent_on, search, deleted_at ON expenses
    WHEN OLD.spent_on <> NEW.spent_on OR OLD.search <> NEW.search OR OLD.deleted_at IS NOT NEW.deleted_at
BEGIN
    INSERT INTO search_changes (user_id, id) VALUES (NEW.user_id, NEW.id) ON CONFLICT DO NOTHING;
END;
-- Deleting an account removes its rows from the search.
CREATE TRIGGER search_forgotten AFTER DELETE ON users
BEGIN
    INSERT INTO search_index (search_index, rowid, letters)
        SELECT 'delete', r.key, r.folded FROM search_spans s JOIN search_rows r ON r.key BETWEEN s.first AND s.last
        WHERE s.user_id = OLD.id;
    DELETE FROM search_rows
        WHERE key BETWEEN (SELECT first FROM search_spans WHERE user_id = OLD.id)
                      AND (SELECT last FROM search_spans WHERE user_id = OLD.id);
    DELETE FROM search_changes WHERE user_id = OLD.id;
    DELETE FROM search_owners WHERE user_id = OLD.id;
END;
