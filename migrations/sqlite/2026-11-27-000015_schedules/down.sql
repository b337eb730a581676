DROP TABLE feeds;
DROP TABLE dismissed_schedules;
DROP TABLE occurrences;
DROP TABLE schedules;
