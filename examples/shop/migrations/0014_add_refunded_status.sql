-- In a file of its own: the transaction that adds a value cannot use it yet.
ALTER TYPE order_status ADD VALUE 'refunded' AFTER 'shipped';
