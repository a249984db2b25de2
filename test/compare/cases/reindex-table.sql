-- truth: hazard, because writes wait and the indexes are locked
REINDEX TABLE orders;
