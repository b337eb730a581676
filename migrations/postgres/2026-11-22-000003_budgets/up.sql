-- A budget applies from its month (year * 100 + month) until a later row. A null amount ends it.
-- Without a category it is the overall monthly budget.
CREATE TABLE budgets (
    user_id BIGINT NOT NULL REFERENCES users (id),
    id BIGINT NOT NULL,
    category_id BIGINT,
    month INTEGER NOT NULL,
    amount BIGINT,
    PRIMARY KEY (user_id, id),
    FOREIGN KEY (user_id, category_id) REFERENCES categories (user_id, id)
);
CREATE UNIQUE INDEX budgets_overall ON budgets (user_id, month) WHERE category_id IS NULL;
CREATE UNIQUE INDEX budgets_by_category ON budgets (user_id, category_id, month) WHERE category_id IS NOT NULL;
