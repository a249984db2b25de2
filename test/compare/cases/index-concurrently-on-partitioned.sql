-- truth: hazard, because PostgreSQL refuses it
CREATE TABLE visits (day date) PARTITION BY RANGE (day);
CREATE INDEX CONCURRENTLY visits_day_idx ON visits (day);
