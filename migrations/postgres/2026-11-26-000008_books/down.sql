-- Earlier versions have only the own book of each person.
ALTER TABLE members NO FORCE ROW LEVEL SECURITY;
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM members WHERE book_id <> user_id)
        OR EXISTS (SELECT 1 FROM books WHERE id NOT IN (SELECT id FROM users)) THEN
        RAISE EXCEPTION 'shared books would be lost';
    END IF;
END
$$;

ALTER POLICY owner_only ON categories
    USING (book_id = NULLIF(current_setting('app.user_id', true), '')::BIGINT);
ALTER POLICY owner_only ON expenses
    USING (book_id = NULLIF(current_setting('app.user_id', true), '')::BIGINT);
ALTER POLICY owner_only ON daily_totals
    USING (book_id = NULLIF(current_setting('app.user_id', true), '')::BIGINT);
ALTER POLICY owner_only ON monthly_totals
    USING (book_id = NULLIF(current_setting('app.user_id', true), '')::BIGINT);
ALTER POLICY owner_only ON budgets
    USING (book_id = NULLIF(current_setting('app.user_id', true), '')::BIGINT);
ALTER POLICY owner_only ON remembered_answers
    USING (book_id = NULLIF(current_setting('app.user_id', true), '')::BIGINT);
ALTER POLICY owner_only ON api_tokens
    USING (book_id = NULLIF(current_setting('app.user_id', true), '')::BIGINT);
ALTER POLICY owner_only ON search_rows
    USING (book_id = NULLIF(current_setting('app.user_id', true), '')::BIGINT
           AND folded LIKE COALESCE(NULLIF(current_setting('app.search', true), ''), '%'))
    WITH CHECK (book_id = NULLIF(current_setting('app.user_id', true), '')::BIGINT);

ALTER TABLE api_tokens DROP COLUMN user_id;
DROP TABLE members;

ALTER TABLE books DROP COLUMN name;
ALTER TABLE books ADD COLUMN email TEXT;
ALTER TABLE books ADD COLUMN email_key TEXT;
ALTER TABLE books ADD COLUMN password_hash TEXT;
ALTER TABLE books ADD COLUMN timezone TEXT;
ALTER TABLE books ADD COLUMN locale TEXT;
ALTER TABLE books ADD COLUMN week_start TEXT;
ALTER TABLE books ADD COLUMN theme TEXT;
UPDATE books SET email = users.email, email_key = users.email_key, password_hash = users.password_hash,
    timezone = users.timezone, locale = users.locale, week_start = users.week_start, theme = users.theme
    FROM users WHERE users.id = books.id;
ALTER TABLE books ALTER COLUMN email SET NOT NULL;
ALTER TABLE books ALTER COLUMN email_key SET NOT NULL;
ALTER TABLE books ALTER COLUMN password_hash SET NOT NULL;
ALTER TABLE books ALTER COLUMN timezone SET NOT NULL;
ALTER TABLE books ALTER COLUMN locale SET NOT NULL;
ALTER TABLE books ALTER COLUMN week_start SET NOT NULL;
ALTER TABLE books ALTER COLUMN theme SET NOT NULL;
ALTER TABLE books ADD CONSTRAINT users_email_key_key UNIQUE (email_key);

ALTER TABLE sessions DROP CONSTRAINT sessions_user_id_fkey;
DROP TABLE users;
ALTER TABLE categories RENAME COLUMN book_id TO user_id;
ALTER TABLE expenses RENAME COLUMN book_id TO user_id;
ALTER TABLE daily_totals RENAME COLUMN book_id TO user_id;
ALTER TABLE monthly_totals RENAME COLUMN book_id TO user_id;
ALTER TABLE budgets RENAME COLUMN book_id TO user_id;
ALTER TABLE remembered_answers RENAME COLUMN book_id TO user_id;
ALTER TABLE api_tokens RENAME COLUMN book_id TO user_id;
ALTER TABLE search_rows RENAME COLUMN book_id TO user_id;
ALTER TABLE books RENAME TO users;
ALTER TABLE sessions ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id);
