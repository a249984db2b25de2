-- truth: hazard, because the table is rewritten under ACCESS EXCLUSIVE
VACUUM FULL orders;
