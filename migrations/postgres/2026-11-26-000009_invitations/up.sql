-- Links by which people join a book, each once. Only a hash of the secret is kept.
CREATE TABLE invitations (
    book_id BIGINT NOT NULL REFERENCES books (id),
    id BIGINT NOT NULL,
    secret_hash TEXT NOT NULL,
    -- The role of the new member.
    role TEXT NOT NULL,
    made_by BIGINT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    -- The account that was created with the link on a closed server: nobody else can use the link any more.
    reserved_for BIGINT,
    used_by BIGINT,
    used_at TIMESTAMP,
    revoked_at TIMESTAMP,
    PRIMARY KEY (book_id, id),
    UNIQUE (book_id, secret_hash)
);
ALTER TABLE invitations ENABLE ROW LEVEL SECURITY;
ALTER TABLE invitations FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_only ON invitations
    USING (book_id = NULLIF(current_setting('app.book_id', true), '')::BIGINT);
