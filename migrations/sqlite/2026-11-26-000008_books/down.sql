-- Earlier versions have only the own book of each person.
CREATE TEMPORARY TABLE lost (
    book_id BIGINT NOT NULL,
    CONSTRAINT shared_books_would_be_lost CHECK (book_id IS NULL)
);
INSERT INTO lost (book_id) SELECT book_id FROM members WHERE book_id <> user_id;
INSERT INTO lost (book_id) SELECT id FROM books WHERE id NOT IN (SELECT id FROM users);
DROP TABLE lost;

DROP TRIGGER search_forgotten;
DROP TRIGGER search_changed;
DROP TRIGGER search_moved;
DROP TRIGGER search_removed;
DROP TRIGGER search_added;
DROP VIEW search_spans;

CREATE TABLE new_api_tokens (
    user_id BIGINT NOT NULL REFERENCES books (id),
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    access TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    last_used_at TIMESTAMP,
    PRIMARY KEY (user_id, id),
    UNIQUE (user_id, secret_hash)
);
INSERT INTO new_api_tokens (user_id, id, name, secret_hash, access, created_at, last_used_at)
    SELECT book_id, id, name, secret_hash, access, created_at, last_used_at FROM api_tokens;
DROP TABLE api_tokens;
ALTER TABLE new_api_tokens RENAME TO api_tokens;

CREATE TABLE new_sessions (
    user_id BIGINT NOT NULL REFERENCES books (id),
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    device TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    last_used_on DATE NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    PRIMARY KEY (user_id, id)
);
INSERT INTO new_sessions (user_id, id, kind, device, created_at, last_used_on, expires_at)
    SELECT user_id, id, kind, device, created_at, last_used_on, expires_at FROM sessions;
DROP TABLE sessions;
ALTER TABLE new_sessions RENAME TO sessions;

DROP TABLE members;

CREATE TABLE new_books (
    id BIGINT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    currency TEXT NOT NULL,
    timezone TEXT NOT NULL,
    locale TEXT NOT NULL,
    week_start TEXT NOT NULL,
    month_start INTEGER NOT NULL,
    theme TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    closed_at TIMESTAMP
);
INSERT INTO new_books (id, email, email_key, password_hash, currency, timezone, locale, week_start, month_start, theme,
                       created_at, closed_at)
    SELECT u.id, u.email, u.email_key, u.password_hash, b.currency, u.timezone, u.locale, u.week_start, b.month_start,
           u.theme, u.created_at, u.closed_at
    FROM users u JOIN books b ON b.id = u.id;
DROP TABLE users;
DROP TABLE books;
ALTER TABLE new_books RENAME TO books;

ALTER TABLE categories RENAME COLUMN book_id TO user_id;
ALTER TABLE expenses RENAME COLUMN book_id TO user_id;
ALTER TABLE daily_totals RENAME COLUMN book_id TO user_id;
ALTER TABLE monthly_totals RENAME COLUMN book_id TO user_id;
ALTER TABLE budgets RENAME COLUMN book_id TO user_id;
ALTER TABLE remembered_answers RENAME COLUMN book_id TO user_id;
ALTER TABLE search_owners RENAME COLUMN book_id TO user_id;
ALTER TABLE search_changes RENAME COLUMN book_id TO user_id;
-- The foreign keys of all tables follow the new name.
ALTER TABLE books RENAME TO users;

CREATE VIEW search_spans AS
    SELECT user_id, number << 44 AS first, ((number + 1) << 44) - 1 AS last FROM search_owners;

CREATE TRIGGER search_added AFTER INSERT ON expenses WHEN NEW.deleted_at IS NULL
BEGIN
    INSERT INTO search_changes (user_id, id) VALUES (NEW.user_id, NEW.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_removed AFTER DELETE ON expenses WHEN OLD.deleted_at IS NULL
BEGIN
    INSERT INTO search_changes (user_id, id) VALUES (OLD.user_id, OLD.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_moved AFTER UPDATE OF spent_on, search, deleted_at ON expenses
    WHEN OLD.spent_on <> NEW.spent_on OR OLD.search <> NEW.search OR OLD.deleted_at IS NOT NEW.deleted_at
BEGIN
    INSERT INTO search_changes (user_id, id) VALUES (NEW.user_id, NEW.id) ON CONFLICT DO NOTHING;
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
    INSERT INTO search_index (search_index, rowid, letters)
        SELECT 'delete', r.key, r.folded FROM search_spans s JOIN search_rows r ON r.key BETWEEN s.first AND s.last
        WHERE s.user_id = OLD.id;
    DELETE FROM search_rows
        WHERE key BETWEEN (SELECT first FROM search_spans WHERE user_id = OLD.id)
                      AND (SELECT last FROM search_spans WHERE user_id = OLD.id);
    DELETE FROM search_changes WHERE user_id = OLD.id;
    DELETE FROM search_owners WHERE user_id = OLD.id;
END;
