CREATE VIEW open_orders AS
SELECT o.id, o.customer_id, o.total_cents, o.placed_at
FROM orders AS o
WHERE o.status IN ('placed', 'paid');
