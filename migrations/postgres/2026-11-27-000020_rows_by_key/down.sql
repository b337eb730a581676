DROP INDEX expenses_by_request;
ALTER TABLE expenses ADD CONSTRAINT expenses_user_id_request_key_key UNIQUE (book_id, request_key);

DROP INDEX members_by_user;
CREATE INDEX members_by_user ON members (user_id, book_id);
