-- Data belongs to a book now, and people are members of books. Each person's own book has the id of the person, so no row
-- changes its key. The foreign keys and policies of all tables follow the new names.
ALTER TABLE users RENAME TO books;
ALTER TABLE categories RENAME COLUMN user_id TO book_id;
ALTER TABLE expenses RENAME COLUMN user_id TO book_id;
ALTER TABLE daily_totals RENAME COLUMN user_id TO book_id;
ALTER TABLE monthly_totals RENAME COLUMN user_id TO book_id;
ALTER TABLE budgets RENAME COLUMN user_id TO book_id;
ALTER TABLE remembered_answers RENAME COLUMN user_id TO book_id;
ALTER TABLE api_tokens RENAME COLUMN user_id TO book_id;
ALTER TABLE search_rows RENAME COLUMN user_id TO book_id;

-- Its constraints have names of their own, because those of the former table are still in use.
CREATE TABLE users (
    id BIGINT NOT NULL CONSTRAINT people_pkey PRIMARY KEY,
    -- As other members of a book see it; empty until it is set.
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL CONSTRAINT people_email_key UNIQUE,
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
ALTER TABLE sessions DROP CONSTRAINT sessions_user_id_fkey;
ALTER TABLE sessions ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id);

ALTER TABLE books DROP COLUMN email;
ALTER TABLE books DROP COLUMN email_key;
ALTER TABLE books DROP COLUMN password_hash;
ALTER TABLE books DROP COLUMN timezone;
ALTER TABLE books DROP COLUMN locale;
ALTER TABLE books DROP COLUMN week_start;
ALTER TABLE books DROP COLUMN theme;
ALTER TABLE books ADD COLUMN name TEXT NOT NULL DEFAULT 'Personal';
ALTER TABLE books ALTER COLUMN name DROP DEFAULT;

-- `role` is "owner", "editor" or "viewer". The name is that of the person; it stays when they leave.
CREATE TABLE members (
    book_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    joined_at TIMESTAMP NOT NULL,
    left_at TIMESTAMP,
    PRIMARY KEY (book_id, user_id)
);
-- Separate, because Citus distributes the new table first.
ALTER TABLE members ADD FOREIGN KEY (book_id) REFERENCES books (id);
CREATE INDEX members_by_user ON members (user_id, book_id);
INSERT INTO members (book_id, user_id, role, name, joined_at) SELECT id, id, 'owner', '', created_at FROM users;
ALTER TABLE members ENABLE ROW LEVEL SECURITY;
ALTER TABLE members FORCE ROW LEVEL SECURITY;
CREATE POLICY of_the_book ON members
    USING (book_id = NULLIF(current_setting('app.book_id', true), '')::BIGINT);
CREATE POLICY of_the_person ON members
    USING (user_id = NULLIF(current_setting('app.user_id', true), '')::BIGINT);

-- A token is for one book and one of its members.
ALTER TABLE api_tokens ADD COLUMN user_id BIGINT;
ALTER TABLE api_tokens NO FORCE ROW LEVEL SECURITY;
UPDATE api_tokens SET user_id = book_id;
ALTER TABLE api_tokens FORCE ROW LEVEL SECURITY;
ALTER TABLE api_tokens ALTER COLUMN user_id SET NOT NULL;

ALTER POLICY owner_only ON categories
    USING (book_id = NULLIF(current_setting('app.book_id', true), '')::BIGINT);
ALTER POLICY owner_only ON expenses
    USING (book_id = NULLIF(current_setting('app.book_id', true), '')::BIGINT);
ALTER POLICY owner_only ON daily_totals
    USING (book_id = NULLIF(current_setting('app.book_id', true), '')::BIGINT);
ALTER POLICY owner_only ON monthly_totals
    USING (book_id = NULLIF(current_setting('app.book_id', true), '')::BIGINT);
ALTER POLICY owner_only ON budgets
    USING (book_id = NULLIF(current_setting('app.book_id', true), '')::BIGINT);
ALTER POLICY owner_only ON remembered_answers
    USING (book_id = NULLIF(current_setting('app.book_id', true), '')::BIGINT);
ALTER POLICY owner_only ON api_tokens
    USING (book_id = NULLIF(current_setting('app.book_id', true), '')::BIGINT);
ALTER POLICY owner_only ON search_rows
    USING (book_id = NULLIF(current_setting('app.book_id', true), '')::BIGINT
           AND folded LIKE COALESCE(NULLIF(current_setting('app.search', true), ''), '%'))
    WITH CHECK (book_id = NULLIF(current_setting('app.book_id', true), '')::BIGINT);
