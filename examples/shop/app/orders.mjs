// What the shop's running code asks of the database. Airlock reads it to say who still uses what a migration takes away.

/** The latest orders of a customer. */
export function ordersOf(db, customerId) {
  return db.query(
    `SELECT id, status, total_cents, notes
     FROM orders
     WHERE customer_id = $1
     ORDER BY placed_at DESC
     LIMIT 20`,
    [customerId],
  );
}

/** Finds an order by the number that the old shop gave it. */
export function orderByOldNumber(db, reference) {
  return db.query('SELECT id FROM orders WHERE legacy_reference = $1', [reference]);
}

/** Keeps what the customer wrote beside the order. */
export function saveNotes(db, id, notes) {
  return db.query('UPDATE orders SET notes = $2 WHERE id = $1', [id, notes]);
}
