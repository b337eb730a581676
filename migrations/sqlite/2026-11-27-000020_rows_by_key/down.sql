CREATE TABLE new_users (
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
INSERT INTO new_users (id, name, email, email_key, password_hash, timezone, locale, week_start, theme, created_at, closed_at)
    SELECT id, name, email, email_key, password_hash, timezone, locale, week_start, theme, created_at, closed_at FROM users;
DROP TABLE users;
ALTER TABLE new_users RENAME TO users;

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

-- The trigger goes with its table, and is created again below.
CREATE TABLE new_books (
    id BIGINT NOT NULL PRIMARY KEY,
    currency TEXT NOT NULL,
    month_start INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    closed_at TIMESTAMP,
    name TEXT NOT NULL,
    made_by BIGINT NOT NULL DEFAULT 0,
    is_shared BOOLEAN NOT NULL DEFAULT FALSE
);
INSERT INTO new_books (id, currency, month_start, created_at, closed_at, name, made_by, is_shared)
    SELECT id, currency, month_start, created_at, closed_at, name, made_by, is_shared FROM books;
DROP TABLE books;
ALTER TABLE new_books RENAME TO books;
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

DROP INDEX members_by_user;
CREATE INDEX members_by_user ON members (user_id, book_id);
