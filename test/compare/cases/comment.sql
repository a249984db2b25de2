-- truth: none, because a comment locks nobody out
COMMENT ON TABLE orders IS 'orders';
