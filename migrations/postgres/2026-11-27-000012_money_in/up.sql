-- What the rows of a category are: "spending", or "income" (money in). A row has no kind of its own.
ALTER TABLE categories ADD COLUMN kind TEXT NOT NULL DEFAULT 'spending';
