import type { Random } from './random.js';

/** Statements made by chance from few names, so that everything gets to be everything else: table, column, index, view. */
export function grammarText(random: Random, names: readonly string[] = ['a', 'b', 'c', 'd']): string {
  return `${random.times(1, 7, () => statement(random, names)).join(random.pick([';\n', '; ', ';\n\n']))};\n`;
}

function statement(random: Random, names: readonly string[]): string {
  const n = (): string => random.pick(names);
  const t = (): string => (random.chance(0.1) ? `public.${n()}` : n());
  const type = (): string =>
    random.pick([
      'int',
      'bigint',
      'text',
      'varchar(20)',
      'numeric(10, 2)',
      'timestamptz',
      'jsonb',
      'serial',
      n(),
      'int[]',
    ]);
  const value = (): string =>
    random.pick([
      '0',
      '1',
      "'x'",
      'NULL',
      'now()',
      'clock_timestamp()',
      'gen_random_uuid()',
      `${n()}()`,
      n(),
      '-1',
      "nextval('a')",
    ]);
  const condition = (): string =>
    random.pick([
      `${n()} > 0`,
      `${n()} IS NOT NULL`,
      `${n()} IS NULL`,
      `${n()} = ${value()}`,
      `${n()} IN (1, 2)`,
      `${n()} BETWEEN 1 AND 10`,
      `${n()} > 0 AND ${n()} < 9`,
      `${n()} IN (SELECT ${n()} FROM ${t()})`,
      `NOT ${n()}`,
      'true',
    ]);
  const reference = (): string => `REFERENCES ${t()}${random.pick(['', ` (${n()})`, ` (${n()}) ON DELETE CASCADE`])}`;
  const column = (): string =>
    `${n()} ${type()}${random
      .times(0, 2, () =>
        random.pick([
          ' NOT NULL',
          ` DEFAULT ${value()}`,
          ' UNIQUE',
          ' PRIMARY KEY',
          ` CHECK (${condition()})`,
          ` ${reference()}`,
          ' GENERATED ALWAYS AS IDENTITY',
          ` GENERATED ALWAYS AS (${n()} + 1) STORED`,
          ' COLLATE "C"',
        ]),
      )
      .join('')}`;
  const constraint = (): string =>
    `${random.pick(['', `CONSTRAINT ${n()} `])}${random.pick([
      `CHECK (${condition()})`,
      `CHECK (${condition()}) NOT VALID`,
      `UNIQUE (${n()})`,
      `UNIQUE (${n()}, ${n()})`,
      `PRIMARY KEY (${n()})`,
      `FOREIGN KEY (${n()}) ${reference()}`,
      `FOREIGN KEY (${n()}) ${reference()} NOT VALID`,
      `UNIQUE USING INDEX ${n()}`,
      `EXCLUDE USING gist (${n()} WITH =)`,
    ])}`;
  const bound = (): string =>
    random.pick([
      'DEFAULT',
      'FOR VALUES FROM (1) TO (10)',
      "FOR VALUES IN (1, 'x')",
      'FOR VALUES WITH (MODULUS 2, REMAINDER 0)',
    ]);
  const sub = (): string =>
    random.pick([
      `ADD COLUMN ${column()}`,
      `ADD COLUMN IF NOT EXISTS ${column()}`,
      `DROP COLUMN ${n()}`,
      `DROP COLUMN IF EXISTS ${n()} CASCADE`,
      `ALTER COLUMN ${n()} TYPE ${type()}`,
      `ALTER COLUMN ${n()} TYPE ${type()} USING ${n()}::${type()}`,
      `ALTER ${n()} SET NOT NULL`,
      `ALTER ${n()} DROP NOT NULL`,
      `ALTER ${n()} SET DEFAULT ${value()}`,
      `ALTER ${n()} DROP DEFAULT`,
      `ADD ${constraint()}`,
      `ADD ${constraint()}`,
      `DROP CONSTRAINT ${n()}`,
      `DROP CONSTRAINT IF EXISTS ${n()} CASCADE`,
      `VALIDATE CONSTRAINT ${n()}`,
      'SET (fillfactor = 70)',
      'SET UNLOGGED',
      `INHERIT ${t()}`,
      `NO INHERIT ${t()}`,
      'DISABLE TRIGGER ALL',
      'ENABLE ROW LEVEL SECURITY',
      'REPLICA IDENTITY FULL',
      `CLUSTER ON ${n()}`,
      'SET SCHEMA other',
      'OWNER TO someone',
    ]);
  const query = (): string =>
    random.pick([
      `SELECT * FROM ${t()}`,
      `SELECT ${n()}, ${n()} FROM ${t()} ${n()} WHERE ${condition()}`,
      `SELECT * FROM ${t()} x, ${t()} y`,
      `SELECT ${n()} FROM ${t()} JOIN ${t()} z ON true`,
      `WITH ${n()} AS (SELECT * FROM ${t()}) SELECT * FROM ${n()}`,
      `SELECT ${n()} FROM ${t()} UNION SELECT ${n()} FROM ${t()}`,
    ]);
  const block = (inside: string): string => `DO $$ BEGIN ${inside}; END $$`;
  const plain = (): string =>
    random.pick([
      () =>
        `CREATE TABLE ${t()} (${random.times(1, 4, () => (random.chance(0.8) ? column() : constraint())).join(', ')})${random.pick(['', '', ` PARTITION BY RANGE (${n()})`, ` INHERITS (${t()})`, ' WITH (fillfactor = 70)'])}`,
      () => `CREATE TABLE IF NOT EXISTS ${t()} (LIKE ${t()} INCLUDING ALL)`,
      () => `CREATE TABLE ${t()} PARTITION OF ${t()} ${bound()}`,
      () => `CREATE TABLE ${t()} AS ${query()}`,
      () => `CREATE TABLE ${t()} OF ${n()}`,
      () => `ALTER TABLE ${random.pick(['', 'ONLY ', 'IF EXISTS '])}${t()} ${random.times(1, 3, sub).join(', ')}`,
      () => `ALTER TABLE ${t()} ${sub()}`,
      () => `ALTER TABLE ${t()} RENAME TO ${n()}`,
      () => `ALTER TABLE ${t()} RENAME ${n()} TO ${n()}`,
      () => `ALTER TABLE ${t()} RENAME CONSTRAINT ${n()} TO ${n()}`,
      () => `ALTER TABLE ${t()} ATTACH PARTITION ${t()} ${bound()}`,
      () => `ALTER TABLE ${t()} DETACH PARTITION ${t()}${random.pick(['', ' CONCURRENTLY'])}`,
      () =>
        `CREATE ${random.pick(['', 'UNIQUE '])}INDEX ${random.pick(['', 'CONCURRENTLY '])}${random.pick(['', n(), `IF NOT EXISTS ${n()}`])} ON ${random.pick(['', 'ONLY '])}${t()} (${random.pick([n(), `${n()}, ${n()}`, `lower(${n()})`])})${random.pick(['', ` WHERE ${condition()}`])}`,
      () => `ALTER INDEX ${n()} RENAME TO ${n()}`,
      () => `ALTER INDEX ${n()} ATTACH PARTITION ${n()}`,
      () => `DROP INDEX ${random.pick(['', 'CONCURRENTLY ', 'IF EXISTS '])}${n()}`,
      () => `REINDEX ${random.pick(['TABLE', 'INDEX', 'INDEX CONCURRENTLY'])} ${n()}`,
      () => `CREATE ${random.pick(['', 'OR REPLACE '])}VIEW ${t()} AS ${query()}`,
      () => `CREATE MATERIALIZED VIEW ${t()} AS ${query()}`,
      () => `REFRESH MATERIALIZED VIEW ${random.pick(['', 'CONCURRENTLY '])}${t()}`,
      () =>
        `DROP ${random.pick(['TABLE', 'VIEW', 'MATERIALIZED VIEW', 'SEQUENCE', 'TYPE', 'SCHEMA'])} ${random.pick(['', 'IF EXISTS '])}${random.times(1, 2, n).join(', ')}${random.pick(['', ' CASCADE'])}`,
      () => `TRUNCATE ${random.times(1, 2, t).join(', ')}${random.pick(['', ' CASCADE'])}`,
      () => `UPDATE ${t()} SET ${n()} = ${value()}${random.pick(['', ` WHERE ${condition()}`])}`,
      () => `DELETE FROM ${t()}${random.pick(['', ` WHERE ${condition()}`, ` USING ${t()} x`])}`,
      () => `INSERT INTO ${t()} (${n()}) ${random.pick([`VALUES (${value()})`, query()])}`,
      query,
      () => `CREATE TYPE ${n()} AS ${random.pick([`ENUM ('${n()}')`, `(${n()} int, ${n()} ${n()})`])}`,
      () =>
        `ALTER TYPE ${n()} ${random.pick([`ADD VALUE '${n()}'`, `RENAME VALUE '${n()}' TO '${n()}'`, `ADD ATTRIBUTE ${n()} int`, `RENAME TO ${n()}`])}`,
      () => `CREATE DOMAIN ${n()} AS ${type()} CHECK (value IS NOT NULL)`,
      () => `ALTER DOMAIN ${n()} ADD CHECK (value > 0)`,
      () => `CREATE SEQUENCE ${n()} OWNED BY ${n()}.${n()}`,
      () =>
        `CREATE FUNCTION ${n()}() RETURNS ${type()} LANGUAGE sql AS '${random.pick([`SELECT ${n()}()`, `SELECT ${n()} FROM ${n()}`, 'SELECT 1'])}'`,
      () => `CREATE TRIGGER ${n()} BEFORE UPDATE ON ${t()} FOR EACH ROW EXECUTE FUNCTION ${n()}()`,
      () => `CREATE RULE ${n()} AS ON INSERT TO ${t()} DO ALSO ${random.pick(['NOTHING', `DELETE FROM ${t()}`])}`,
      () => `CREATE POLICY ${n()} ON ${t()} USING (${condition()})`,
      () => `CREATE PUBLICATION ${n()} FOR TABLE ${t()}`,
      () => `COMMENT ON TABLE ${t()} IS 'x'`,
      () => `ANALYZE ${t()}`,
      () => `VACUUM ${random.pick(['', 'FULL '])}${t()}`,
      () => `LOCK TABLE ${t()}${random.pick(['', ' IN SHARE MODE'])}`,
      () => `CLUSTER ${t()} USING ${n()}`,
      () =>
        `SET ${random.pick(['', 'LOCAL '])}${random.pick(['lock_timeout', 'statement_timeout', 'search_path'])} = ${random.pick(["'1s'", '0', n()])}`,
      () => random.pick(['BEGIN', 'COMMIT', 'ROLLBACK', `SAVEPOINT ${n()}`, `ROLLBACK TO ${n()}`]),
    ])();
  return random.chance(0.07) ? block(plain()) : plain();
}
