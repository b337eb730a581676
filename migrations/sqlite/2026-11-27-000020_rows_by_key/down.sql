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

CREATE TABLE new_expenses (
    book_id BIGINT NOT NULL REFERENCES books (id),
    id BIGINT NOT NULL,
    spent_on DATE NOT NULL,
    category_id BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    description TEXT NOT NULL,
    search TEXT NOT NULL,
    request_key TEXT,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    deleted_at TIMESTAMP,
    paid_by BIGINT,
    created_by BIGINT,
    PRIMARY KEY (book_id, id),
    UNIQUE (book_id, request_key),
    FOREIGN KEY (book_id, category_id) REFERENCES categories (book_id, id)
);
INSERT INTO new_expenses (book_id, id, spent_on, category_id, amount, description, search, request_key, version, created_at,
    updated_at, deleted_at, paid_by, created_by)
    SELECT book_id, id, spent_on, category_id, amount, description, search, request_key, version, created_at,
        updated_at, deleted_at, paid_by, created_by
    FROM expenses ORDER BY book_id, id;
DROP TABLE expenses;
ALTER TABLE new_expenses RENAME TO expenses;
CREATE INDEX expenses_by_day ON expenses (book_id, spent_on, id, category_id, amount) WHERE deleted_at IS NULL;
CREATE INDEX expenses_by_category ON expenses (book_id, category_id, spent_on, id, amount) WHERE deleted_at IS NULL;
CREATE INDEX expenses_in_trash ON expenses (book_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX expenses_by_amount ON expenses (book_id, amount, spent_on, id, category_id) WHERE deleted_at IS NULL;
CREATE INDEX expenses_by_payer ON expenses (book_id, paid_by, spent_on, id, category_id, amount)
    WHERE paid_by IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX expenses_by_description ON expenses (book_id, search, spent_on, id)
    WHERE deleted_at IS NULL AND search <> '';
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
