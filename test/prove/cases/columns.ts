import { type Case, cases, type Row } from '../engine/case.js';

const volatile = ['gen_random_uuid()', 'clock_timestamp()', 'random()', "('x' || random())", "nextval('s')"] as const;
const typeOf: Readonly<Record<string, string>> = {
  'gen_random_uuid()': 'uuid',
  'clock_timestamp()': 'timestamptz',
  'random()': 'float8',
  "('x' || random())": 'text',
  "nextval('s')": 'bigint',
};
const places = [
  'customers',
  'orders',
  'lines',
  'logs',
  '"Order Lines"',
  'app.events',
  'parts',
  'loose',
  'base',
  'uq',
  'tree',
] as const;

/** Every volatile default on every kind of table. */
const volatileDefaults = places.flatMap((table) =>
  volatile.flatMap((value): Row[] => [
    [
      `ALTER TABLE ${table} ADD COLUMN fresh ${typeOf[value]} DEFAULT ${value};`,
      { volatile: 'fresh', history: 'CREATE SEQUENCE s;', new: `UPDATE ${table} SET fresh = DEFAULT` },
    ],
    [
      `ALTER TABLE ${table} ADD COLUMN fresh ${typeOf[value]} NOT NULL DEFAULT ${value};`,
      { volatile: 'fresh', history: 'CREATE SEQUENCE s;' },
    ],
  ]),
);

/** A column that nothing fills but the author. */
const required = places.flatMap((table): Row[] => [
  [
    `ALTER TABLE ${table} ADD COLUMN must text NOT NULL;`,
    {
      value: "'v'",
      same: `ALTER TABLE ${table} ADD COLUMN must text; UPDATE ${table} SET must = 'v'; ALTER TABLE ${table} ALTER COLUMN must SET NOT NULL;`,
    },
  ],
  [
    `ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS must int NOT NULL;`,
    {
      value: '7',
      same: `ALTER TABLE ${table} ADD COLUMN must int; UPDATE ${table} SET must = 7; ALTER TABLE ${table} ALTER COLUMN must SET NOT NULL;`,
    },
  ],
]);

const constant = places.flatMap((table): Row[] => [
  [`ALTER TABLE ${table} ADD COLUMN kind2 text NOT NULL DEFAULT 'a';`],
  [`ALTER TABLE ${table} ADD COLUMN amount int NOT NULL DEFAULT 5 CHECK (amount > 0);`],
  [
    `ALTER TABLE ${table} ADD COLUMN amount int DEFAULT 5 CONSTRAINT positive CHECK (amount > 0), ADD COLUMN other text;`,
  ],
  [`ALTER TABLE ${table} ADD COLUMN free text;`],
]);

const unique: readonly Row[] = [
  ['ALTER TABLE customers ADD COLUMN slug text UNIQUE;', { new: "UPDATE customers SET slug = 's:k' WHERE id = :r" }],
  ['ALTER TABLE customers ADD COLUMN slug text CONSTRAINT one_slug UNIQUE;'],
  ['ALTER TABLE customers ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE;', { volatile: 'token' }],
  ['ALTER TABLE lines ADD COLUMN token uuid DEFAULT gen_random_uuid() UNIQUE;', { volatile: 'token' }],
  [
    'ALTER TABLE "Order Lines" ADD COLUMN "Token" uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE;',
    { volatile: 'Token' },
  ],
  ['ALTER TABLE customers ADD COLUMN best bigint REFERENCES orders;'],
  ['ALTER TABLE customers ADD COLUMN best bigint REFERENCES orders ON DELETE SET NULL;'],
  ['ALTER TABLE customers ADD COLUMN best bigint DEFAULT 1 REFERENCES orders;'],
  [
    'ALTER TABLE customers ADD COLUMN best bigint NOT NULL DEFAULT 3 REFERENCES orders (id) ON DELETE CASCADE;',
    { quiet: true },
  ],
  [
    'ALTER TABLE customers ADD COLUMN best bigint CONSTRAINT best_order REFERENCES orders DEFERRABLE INITIALLY DEFERRED;',
  ],
  ['ALTER TABLE tree ADD COLUMN twin int DEFAULT 1 REFERENCES tree;'],
  ['ALTER TABLE orders ADD COLUMN id2 bigint GENERATED ALWAYS AS IDENTITY;', { volatile: 'id2' }],
  ['ALTER TABLE orders ADD COLUMN number serial;', { volatile: 'number' }],
  ['ALTER TABLE orders ADD COLUMN twice int GENERATED ALWAYS AS (qty * 2) STORED;'],
  ['ALTER TABLE logs ADD COLUMN id bigserial PRIMARY KEY;', { volatile: 'id' }],
  ['ALTER TABLE logs ADD COLUMN id uuid PRIMARY KEY DEFAULT gen_random_uuid();', { volatile: 'id' }],
  [
    'ALTER TABLE logs ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid(); ALTER TABLE logs ADD PRIMARY KEY (id);',
    { volatile: 'id' },
  ],
  ['ALTER TABLE logs ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid(), ADD PRIMARY KEY (id);', { volatile: 'id' }],
  ["ALTER TABLE customers ADD COLUMN cur char(3) NOT NULL DEFAULT 'EUR';"],
  [
    'ALTER TABLE customers ADD COLUMN seen timestamptz /* when */ DEFAULT clock_timestamp() -- c\n NOT NULL;',
    { volatile: 'seen' },
  ],
  ['ALTER TABLE customers ADD COLUMN seen timestamptz NOT NULL DEFAULT now();', { volatile: 'seen' }],
  ['ALTER TABLE customers ADD COLUMN a uuid DEFAULT gen_random_uuid(), ADD COLUMN b int DEFAULT 3;', { volatile: 'a' }],
  [
    'ALTER TABLE customers ADD COLUMN a uuid DEFAULT gen_random_uuid(), ADD COLUMN b uuid NOT NULL DEFAULT gen_random_uuid();',
    { volatile: 'a b' },
  ],
  ['ALTER TABLE customers ADD COLUMN a int CHECK (a > 0), ADD COLUMN b text COLLATE "C" DEFAULT \'x\';'],
  ["ALTER TABLE customers ADD COLUMN d jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(d) = 'object');"],
  ['ALTER TABLE IF EXISTS customers ADD COLUMN u uuid DEFAULT gen_random_uuid();', { volatile: 'u' }],
  ['ALTER TABLE ONLY customers ADD COLUMN u uuid DEFAULT gen_random_uuid();', { volatile: 'u' }],
  ['ALTER TABLE ONLY base ADD COLUMN u int;', { same: 'ALTER TABLE base ADD COLUMN u int;' }],
  ['CREATE DOMAIN plus AS int CHECK (VALUE > 0); ALTER TABLE customers ADD COLUMN p plus DEFAULT 3;'],
  [
    'ALTER TABLE customers ADD COLUMN p plus NOT NULL DEFAULT 3;',
    { history: 'CREATE DOMAIN plus AS int CHECK (VALUE > 0);' },
  ],
  [
    'BEGIN; ALTER TABLE customers ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid(); COMMIT;',
    { volatile: 'token' },
  ],
  [
    'BEGIN; ALTER TABLE customers ADD COLUMN token uuid DEFAULT gen_random_uuid(); CREATE INDEX ON customers (token); COMMIT;',
    { volatile: 'token' },
  ],
  [
    'ALTER TABLE customers ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid(); CREATE INDEX customers_token ON customers (token);',
    { volatile: 'token' },
  ],
  [
    'ALTER TABLE customers ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid(); UPDATE customers SET rank = 4;',
    { volatile: 'token', quiet: true },
  ],
  [
    'ALTER TABLE customers ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();',
    { volatile: 'token', later: 'CREATE INDEX customers_token ON customers (token);' },
  ],
  [
    'ALTER TABLE customers ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();',
    { volatile: 'token', later: 'ALTER TABLE customers ADD UNIQUE (token);' },
  ],
  [
    'ALTER TABLE customers ADD COLUMN k uuid NOT NULL DEFAULT gen_random_uuid();',
    { volatile: 'k', history: 'ALTER TABLE customers ADD CONSTRAINT customers_k_not_null_check CHECK (rank > -1);' },
  ],
  [
    'ALTER TABLE customers ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();',
    { volatile: 'token', config: { transaction: 'per-file' } },
  ],
  [
    'ALTER TABLE orders ADD COLUMN must text NOT NULL;',
    {
      config: { transaction: 'per-file' },
      value: "'v'",
      same: "ALTER TABLE orders ADD COLUMN must text; UPDATE orders SET must = 'v'; ALTER TABLE orders ALTER COLUMN must SET NOT NULL;",
    },
  ],
  [
    'ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid();',
    {
      // The backfill fires the row triggers, which its file says.
      volatile: 'token sku',
      history:
        "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.sku := 'touched'; RETURN NEW; END $$; CREATE TRIGGER t BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();",
    },
  ],
];

export const addColumnCases: readonly Case[] = [
  ...cases('add column, volatile', volatileDefaults),
  ...cases('add column, required', required),
  ...cases('add column, constant', constant),
  ...cases('add column, other', unique),
];
