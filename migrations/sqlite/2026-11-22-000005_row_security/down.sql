CREATE INDEX remembered_answers_by_time ON remembered_answers (created_at);
