-- Data belongs to a book now, and people are members of books. Each person's own book has the id of the person, so no row
-- changes its key. The migrator has turned the enforcement of foreign keys off.

-- SQLite refuses to rename what triggers and views name. They are created again below.
DROP TRIGGER search_forgotten;
DROP TRIGGER search_changed;
DROP TRIGGER search_moved;
DROP TRIGGER search_removed;
DROP TRIGGER search_added;
DROP VIEW search_spans;

-- The foreign keys of all tables follow the new name.
ALTER TABLE users RENAME TO books;
ALTER TABLE categories RENAME COLUMN user_id TO book_id;
ALTER TABLE expenses RENAME COLUMN user_id TO book_id;
ALTER TABLE daily_totals RENAME COLUMN user_id TO book_id;
ALTER TABLE monthly_totals RENAME COLUMN user_id TO book_id;
ALTER TABLE budgets RENAME COLUMN user_id TO book_id;
ALTER TABLE remembered_answers RENAME COLUMN user_id TO book_id;
ALTER TABLE search_owners RENAME COLUMN user_id TO book_id;
ALTER TABLE search_changes RENAME COLUMN user_id TO book_id;

CREATE TABLE users (
    id BIGINT NOT NULL PRIMARY KEY,
    -- As other members of a book see it; empty until it is set.
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    timezone TEXT NOT NULL,
    locale TEXT NOT NULL,
    week_start TEXT NOT NULL,
    theme TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    closed_at TIMESTAMP
);
INSERT INTO users (id, name, email, email_key, password_hash, timezone, locale, week_start, theme, created_at, closed_at)
    SELECT id, '', email, email_key, password_hash, timezone, locale, week_start, theme, created_at, closed_at FROM books;

-- `books` without the columns of people. A column with UNIQUE can't be dropped.
CREATE TABLE new_books (
    id BIGINT NOT NULL PRIMARY KEY,
    currency TEXT NOT NULL,
    month_start INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    closed_at TIMESTAMP,
    name TEXT NOT NULL
);
INSERT INTO new_books (id, name, currency, month_start, created_at, closed_at)
    SELECT id, 'Personal', currency, month_start, created_at, closed_at FROM books;
DROP TABLE books;
ALTER TABLE new_books RENAME TO books;

-- `role` is "owner", "editor" or "viewer". The name is that of the person; it stays when they leave.
CREATE TABLE members (
    book_id BIGINT NOT NULL REFERENCES books (id),
    user_id BIGINT NOT NULL,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    joined_at TIMESTAMP NOT NULL,
    left_at TIMESTAMP,
    PRIMARY KEY (book_id, user_id)
) WITHOUT ROWID;
CREATE INDEX members_by_user ON members (user_id, book_id);
INSERT INTO members (book_id, user_id, role, name, joined_at) SELECT id, id, 'owner', '', created_at FROM users;

CREATE TABLE new_sessions (
    user_id BIGINT NOT NULL REFERENCES users (id),
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

-- A token is for one book and one of its members.
CREATE TABLE new_api_tokens (
    book_id BIGINT NOT NULL REFERENCES books (id),
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    access TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    last_used_at TIMESTAMP,
    user_id BIGINT NOT NULL,
    PRIMARY KEY (book_id, id),
    UNIQUE (book_id, secret_hash)
);
INSERT INTO new_api_tokens (book_id, id, user_id, name, secret_hash, access, created_at, last_used_at)
    SELECT user_id, id, user_id, name, secret_hash, access, created_at, last_used_at FROM api_tokens;
DROP TABLE api_tokens;
ALTER TABLE new_api_tokens RENAME TO api_tokens;

CREATE VIEW search_spans AS
    SELECT book_id, number << 44 AS first, ((number + 1) << 44) - 1 AS last FROM search_owners;

CREATE TRIGGER search_added AFTER INSERT ON expenses WHEN NEW.deleted_at IS NULL
BEGIN
    INSERT INTO search_changes (book_id, id) VALUES (NEW.book_id, NEW.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_removed AFTER DELETE ON expenses WHEN OLD.deleted_at IS NULL
BEGIN
    INSERT INTO search_changes (book_id, id) VALUES (OLD.book_id, OLD.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_moved AFTER UPDATE OF spent_on, search, deleted_at ON expenses
    WHEN OLD.spent_on <> NEW.spent_on OR OLD.search <> NEW.search OR OLD.deleted_at IS NOT NEW.deleted_at
BEGIN
    INSERT INTO search_changes (book_id, id) VALUES (NEW.book_id, NEW.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_changed AFTER UPDATE OF category_id, amount ON expenses
    WHEN NEW.deleted_at IS NULL AND (OLD.category_id <> NEW.category_id OR OLD.amount <> NEW.amount)
BEGIN
    UPDATE search_rows SET category_id = NEW.category_id, amount = NEW.amount
        WHERE id = NEW.id AND key BETWEEN (SELECT first FROM search_spans WHERE book_id = NEW.book_id)
                                      AND (SELECT last FROM search_spans WHERE book_id = NEW.book_id);
END;
CREATE TRIGGER search_forgotten AFTER DELETE ON books
BEGIN
    INSERT INTO search_index (search_index, rowid, letters)
        SELECT 'delete', r.key, r.folded FROM search_spans s JOIN search_rows r ON r.key BETWEEN s.first AND s.last
        WHERE s.book_id = OLD.id;
    DELETE FROM search_rows
        WHERE key BETWEEN (SELECT first FROM search_spans WHERE book_id = OLD.id)
                      AND (SELECT last FROM search_spans WHERE book_id = OLD.id);
    DELETE FROM search_changes WHERE book_id = OLD.id;
    DELETE FROM search_owners WHERE book_id = OLD.id;
END;
