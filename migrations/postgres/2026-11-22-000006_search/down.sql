DROP TABLE search_rows;
DROP INDEX expenses_by_amount;
DROP TABLE monthly_totals;
