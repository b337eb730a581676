-- A file that was uploaded, from its first reading to its undoing.
CREATE TABLE imports (
    book_id BIGINT NOT NULL REFERENCES books (id),
    id BIGINT NOT NULL,
    -- That of the file, or "Pasted text".
    name TEXT NOT NULL,
    -- Of the file, in hex.
    sha256 TEXT NOT NULL,
    -- "read_as", "review", "done" or "undone".
    state TEXT NOT NULL,
    -- "csv", "ofx", "qif", "mt940" or "camt".
    format TEXT NOT NULL,
    -- JSON: what a person has chosen of how the file is read.
    choices TEXT NOT NULL,
    -- JSON: how the file is read, its columns and the open questions; NULL where it can't be read.
    reading TEXT,
    -- Why it can't be read.
    problem TEXT,
    -- Identifies files with the same columns.
    header_key TEXT,
    -- Whether the choices are those of an earlier file with the same columns.
    is_remembered BOOLEAN NOT NULL,
    -- The category of rows for which nothing else says one.
    category TEXT NOT NULL,
    -- The same for money in; NULL leaves such rows out.
    money_in TEXT,
    -- "explained", "not_explained", or NULL where the file has no balances.
    balances TEXT,
    -- The days of the rows.
    first_on DATE,
    last_on DATE,
    new_rows BIGINT NOT NULL,
    known_rows BIGINT NOT NULL,
    maybe_rows BIGINT NOT NULL,
    left_out_rows BIGINT NOT NULL,
    rejected_rows BIGINT NOT NULL,
    -- Expenses that it made.
    created_rows BIGINT NOT NULL,
    -- Grows with each reading and each change of the state.
    version BIGINT NOT NULL,
    created_by BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    confirmed_at TIMESTAMP,
    undone_at TIMESTAMP,
    PRIMARY KEY (book_id, id)
) WITHOUT ROWID;

-- The bytes of a file, until it is confirmed or deleted.
CREATE TABLE import_files (
    book_id BIGINT NOT NULL,
    import_id BIGINT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (book_id, import_id),
    FOREIGN KEY (book_id, import_id) REFERENCES imports (book_id, id)
);

-- The data rows of a file, each with its verdict.
CREATE TABLE import_rows (
    book_id BIGINT NOT NULL,
    import_id BIGINT NOT NULL,
    -- From 1, in the order of the file.
    row_number INTEGER NOT NULL,
    -- Where it starts in the file, from 1.
    line BIGINT NOT NULL,
    -- "new", "known", "maybe", "left_out" or "rejected".
    verdict TEXT NOT NULL,
    -- Why, as a word.
    reason TEXT,
    -- Whether an expense is to be made of it; of a confirmed import: whether one was made.
    take BOOLEAN NOT NULL,
    booked_on DATE,
    -- In minor units; negative is money out.
    amount BIGINT,
    currency TEXT,
    description TEXT NOT NULL,
    memo TEXT NOT NULL,
    -- NULL is the one of the import.
    category TEXT,
    -- The identifier and the account that the file gives it.
    source_id TEXT,
    account TEXT,
    -- A hash of the folded description.
    text_key BIGINT NOT NULL,
    -- The expense that was made of it, or the one that it is, or may be.
    expense_id BIGINT,
    -- As it stands in the file, if it was rejected.
    raw TEXT,
    PRIMARY KEY (book_id, import_id, row_number),
    FOREIGN KEY (book_id, import_id) REFERENCES imports (book_id, id)
) WITHOUT ROWID;

-- How the last file with the same columns was read.
CREATE TABLE import_mappings (
    book_id BIGINT NOT NULL REFERENCES books (id),
    header_key TEXT NOT NULL,
    -- JSON.
    choices TEXT NOT NULL,
    used_at TIMESTAMP NOT NULL,
    PRIMARY KEY (book_id, header_key)
) WITHOUT ROWID;
