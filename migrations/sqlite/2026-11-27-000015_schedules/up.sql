-- An expense that recurs: rent, a subscription, a salary.
CREATE TABLE schedules (
    book_id BIGINT NOT NULL REFERENCES books (id),
    id BIGINT NOT NULL,
    category_id BIGINT NOT NULL,
    -- In minor units.
    amount BIGINT NOT NULL,
    description TEXT NOT NULL,
    -- Like those of an expense: NULL is who made the book.
    paid_by BIGINT,
    created_by BIGINT,
    -- The other dates are counted from this one.
    first_on DATE NOT NULL,
    -- "day", "week", "month" or "year".
    unit TEXT NOT NULL,
    every INTEGER NOT NULL,
    -- The last possible date.
    until DATE,
    -- The number of dates.
    times INTEGER,
    -- "post" or "ask".
    mode TEXT NOT NULL,
    -- The first date that was neither posted nor skipped; NULL after the last one.
    next_on DATE,
    paused_on DATE,
    ended_on DATE,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    -- Identifies the submit of the form that created it.
    request_key TEXT,
    PRIMARY KEY (book_id, id),
    FOREIGN KEY (book_id, category_id) REFERENCES categories (book_id, id)
) WITHOUT ROWID;

CREATE INDEX schedules_by_next ON schedules (book_id, next_on);
CREATE UNIQUE INDEX schedules_by_request ON schedules (book_id, request_key) WHERE request_key IS NOT NULL;

-- What was decided about a date of a schedule.
CREATE TABLE occurrences (
    book_id BIGINT NOT NULL,
    schedule_id BIGINT NOT NULL,
    due_on DATE NOT NULL,
    -- "posted", "skipped", or "changed" for a coming one with another amount or description.
    state TEXT NOT NULL,
    -- The expense that was made of it. It may have been deleted since.
    expense_id BIGINT,
    amount BIGINT,
    description TEXT,
    decided_at TIMESTAMP NOT NULL,
    PRIMARY KEY (book_id, schedule_id, due_on),
    FOREIGN KEY (book_id, schedule_id) REFERENCES schedules (book_id, id)
) WITHOUT ROWID;

-- Suggestions of schedules that were dismissed, by a hash of their folded description.
CREATE TABLE dismissed_schedules (
    book_id BIGINT NOT NULL REFERENCES books (id),
    text_key BIGINT NOT NULL,
    dismissed_at TIMESTAMP NOT NULL,
    PRIMARY KEY (book_id, text_key)
) WITHOUT ROWID;

-- Links by which calendars read what is coming. Only a hash of the secret is kept.
CREATE TABLE feeds (
    book_id BIGINT NOT NULL REFERENCES books (id),
    id BIGINT NOT NULL,
    -- The member who made it. It ends with their membership.
    user_id BIGINT NOT NULL,
    secret_hash TEXT NOT NULL,
    with_amounts BOOLEAN NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (book_id, id),
    UNIQUE (book_id, secret_hash)
) WITHOUT ROWID;
