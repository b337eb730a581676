-- A search may name an amount.
CREATE INDEX expenses_by_amount ON expenses (user_id, amount, spent_on, id, category_id) WHERE deleted_at IS NULL;

-- What a search reads: a copy of the live expenses with the text as a search sees it, kept by whoever writes an expense.
-- It is a table of its own because LIKE is not leakproof: below a policy on the expenses themselves no index would serve it.
CREATE TABLE search_rows (
    user_id BIGINT NOT NULL REFERENCES users (id),
    id BIGINT NOT NULL,
    spent_on DATE NOT NULL,
    category_id BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    folded TEXT NOT NULL,
    PRIMARY KEY (user_id, id)
);
INSERT INTO search_rows (user_id, id, spent_on, category_id, amount, folded)
    SELECT user_id, id, spent_on, category_id, amount, search FROM expenses WHERE deleted_at IS NULL;

-- Where the extension can't be had, a search reads the owner's rows one by one.
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
