DROP TABLE remembered_answers;
DROP TABLE api_tokens;
