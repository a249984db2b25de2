import assert from 'node:assert/strict';
import { runMigration, withDatabase } from '../support/pglite.js';
import { stateAfter } from '../support/schema-state.js';

/** Scripts in which PostgreSQL chooses names; it is asked what it has chosen. */
const scripts = [
  'CREATE TABLE t (a int, b int); CREATE INDEX ON t (a); CREATE INDEX ON t (a); CREATE INDEX ON t (a) INCLUDE (b); CREATE INDEX ON t (a, a); CREATE INDEX ON t (lower(a::text)); CREATE INDEX ON t ((a + b))',
  'CREATE TABLE t (a int, b int); CREATE INDEX t_a_key ON t (b); ALTER TABLE t ADD UNIQUE (a); ALTER TABLE t ADD UNIQUE (a)',
  'CREATE TABLE t_pkey (x int); CREATE TABLE t (id int PRIMARY KEY)',
  'CREATE TABLE t (id int PRIMARY KEY); ALTER TABLE t RENAME TO old; CREATE TABLE t (id int PRIMARY KEY)',
  'CREATE TABLE t (id serial); ALTER TABLE t RENAME TO old; CREATE TABLE t (id serial); CREATE SEQUENCE s_id_seq; CREATE TABLE s (id bigint GENERATED ALWAYS AS IDENTITY)',
  'CREATE TABLE t (a int, b int, c int); ALTER TABLE t ADD UNIQUE (a, b) INCLUDE (c); ALTER TABLE t ADD UNIQUE NULLS NOT DISTINCT (b)',
  'CREATE TABLE t (a int, b int CHECK (b > 0), CHECK (a > 0), CHECK (a < b), CHECK (a > 1)); ALTER TABLE t ADD CHECK (a > 2), ADD CHECK (a > 3)',
  // A constraint of another table of the schema takes the name, too.
  'CREATE TABLE a_b (c int CHECK (c > 0)); CREATE TABLE a (b_c int CHECK (b_c > 0)); CREATE TABLE o (x int, CONSTRAINT q_x_check CHECK (x > 0)); CREATE TABLE q (x int CHECK (x > 0))',
  'CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (p_id int REFERENCES p, FOREIGN KEY (p_id) REFERENCES p); ALTER TABLE c DROP CONSTRAINT c_p_id_fkey, ADD FOREIGN KEY (p_id) REFERENCES p ON DELETE CASCADE',
  'CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (p_id int REFERENCES p); ALTER TABLE c ADD FOREIGN KEY (p_id) REFERENCES p ON DELETE CASCADE, DROP CONSTRAINT c_p_id_fkey',
  'CREATE TABLE c (a int CHECK (a > 0)); ALTER TABLE c ADD CHECK (a > 1), DROP COLUMN a, ADD COLUMN a int',
  'CREATE TABLE m (a int, b int, CONSTRAINT m_pkey PRIMARY KEY (a, b)); ALTER TABLE m DROP CONSTRAINT m_pkey, ADD COLUMN id serial, ALTER b DROP NOT NULL, ADD PRIMARY KEY (id)',
  'CREATE TABLE gen (id int, a int); ALTER TABLE gen ADD PRIMARY KEY (id); ALTER TABLE gen DROP CONSTRAINT gen_pkey, ADD PRIMARY KEY (id, a)',
  'CREATE TABLE r (room int4range, during tsrange, n int); ALTER TABLE r ADD EXCLUDE USING gist (room WITH &&, during WITH &&), ADD EXCLUDE USING btree (n WITH =) INCLUDE (room)',
  `CREATE TABLE ${'t'.repeat(60)} (${'c'.repeat(60)} int UNIQUE, d int, CHECK (d > 0), CHECK (d > 1)); CREATE INDEX ON ${'t'.repeat(60)} (d); CREATE INDEX ON ${'t'.repeat(60)} (d)`,
  "CREATE TABLE p (id int, at date, UNIQUE (id, at)) PARTITION BY RANGE (at); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01'); CREATE INDEX ON p (id); CREATE TABLE p1_id_idx1 (x int); CREATE INDEX ON p (id, at)",
  'CREATE SCHEMA app; CREATE TABLE app.t (a int UNIQUE); CREATE TABLE t (a int UNIQUE); CREATE INDEX ON app.t (a); CREATE INDEX ON t (a)',
  'CREATE TABLE t (a int, b int); CREATE INDEX i ON t (a); ALTER INDEX i RENAME TO t_b_idx; CREATE INDEX ON t (b); CREATE MATERIALIZED VIEW v AS SELECT * FROM t; CREATE INDEX ON v (a)',
];

describe('names that PostgreSQL chooses', () => {
  for (const script of scripts) {
    it(`are the ones that the state has: ${script.slice(0, 100)}`, async () => {
      const sql = `${script.replaceAll('; ', ';\n')};`;
      const state = await stateAfter(sql);
      const ours = new Set<string>();
      for (const relation of state.relations()) {
        if (relation.kind === 'index' || relation.kind === 'sequence') ours.add(relation.name);
        if (relation.kind !== 'table') continue;
        for (const { name, kind } of relation.constraints.values())
          if (kind !== 'notNull') ours.add(`${relation.name}: ${name}`);
      }
      await withDatabase(async (db) => {
        await runMigration(db, sql);
        const { rows } = await db.query<{ name: string }>(`
          SELECT relname::text AS name FROM pg_class WHERE relkind IN ('i', 'I', 'S') AND relnamespace::regnamespace::text IN ('public', 'app')
          UNION SELECT relname::text || ': ' || conname FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
          WHERE contype <> 'n' AND relnamespace::regnamespace::text IN ('public', 'app')`);
        assert.deepEqual([...ours].sort(), rows.map(({ name }) => name).sort());
      });
    });
  }
});
