CREATE TABLE categories (
    user_id BIGINT NOT NULL REFERENCES users (id),
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    color TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (user_id, id),
    UNIQUE (user_id, name_key)
);

CREATE TABLE expenses (
    user_id BIGINT NOT NULL REFERENCES users (id),
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
    PRIMARY KEY (user_id, id),
    UNIQUE (user_id, request_key),
    FOREIGN KEY (user_id, category_id) REFERENCES categories (user_id, id)
);
CREATE INDEX expenses_by_day ON expenses (user_id, spent_on, id, category_id, amount) WHERE deleted_at IS NULL;
CREATE INDEX expenses_by_category ON expenses (user_id, category_id, spent_on, id, amount) WHERE deleted_at IS NULL;
CREATE INDEX expenses_in_trash ON expenses (user_id, deleted_at, id) WHERE deleted_at IS NOT NULL;

-- Daily sums, updated in the transaction that writes an expense.
CREATE TABLE daily_totals (
    user_id BIGINT NOT NULL REFERENCES users (id),
    spent_on DATE NOT NULL,
    category_id BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (user_id, spent_on, category_id),
    FOREIGN KEY (user_id, category_id) REFERENCES categories (user_id, id)
);
