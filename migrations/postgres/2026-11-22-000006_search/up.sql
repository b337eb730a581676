-- Monthly sums, updated like the daily totals. Years and the whole history are added up from them.
CREATE TABLE monthly_totals (
    user_id BIGINT NOT NULL REFERENCES users (id),
    -- Year * 100 + month.
    month INTEGER NOT NULL,
    category_id BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (user_id, month, category_id)
);
-- Separate, because Citus distributes the new table first.
ALTER TABLE monthly_totals ADD FOREIGN KEY (user_id, category_id) REFERENCES categories (user_id, id);

-- For searches for an amount.
CREATE INDEX expenses_by_amount ON expenses (user_id, amount, spent_on, id, category_id) WHERE deleted_at IS NULL;

-- The copy of the expenses for the search, without the trash and with folded text, updated with each write.
CREATE TABLE search_rows (
    user_id BIGINT NOT NULL REFERENCES users (id),
    id BIGINT NOT NULL,
    spent_on DATE NOT NULL,
    category_id BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    folded TEXT NOT NULL,
    PRIMARY KEY (user_id, id)
);

-- The statements below copy the rows of all owners, so no policy may apply to them.
ALTER TABLE daily_totals NO FORCE ROW LEVEL SECURITY;
ALTER TABLE expenses NO FORCE ROW LEVEL SECURITY;
INSERT INTO monthly_totals (user_id, month, category_id, amount, count)
    SELECT user_id, to_char(spent_on, 'YYYYMM')::INTEGER, category_id, SUM(amount)::BIGINT, SUM(count)::BIGINT
    FROM daily_totals GROUP BY 1, 2, 3;
INSERT INTO search_rows (user_id, id, spent_on, category_id, amount, folded)
    SELECT user_id, id, spent_on, category_id, amount, search FROM expenses WHERE deleted_at IS NULL;
ALTER TABLE daily_totals FORCE ROW LEVEL SECURITY;
ALTER TABLE expenses FORCE ROW LEVEL SECURITY;

ALTER TABLE monthly_totals ENABLE ROW LEVEL SECURITY;
ALTER TABLE monthly_totals FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_only ON monthly_totals
    USING (user_id = NULLIF(current_setting('app.user_id', true), '')::BIGINT);

-- LIKE is not leakproof, so with a policy on the owner only it could not use an index. This policy also compares the text,
-- which the transaction sets (SET LOCAL app.search).
ALTER TABLE search_rows ENABLE ROW LEVEL SECURITY;
ALTER TABLE search_rows FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_only ON search_rows
    USING (user_id = NULLIF(current_setting('app.user_id', true), '')::BIGINT
           AND folded LIKE COALESCE(NULLIF(current_setting('app.search', true), ''), '%'))
    WITH CHECK (user_id = NULLIF(current_setting('app.user_id', true), '')::BIGINT);

-- Without the extension a search reads all rows of the owner.
DO $$
DECLARE
    place TEXT;
BEGIN
    BEGIN
        CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
    EXCEPTION WHEN OTHERS THEN
        RAISE NOTICE 'searches will scan: %', SQLERRM;
    END;
    SELECT n.nspname INTO place FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_trgm';
    IF place IS NOT NULL THEN
        EXECUTE format('CREATE INDEX search_rows_by_text ON search_rows USING gin (folded %I.gin_trgm_ops)', place);
    END IF;
END
$$;
