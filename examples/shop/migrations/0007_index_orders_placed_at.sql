-- Outside a transaction, and alone in its file: writes to orders go on while it is built.
CREATE INDEX CONCURRENTLY orders_placed_at_idx ON orders (placed_at) WHERE placed_at IS NOT NULL;
