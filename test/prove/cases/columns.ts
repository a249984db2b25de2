import { type Case, cases } from '../engine/case.js';

export const columnCases: readonly Case[] = [
  ...cases('not null', [
    [
      'ALTER TABLE customers ALTER COLUMN note SET NOT NULL;',
      {
        value: "'none'",
        same: "UPDATE customers SET note = 'none' WHERE note IS NULL; ALTER TABLE customers ALTER COLUMN note SET NOT NULL;",
      },
    ],
    ['ALTER TABLE orders ALTER COLUMN sku SET NOT NULL;', { bad: 'INSERT INTO orders (id, qty) VALUES (900, 1)' }],
  ]),
  ...cases('type', [
    [
      'ALTER TABLE orders ALTER COLUMN total TYPE bigint;',
      { new: 'UPDATE orders SET total = 3000000000 WHERE id = :r' },
    ],
  ]),
  ...cases('add column', [
    ['ALTER TABLE customers ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();', { volatile: 'token' }],
    ['ALTER TABLE customers ADD COLUMN ref bigint REFERENCES orders;'],
  ]),
  ...cases('constraint', [
    ['ALTER TABLE customers ADD UNIQUE (email);', { bad: "INSERT INTO customers (id, email) VALUES (900, 'c3@x')" }],
    [
      'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers;',
      { bad: 'INSERT INTO orders (id, qty, customer_id) VALUES (900, 1, 777)' },
    ],
    ['ALTER TABLE orders ADD CHECK (qty > 0);', { bad: 'INSERT INTO orders (id, qty) VALUES (900, -1)' }],
  ]),
];
