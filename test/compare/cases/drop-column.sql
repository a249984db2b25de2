-- truth: hazard, because the data is gone and running code names it
ALTER TABLE orders DROP COLUMN note;
