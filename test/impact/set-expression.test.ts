import assert from 'node:assert/strict';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../support/analyze-sql.js';
import { runMigration, withDatabase } from '../support/pglite.js';

describe('SET EXPRESSION', () => {
  before(initParser);

  for (const storage of ['STORED', 'VIRTUAL'] as const) {
    it(`${storage === 'STORED' ? 'rewrites' : 'does not rewrite'} the table of a ${storage} column`, async () => {
      const history = `CREATE TABLE t (a int, g int GENERATED ALWAYS AS (a * 2) ${storage}); INSERT INTO t (a) SELECT generate_series(1, 50);`;
      const change = 'ALTER TABLE t ALTER g SET EXPRESSION AS (a * 3);';
      const { steps } = analyzeSql(change, { history: [history], config: { postgres: 18 } }, []);
      const isNewFile = await withDatabase(async (db) => {
        await runMigration(db, history);
        const file = async () =>
          (await db.query<{ file: string }>("SELECT pg_relation_filenode('t')::text AS file")).rows[0]?.file;
        const old = await file();
        await runMigration(db, change);
        return (await file()) !== old;
      });
      assert.equal(isNewFile, storage === 'STORED');
      assert.deepEqual(
        steps[0]?.impact.rewrites.map(({ label }) => label),
        isNewFile ? ['t'] : [],
      );
    });
  }
});
