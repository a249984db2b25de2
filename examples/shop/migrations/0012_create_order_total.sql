CREATE FUNCTION order_total_cents(wanted bigint) RETURNS bigint
LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT coalesce(sum(i.quantity * i.unit_price_cents), 0) FROM order_items AS i WHERE i.order_id = wanted;
END;
