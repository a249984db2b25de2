-- truth: hazard, because all rows stay locked until it commits
UPDATE orders SET state = 'open' WHERE state IS NULL;
