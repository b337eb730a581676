-- All that is read of a membership.
DROP INDEX members_by_user;
CREATE INDEX members_by_user ON members (user_id, book_id, role, left_at);

-- Most expenses have no request key, so they are in no index of these keys.
ALTER TABLE expenses DROP CONSTRAINT expenses_user_id_request_key_key;
CREATE UNIQUE INDEX expenses_by_request ON expenses (book_id, request_key) WHERE request_key IS NOT NULL;
