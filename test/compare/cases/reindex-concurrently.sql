-- truth: none, because it runs beside reads and writes
REINDEX INDEX CONCURRENTLY orders_code_key;
