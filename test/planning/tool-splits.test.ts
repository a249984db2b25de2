import assert from 'node:assert/strict';
import type { Framework } from '../../server/src/frameworks/framework.js';
import { dbmate } from '../../server/src/frameworks/tools/dbmate.js';
import { golangMigrate } from '../../server/src/frameworks/tools/golang-migrate.js';
import { goose } from '../../server/src/frameworks/tools/goose.js';
import { prisma } from '../../server/src/frameworks/tools/prisma.js';
import { refinery } from '../../server/src/frameworks/tools/refinery.js';
import { isSplit, type Split } from '../../server/src/planning/plan-split.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { splitOf } from '../support/planning.js';
import { projectOf } from '../support/project.js';

const history = ['CREATE TABLE orders (id bigint PRIMARY KEY, note text);'];

function splitIn(tool: Framework, path: string, sql: string, texts: Record<string, string> = {}): Split {
  const root = tool === prisma ? 'm' : path.slice(0, path.lastIndexOf('/'));
  const project = projectOf(tool, root, { ...texts, [path]: sql });
  const outcome = splitOf(sql, { history, path, project }, [path]);
  assert.ok(isSplit(outcome), JSON.stringify(outcome));
  return outcome;
}

function filesOf({ files, downs, beside }: Split): Record<string, string> {
  return Object.fromEntries([
    ...files.map(({ path, sql }) => [path, sql] as const),
    ...downs.map(({ path, sql }) => [path, sql] as const),
    ...beside.map(({ path, text }) => [path, text] as const),
  ]);
}

describe('an index that is taken out of the transaction of a migration tool', () => {
  before(initParser);

  it('gets a file of its own with the mark of goose, and the way back of the first file loses its DROP INDEX', () => {
    const sql =
      '-- +goose Up\nALTER TABLE orders ADD COLUMN status text;\nCREATE INDEX i ON orders (note);\n\n-- +goose Down\nDROP INDEX i;\nALTER TABLE orders DROP COLUMN status;\n';
    const files = filesOf(splitIn(goose, 'm/20240101000000_a.sql', sql));
    assert.deepEqual(Object.keys(files), ['m/20240101000000_a.sql', 'm/20260131120000_index_i.sql']);
    assert.equal(
      files['m/20240101000000_a.sql'],
      '-- +goose Up\nALTER TABLE orders ADD COLUMN status text;\n\n-- +goose Down\nALTER TABLE orders DROP COLUMN status;\n',
    );
    const added = files['m/20260131120000_index_i.sql'] ?? '';
    assert.match(added, /^-- \+goose NO TRANSACTION\n-- \+goose Up\n/);
    assert.match(added, /\nCREATE INDEX CONCURRENTLY i ON orders \(note\);\n\n-- \+goose Down\n/);
    assert.match(added, /\nDROP INDEX CONCURRENTLY IF EXISTS i;\n$/);
  });

  it('stays in its file where it is alone in it, and the file is marked', () => {
    const sql =
      "-- +goose Up\nSET LOCAL lock_timeout = '5s';\nCREATE INDEX i ON orders (note);\n-- +goose Down\nDROP INDEX i;\n";
    const files = filesOf(splitIn(goose, 'm/20240101000000_a.sql', sql));
    assert.deepEqual(Object.keys(files), ['m/20240101000000_a.sql']);
    const [text = ''] = Object.values(files);
    assert.match(text, /^-- \+goose NO TRANSACTION\n-- \+goose Up\n/);
    assert.match(text, /\nCREATE INDEX CONCURRENTLY i ON orders \(note\);\n-- \+goose Down\nDROP INDEX i;\n$/);
    assert.doesNotMatch(text, /SET LOCAL/);
  });

  it('stands alone where the tool sends a file as one query, without a SET before it', () => {
    const sql = 'ALTER TABLE orders ADD COLUMN status text;\nCREATE INDEX i ON orders (note);\n';
    const down = { 'm/000007_a.down.sql': 'DROP INDEX i;\nALTER TABLE orders DROP COLUMN status;\n' };
    const files = filesOf(splitIn(golangMigrate, 'm/000007_a.up.sql', sql, down));
    const statements = (name: string): string => (files[name] ?? '').replace(/^--.*\n/gm, '');
    assert.equal(statements('m/000008_index_i.up.sql'), 'CREATE INDEX CONCURRENTLY i ON orders (note);\n');
    assert.equal(statements('m/000008_index_i.down.sql'), 'DROP INDEX CONCURRENTLY IF EXISTS i;\n');
    assert.equal(files['m/000007_a.down.sql'], 'ALTER TABLE orders DROP COLUMN status;\n');
  });

  it('loses a BEGIN and COMMIT that stand around it alone', () => {
    const files = filesOf(
      splitIn(golangMigrate, 'm/000007_a.up.sql', 'BEGIN;\nCREATE INDEX i ON orders (note);\nCOMMIT;\n'),
    );
    const [text = ''] = Object.values(files);
    assert.equal(text.replace(/^--.*\n/gm, ''), 'CREATE INDEX CONCURRENTLY i ON orders (note);\n');
  });

  it('is marked section by section by dbmate', () => {
    const sql = '-- migrate:up\nCREATE INDEX i ON orders (note);\nSELECT 1;\n\n-- migrate:down\nDROP INDEX i;\n';
    const files = filesOf(splitIn(dbmate, 'm/20240101000000_a.sql', sql));
    const added = files['m/20260131120000_index_i.sql'] ?? '';
    assert.match(added, /^-- migrate:up transaction:false\n/);
    assert.match(added, /\n-- migrate:down transaction:false\n/);
    assert.doesNotMatch(added, /SET/);
    assert.doesNotMatch(files['m/20240101000000_a.sql'] ?? '', /DROP INDEX/);
  });

  it('gets a folder of its own from Prisma', () => {
    const path = 'm/20240101000000_a/migration.sql';
    const sql = 'ALTER TABLE orders ADD c int;\n\n-- CreateIndex\nCREATE INDEX i ON orders (note);\n';
    const files = filesOf(splitIn(prisma, path, sql));
    assert.ok(files['m/20260131120000_index_i/migration.sql']);
    assert.equal(files[path], 'ALTER TABLE orders ADD c int;\n\n');
  });

  it('is refused with what to do where the tool always opens a transaction', () => {
    const project = projectOf(refinery, 'm');
    const outcome = splitOf('CREATE INDEX i ON orders (note);', { history, path: 'm/V2__a.sql', project }, [
      'm/V2__a.sql',
    ]);
    assert.ok(outcome && !isSplit(outcome));
    assert.match(outcome.refused, /^Refinery /);
  });
});
