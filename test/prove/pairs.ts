import fc from 'fast-check';
import { fixedText } from '../support/planning.js';
import { analyzeSql, type Setting } from '../support/analyze-sql.js';
import { newErrors } from '../../server/src/planning/errors.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { wholeFileProblem } from '../../server/src/sql/whole-file.js';
import { sceneOf } from './engine/case.js';
import type { ProvingGround } from './engine/database.js';
import { differences } from '../../server/src/rehearsal/snapshot.js';
import { Stage } from './engine/stage.js';
import { made } from './engine/run-file.js';

/** Statements that a migration may bring together, each with a form that Fix All knows and some that it does not. */
export const forms: readonly string[] = [
  'ALTER TABLE customers ADD UNIQUE (email);',
  'ALTER TABLE customers ADD CONSTRAINT "K ey" UNIQUE (code);',
  'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers;',
  'ALTER TABLE orders ADD CHECK (qty > 0);',
  'ALTER TABLE orders ADD CHECK (qty < 100000), ADD CHECK (small > 0);',
  'ALTER TABLE orders ALTER COLUMN sku SET NOT NULL;',
  'ALTER TABLE customers ALTER COLUMN name SET NOT NULL;',
  'CREATE INDEX ON orders (customer_id);',
  'CREATE INDEX orders_sku ON orders (sku) WHERE qty > 1;',
  'CREATE UNIQUE INDEX customers_rank ON customers (rank);',
  'CREATE INDEX IF NOT EXISTS customers_name ON customers (name);',
  'DROP INDEX old_index;',
  'DROP INDEX IF EXISTS old_index;',
  'REINDEX TABLE customers;',
  'ALTER TABLE orders ADD COLUMN seen timestamptz;',
  "ALTER TABLE orders ADD COLUMN kind2 text NOT NULL DEFAULT 'a';",
  'ALTER TABLE orders ADD COLUMN best bigint REFERENCES customers;',
  'ALTER TABLE orders ADD COLUMN amount int DEFAULT 3 CHECK (amount > 0);',
  'ALTER TABLE orders DROP COLUMN note;',
  'ALTER TABLE orders ALTER COLUMN total SET DEFAULT 9;',
  'ALTER TABLE orders ALTER COLUMN status DROP NOT NULL;',
  'ALTER TABLE orders RENAME COLUMN code TO code2;',
  'ALTER TABLE customers ALTER COLUMN code TYPE varchar(40);',
  "SET lock_timeout = '2s';",
  'SET statement_timeout = 60000;',
  'RESET lock_timeout;',
  "UPDATE orders SET status = 'x' WHERE id = 3;",
  "INSERT INTO customers (id, email, name, rank) VALUES (700, 'z', 'z', 700);",
  'CREATE TABLE fresh (id bigint PRIMARY KEY, c bigint REFERENCES customers);',
  'CREATE TABLE serials (id serial PRIMARY KEY, j json, at timestamp, v varchar(10));',
  'CREATE VIEW names AS SELECT id, name FROM customers;',
  "COMMENT ON TABLE orders IS 'o';",
  'BEGIN;\nALTER TABLE customers ADD COLUMN a int;\nCOMMIT;',
  'BEGIN;\nALTER TABLE customers ADD CHECK (rank > -9);\nCOMMIT;',
  'DO $$ BEGIN ALTER TABLE customers ADD COLUMN b int; END $$;',
  'ALTER TABLE customers ADD COLUMN c1 int; -- ends here',
  'alter table customers add check (rank > -1);',
  'ALTER TABLE parts ADD CHECK (n > -1);',
  'CREATE INDEX ON parts (n);',
  'TRUNCATE logs;',
  'CREATE TRIGGER t BEFORE UPDATE ON logs FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();',
  'GRANT SELECT ON customers TO PUBLIC;',
];

const history = 'CREATE INDEX old_index ON orders (made);';

/** Two or three of them, in any order, in one file; with line ends of either kind. */
export const files: fc.Arbitrary<string> = fc
  .tuple(fc.uniqueArray(fc.constantFrom(...forms), { minLength: 2, maxLength: 3 }), fc.constantFrom('\n', '\r\n', ' '))
  .map(([statements, between]) => statements.join(statements.some((each) => each.includes('--')) ? '\n' : between));

/**
 * Fix All on a file: it comes to an end, PostgreSQL reads the result, there is no new error in it, and it does what the
 * file does. Out: what is wrong. A file that PostgreSQL refuses has to be refused afterwards, too.
 */
export async function faultsOfFixAll(ground: ProvingGround, up: string): Promise<string[]> {
  const given = { kind: 'pairs', up, history };
  const scene = sceneOf({ ...given, up: `${up} customers orders logs parts` });
  const setting: Setting = { history: [scene.history], config: { postgres: ground.postgres } };
  const fixed = await fixedText(up, setting);
  if (fixed === up) return [];
  if ((await fixedText(fixed, setting)) !== fixed) return [`Fix All has no end:\n${fixed}`];
  const problem = wholeFileProblem(fixed);
  if (problem) return [`it does not parse: ${problem.message}\n${fixed}`];
  const [error] = newErrors([analyzeSql(up, setting)], [analyzeSql(fixed, setting)]);
  if (error) return [`a new error: ${error.rule}: ${error.message}\n${fixed}`];
  const stage = new Stage(ground, given, scene);
  await stage.set();
  const refused = await stage.run(stage.original);
  const wanted = await stage.snapshot();
  await stage.set();
  const after = await stage.run([{ name: 'fixed', sql: made(fixed, undefined), transactional: true }]);
  if (refused) return after ? [] : [`the file fails (${refused.message}), and what is made of it runs\n${fixed}`];
  if (after) return [`it fails: ${after.message}\n${after.statement}\nin\n${fixed}`];
  const lines = differences(wanted, await stage.snapshot());
  return lines.length > 0 ? [...lines, fixed] : [];
}

/** The seed of the runs in `npm test`. */
export const fixedSeed = 20261129;

/** Runs as many files, and throws with the smallest that is wrong. */
export async function provePairs(ground: ProvingGround, runs: number, seed: number, limitMs?: number): Promise<void> {
  await initParser();
  const property = fc.asyncProperty(files, async (up) => {
    const faults = await faultsOfFixAll(ground, up);
    if (faults.length > 0) throw new Error(faults.join('\n'));
  });
  await fc.assert(property, {
    numRuns: runs,
    seed,
    ...(limitMs === undefined ? {} : { interruptAfterTimeLimit: limitMs, markInterruptAsFailure: false }),
  });
}
