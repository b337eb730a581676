DROP TABLE search_rows;
DROP INDEX expenses_by_amount;
