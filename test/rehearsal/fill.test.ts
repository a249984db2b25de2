import assert from 'node:assert/strict';
import { fillTables } from '../../server/src/rehearsal/fill.js';
import { tablesToFill } from '../../server/src/rehearsal/fill-catalog.js';
import { EmbeddedEngine } from '../../server/src/rehearsal/pglite/engine.js';

describe('rows for a rehearsal', () => {
  const engine = new EmbeddedEngine();

  before(() => engine.open());
  after(() => engine.close());

  const count = async (table: string, where = 'true'): Promise<number> => {
    const [result] = await engine.run(`SELECT count(*)::int AS n FROM ${table} WHERE ${where}`);
    return Number(result?.rows[0]?.n);
  };

  it('stand in tables of every kind of type, and keep what they have to', async () => {
    await engine.run(`CREATE TYPE mood AS ENUM ('ok', 'bad');
CREATE DOMAIN short AS varchar(3);
CREATE DOMAIN named AS short NOT NULL CHECK (VALUE <> 'no');
CREATE DOMAIN positive AS numeric(5, 2) CHECK (VALUE > 0);
CREATE TABLE kinds (id bigserial PRIMARY KEY, a named, b positive, c mood[], d text[], e "char", f varchar(4)[],
  g int GENERATED ALWAYS AS (2 + 2) STORED, h jsonb, i uuid NOT NULL, j bit(4), k tstzrange, m mood NOT NULL);
CREATE TABLE "Odd ""name" ("Key" int PRIMARY KEY, of_kind bigint NOT NULL REFERENCES kinds, low int CHECK (low BETWEEN 3 AND 5));`);
    const { tables, rows, missing } = await fillTables(engine, 'edges');
    assert.deepEqual([tables, missing], [['public.kinds', 'public."Odd ""name"'], []]);
    assert.equal(rows, (await count('kinds')) + (await count('"Odd ""name"')));
    assert.ok((await count('kinds')) >= 9);
    assert.equal(await count('"Odd ""name"'), 12);
    assert.equal(await count('kinds', 'c IS NOT NULL'), (await count('kinds')) - (await count('kinds', 'c IS NULL')));
  });

  it('are made only where there are none, and said where there can be none', async () => {
    await engine.run(`CREATE TABLE full_one (id int); INSERT INTO full_one VALUES (1);
CREATE TYPE pair AS (a int, b int);
CREATE TABLE strange (p pair NOT NULL);
CREATE TABLE never (id int CHECK (false));
CREATE TABLE waits (id int PRIMARY KEY, other int NOT NULL, FOREIGN KEY (other) REFERENCES waits DEFERRABLE INITIALLY DEFERRED);`);
    const { missing } = await fillTables(engine, 'plain');
    assert.equal(await count('full_one'), 1);
    assert.deepEqual(missing.map(({ table }) => table).sort(), ['public.never', 'public.strange']);
    assert.match(missing.find(({ table }) => table === 'public.never')?.because ?? '', /check constraint/);
    assert.ok((await count('waits')) > 0);
  });

  it('know one table by its name as among all', async () => {
    const all = await tablesToFill(engine);
    const [one] = await tablesToFill(engine, ['public."Odd ""name"']);
    assert.deepEqual(
      one,
      all.find(({ name }) => name === 'public."Odd ""name"'),
    );
  });
});
