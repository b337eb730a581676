DROP TABLE daily_totals;
DROP TABLE expenses;
DROP TABLE categories;
