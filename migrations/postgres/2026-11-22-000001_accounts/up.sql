CREATE TABLE users (
    id BIGINT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    currency TEXT NOT NULL,
    timezone TEXT NOT NULL,
    locale TEXT NOT NULL,
    week_start TEXT NOT NULL,
    month_start INTEGER NOT NULL,
    theme TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    closed_at TIMESTAMP
);

CREATE TABLE sessions (
    user_id BIGINT NOT NULL REFERENCES users (id),
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    device TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    last_used_on DATE NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    PRIMARY KEY (user_id, id)
);

-- Failed sign-ins per address, with or without an account.
CREATE TABLE sign_in_failures (
    email_key TEXT NOT NULL,
    id BIGINT NOT NULL,
    failed_at TIMESTAMP NOT NULL,
    PRIMARY KEY (email_key, id)
);
CREATE INDEX sign_in_failures_by_time ON sign_in_failures (failed_at);

-- One row: the number of the last server process that started. It is part of every id that process makes.
CREATE TABLE id_nodes (
    id INTEGER NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL
);
INSERT INTO id_nodes (id, last) VALUES (1, 0);
