-- Built beside the table and attached: PARTITION OF would block reads and writes of all events.
CREATE TABLE events_2026 (LIKE events INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
ALTER TABLE events_2026 ADD CONSTRAINT events_2026_bounds
  CHECK (occurred_at >= '2026-01-01 00:00+00' AND occurred_at < '2027-01-01 00:00+00');

SET lock_timeout = '2s';
ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01 00:00+00') TO ('2027-01-01 00:00+00');
ALTER TABLE events_2026 DROP CONSTRAINT events_2026_bounds;
