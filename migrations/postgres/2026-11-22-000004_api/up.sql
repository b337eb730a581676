-- Personal access tokens. Only a hash of the secret is stored. `access` is "read" or "write".
CREATE TABLE api_tokens (
    user_id BIGINT NOT NULL REFERENCES users (id),
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    access TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    last_used_at TIMESTAMP,
    PRIMARY KEY (user_id, id),
    UNIQUE (user_id, secret_hash)
);

-- Responses of the API for retries with the same Idempotency-Key, stored for a day.
CREATE TABLE remembered_answers (
    user_id BIGINT NOT NULL REFERENCES users (id),
    idempotency_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status INTEGER NOT NULL,
    location TEXT,
    etag TEXT,
    body TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (user_id, idempotency_key)
);
CREATE INDEX remembered_answers_by_time ON remembered_answers (created_at);
