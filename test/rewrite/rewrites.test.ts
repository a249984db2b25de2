import assert from 'node:assert/strict';
import type { Analysis } from '../../server/src/analysis/analyze.js';
import { type Rewrite, rewriteFor } from '../../server/src/rewrite/rewrites.js';
import { analysed } from '../support/analysed.js';
import { runMigration, scalar, withDatabase } from '../support/pglite.js';

const shop = 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, total int);';

/** What is offered for the findings of a migration, by the text of their statement. */
function offered(analysis: Analysis, existing: readonly string[] = [analysis.path]): Map<string, Rewrite> {
  const found = new Map<string, Rewrite>();
  for (const finding of analysis.findings) {
    const rewrite = rewriteFor(analysis, finding, existing);
    if (rewrite && finding.step) {
      found.set(finding.step.statement.text, rewrite);
    }
  }
  return found;
}

describe('rewriteFor', () => {
  it('finds the statements that can be split, and no others', async () => {
    const { analysis } = await analysed(
      [shop],
      `ALTER TABLE orders ADD COLUMN a int;
       ALTER TABLE orders ADD CHECK (total > 0);
       CREATE TABLE t (a int NOT NULL);
       ALTER TABLE t ADD CHECK (a > 0);
       DO $$ BEGIN ALTER TABLE orders ADD CHECK (total > 1); END $$;`,
    );
    assert.deepEqual([...offered(analysis).keys()], ['ALTER TABLE orders ADD CHECK (total > 0)']);
  });

  it('sees what earlier statements of the file have proven', async () => {
    const { analysis } = await analysed(
      [shop],
      `ALTER TABLE orders ADD CONSTRAINT c CHECK (total IS NOT NULL) NOT VALID;
       ALTER TABLE orders VALIDATE CONSTRAINT c;
       ALTER TABLE orders ALTER total SET NOT NULL;`,
    );
    assert.equal(offered(analysis).size, 0);
  });

  it('gives files that lead from the old schema to the new one, statement by statement', async () => {
    const sql = '-- Status.\nALTER TABLE orders ADD status text NOT NULL DEFAULT lower(gen_random_uuid()::text);\n';
    const { analysis } = await analysed([shop], sql, { path: 'm/0002_status.sql' });
    const [rewrite] = offered(analysis, ['m/0001_shop.sql', 'm/0002_status.sql']).values();
    assert.equal(rewrite?.title, 'Split into 3 migrations: nullable column → backfill → NOT NULL');
    assert.deepEqual(
      rewrite.files.map(({ path }) => path),
      ['m/0002_status.sql', 'm/0003_backfill_orders_status.sql', 'm/0004_set_orders_status_not_null.sql'],
    );
    await withDatabase(async (db) => {
      await runMigration(db, `${shop} INSERT INTO orders SELECT n, n, n FROM generate_series(1, 10) AS n`);
      for (const file of rewrite.files) {
        await runMigration(db, file.sql);
      }
      assert.equal(await scalar(db, 'SELECT count(DISTINCT status)::int FROM orders'), 10);
    });
  });

  it('only adds files when the migration is applied', async () => {
    const { analysis } = await analysed([shop], 'ALTER TABLE orders ADD CHECK (total > 0);', { applied: true });
    const [rewrite] = offered(analysis).values();
    assert.deepEqual(
      rewrite?.files.map(({ path }) => path),
      ['migrations/0003_add_orders_total_check.sql', 'migrations/0004_validate_orders_total_check.sql'],
    );
  });
});
