CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id bigint NOT NULL,
  status order_status NOT NULL DEFAULT 'draft',
  total_cents integer NOT NULL DEFAULT 0,
  notes text,
  legacy_reference text,
  placed_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);
