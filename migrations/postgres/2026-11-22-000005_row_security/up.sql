-- Row-level security: a statement sees and writes only rows of the user in `SET LOCAL app.user_id` of its transaction, even
-- without the owner in its WHERE. FORCE is needed because the app connects as the owner of the tables. Without the setting
-- no rows are visible.
--
-- A later migration that changes rows has to set NO FORCE on the table before and FORCE after it.

ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE sessions FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_only ON sessions
    USING (user_id = NULLIF(current_setting('app.user_id', true), '')::BIGINT);

ALTER TABLE categories ENABLE ROW LEVEL SECURITY;
ALTER TABLE categories FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_only ON categories
    USING (user_id = NULLIF(current_setting('app.user_id', true), '')::BIGINT);

ALTER TABLE expenses ENABLE ROW LEVEL SECURITY;
ALTER TABLE expenses FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_only ON expenses
    USING (user_id = NULLIF(current_setting('app.user_id', true), '')::BIGINT);

ALTER TABLE daily_totals ENABLE ROW LEVEL SECURITY;
ALTER TABLE daily_totals FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_only ON daily_totals
    USING (user_id = NULLIF(current_setting('app.user_id', true), '')::BIGINT);

ALTER TABLE budgets ENABLE ROW LEVEL SECURITY;
ALTER TABLE budgets FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_only ON budgets
    USING (user_id = NULLIF(current_setting('app.user_id', true), '')::BIGINT);

ALTER TABLE api_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_only ON api_tokens
    USING (user_id = NULLIF(current_setting('app.user_id', true), '')::BIGINT);

ALTER TABLE remembered_answers ENABLE ROW LEVEL SECURITY;
ALTER TABLE remembered_answers FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_only ON remembered_answers
    USING (user_id = NULLIF(current_setting('app.user_id', true), '')::BIGINT);

-- Old responses are now searched for each account.
DROP INDEX remembered_answers_by_time;
