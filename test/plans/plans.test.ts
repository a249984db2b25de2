import assert from 'node:assert/strict';
import { explaining, planOf } from '../../server/src/plans/explain.js';
import { indexChanges } from '../../server/src/plans/index-changes.js';
import { plansAround } from '../../server/src/plans/plans.js';
import { indexReport } from '../../server/src/plans/report.js';
import { EmbeddedEngine } from '../../server/src/rehearsal/pglite/engine.js';
import type { OldQuery } from '../../server/src/rehearsal/queries.js';
import { runnable } from '../../server/src/rehearsal/runnable.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { runCli } from '../cli/support/run-cli.js';
import { analyzeSql } from '../support/analyze-sql.js';
import { Folder } from '../support/folder.js';
import { startPgliteServer } from '../support/pglite-server.js';

const history = `CREATE TYPE st AS ENUM ('open', 'done');
CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers,
  status text CHECK (status IN ('open', 'done')), total int CHECK (total BETWEEN 0 AND 500), at timestamptz, s st);
CREATE INDEX orders_at ON orders (at);
`;
const migration = `CREATE INDEX CONCURRENTLY orders_customer ON orders (customer_id);
CREATE INDEX CONCURRENTLY orders_low ON orders (lower(status));
CREATE TABLE fresh (id int); CREATE INDEX ON fresh (id);
DROP INDEX CONCURRENTLY orders_at;
`;
const queries: readonly OldQuery[] = [
  'SELECT * FROM orders WHERE customer_id = $1',
  'SELECT id FROM orders WHERE at > $1 ORDER BY at LIMIT 10',
  "UPDATE orders SET status = 'done' WHERE id = $1",
  'SELECT nothing FROM orders',
  'SELECT count(*) FROM customers',
].map((text, index) => ({ file: 'app/q.ts', line: index + 1, text, parameters: [] }));

describe('plans of queries around a migration', () => {
  before(() => initParser());

  it('says of an index that is made or dropped which queries use it', async () => {
    const engine = new EmbeddedEngine([]);
    try {
      const changes = indexChanges(analyzeSql(migration, { history: [history] }));
      assert.deepEqual(
        changes.map(({ what, index, line }) => `${what} ${index} ${line}`),
        ['made orders_customer 1', 'made orders_low 2', 'dropped orders_at 4'],
      );
      const found = await plansAround(engine, {
        history: [{ path: '/1.sql', name: '1.sql', statements: runnable(parseDocument(history), []) }],
        statements: runnable(parseDocument(migration), []),
        extensions: [],
        queries,
        changes,
        limitMs: 60_000,
      });
      assert.deepEqual(
        found.map(({ isFilled }) => isFilled),
        [true, true, true],
      );
      const reports = found.map((each) => indexReport(each, '2.sql'));
      assert.deepEqual(
        reports.map(({ verdict }) => verdict),
        [
          'Used by 1 of 4 queries on its table.',
          'Not used: none of 4 queries on its table reads it.',
          'Used by 1 of 4 queries on its table; 1 reads the whole table behind it.',
        ],
      );
      const [used] = reports[0]?.queries ?? [];
      assert.match(used?.before ?? '', /^Seq Scan, cost \d+$/);
      assert.match(used?.behind ?? '', /Scan using orders_customer, cost \d+$/);
      assert.match(reports[1]?.queries.at(-1)?.before ?? '', /not planned: PostgreSQL refuses it/);
    } finally {
      await engine.close();
    }
  });

  it('reads plans: bitmaps with their indexes, what is below a join, and what is no plan', () => {
    const scan = { 'Node Type': 'Seq Scan', 'Relation Name': 'a', 'Total Cost': 1 };
    const bitmap = {
      'Node Type': 'Bitmap Heap Scan',
      'Relation Name': 'b',
      Plans: [
        {
          'Node Type': 'BitmapAnd',
          Plans: [
            { 'Node Type': 'Bitmap Index Scan', 'Index Name': 'i' },
            { 'Node Type': 'Bitmap Index Scan', 'Index Name': 'j' },
          ],
        },
      ],
    };
    const answer = [{ Plan: { 'Node Type': 'Hash Join', 'Total Cost': 7, Plans: [scan, bitmap] } }];
    assert.deepEqual(planOf(answer, 'b'), { scans: [{ node: 'Bitmap Heap Scan', indexes: ['i', 'j'] }], cost: 7 });
    assert.deepEqual(planOf(JSON.stringify(answer), 'a'), { scans: [{ node: 'Seq Scan', indexes: [] }], cost: 7 });
    assert.equal(planOf(undefined, 'a'), undefined);
    assert.equal(
      explaining({ text: 'SELECT $1, $2;', parameters: 2 })[1],
      'EXPLAIN (FORMAT JSON) EXECUTE airlock_plan(NULL, NULL)',
    );
  });

  it('asks a server without running a query, and runs one only where that is wanted', async () => {
    const server = await startPgliteServer();
    try {
      await server.database.exec(`${history} INSERT INTO customers VALUES (1, 'a'); CREATE SEQUENCE called;`);
      const folder = new Folder({
        'm/1_a.sql': history,
        'm/2_b.sql': migration,
        'airlock.config.json': '{ "rehearsal": { "queries": ["q/*.sql"] } }',
        'q/a.sql': "SELECT * FROM orders WHERE at > $1;\nSELECT count(*) FROM orders WHERE nextval('called') > 0;\n",
      });
      const ask = (...words: string[]) =>
        runCli(['plans', 'm/2_b.sql', '--url', server.url, ...words], { cwd: folder.path });
      const { code, stdout } = await ask();
      assert.equal(code, 0);
      assert.match(
        stdout,
        /index orders_at on orders, dropped by m\/2_b\.sql:4\n {2}\d of 2 queries on its table use it now; it was read \d+ times/,
      );
      await ask('--analyze');
      const { rows } = await server.database.query('SELECT is_called FROM called');
      assert.deepEqual(rows, [{ is_called: false }]);
    } finally {
      await server.close();
    }
  });
});
