import assert from 'node:assert/strict';
import { drizzle } from '../../server/src/frameworks/tools/drizzle.js';
import { checkTool, concurrentIndex, MemoryProject, now, projectOf } from './support/tool-case.js';

const entries = [
  { idx: 0, version: '7', when: 1704067200000, tag: '0000_orders', breakpoints: true },
  { idx: 1, version: '7', when: 1704067200001, tag: '0002_first', breakpoints: true },
  { idx: 2, version: '7', when: 1704067200002, tag: '0001_second', breakpoints: true },
];
const journal = { version: '7', dialect: 'postgresql', entries };
const written = {
  ...journal,
  entries: [...entries, { idx: 3, version: '7', when: now, tag: '0003_index_orders', breakpoints: true }],
};

describe('Drizzle with a journal', () => {
  checkTool(drizzle, {
    files: {
      '/app/drizzle/meta/_journal.json': JSON.stringify(journal, undefined, 2),
      '/app/drizzle/0000_orders.sql': 'CREATE TABLE orders (id bigint);\n',
      '/app/drizzle/0001_second.sql': 'SELECT 2;\n',
      '/app/drizzle/0002_first.sql': 'SELECT 1;\n',
      '/app/drizzle/0002_left_over.sql': 'SELECT 3;\n',
    },
    packages: { 'drizzle-kit': '0.31.4' },
    root: '/app/drizzle',
    because: 'meta/_journal.json',
    version: '0.31.4',
    order: ['/app/drizzle/0000_orders.sql', '/app/drizzle/0002_first.sql', '/app/drizzle/0001_second.sql'],
    notRun: ['/app/drizzle/0002_left_over.sql'],
    reasons: { '/app/drizzle/0002_left_over.sql': 'meta/_journal.json does not name it' },
    sections: { '/app/drizzle/0001_second.sql': [['up', 'all-pending']] },
    holds: 'nothing',
    next: ['/app/drizzle/0003_one.sql', '/app/drizzle/0004_two.sql'],
    written: {
      '/app/drizzle/0003_index_orders.sql': 'CREATE INDEX CONCURRENTLY orders_at ON orders (at);\n',
      '/app/drizzle/meta/_journal.json': JSON.stringify(written, undefined, 2),
    },
    rollback: { '/app/rollbacks/0001_second.sql': 'DROP TABLE orders;\n' },
    silent: [{ files: { '/app/drizzle/0000_orders.sql': 'SELECT 1;\n' }, packages: { 'drizzle-orm': '0.45.1' } }],
    isListed: true,
  });

  it('separates statements, and takes the snapshot along with ids of its own', () => {
    const files = new MemoryProject({
      '/app/drizzle/meta/_journal.json': JSON.stringify({ version: '7', entries: entries.slice(0, 1) }),
      '/app/drizzle/meta/0000_snapshot.json': JSON.stringify({ id: 'a', prevId: '0', tables: {} }),
      '/app/drizzle/0000_orders.sql': 'SELECT 1;\n',
    });
    const project = projectOf(drizzle, '/app/drizzle/0000_orders.sql', files);
    const place = { project, existing: ['/app/drizzle/0000_orders.sql'], directory: '/app/drizzle', now };
    const two = { ...concurrentIndex, outside: false, up: '-- one\nSELECT 1;\n\nDO $$ BEGIN PERFORM 1; END $$;\n' };
    const [made] = drizzle.write([two], place);
    assert.equal(made?.up.text, '-- one\nSELECT 1;--> statement-breakpoint\nDO $$ BEGIN PERFORM 1; END $$;\n');
    const snapshot = made?.beside.find(({ path }) => path === '/app/drizzle/meta/0001_snapshot.json')?.text ?? '';
    assert.match(
      snapshot,
      /"id": "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}",\n {2}"prevId": "a"/,
    );
  });
});

describe('Drizzle with a folder for each migration', () => {
  checkTool(drizzle, {
    files: {
      '/app/drizzle/20240101000000_orders/migration.sql': 'CREATE TABLE orders (id bigint);\n',
      '/app/drizzle/20240101000000_orders/snapshot.json': '{ "version": "8", "ddl": [] }\n',
      '/app/drizzle/20240102000000_last/migration.sql': 'SELECT 1;\n',
      '/app/drizzle/20240102000000_last/snapshot.json': '{ "version": "8", "ddl": [] }\n',
    },
    root: '/app/drizzle',
    because: 'snapshot.json',
    order: ['/app/drizzle/20240101000000_orders/migration.sql', '/app/drizzle/20240102000000_last/migration.sql'],
    sections: { '/app/drizzle/20240102000000_last/migration.sql': [['up', 'all-pending']] },
    holds: 'nothing',
    next: ['/app/drizzle/20261129120000_one/migration.sql', '/app/drizzle/20261129120001_two/migration.sql'],
    written: {
      '/app/drizzle/20261129120000_index_orders/migration.sql': 'CREATE INDEX CONCURRENTLY orders_at ON orders (at);\n',
    },
    rollback: { '/app/rollbacks/20240102000000_last.sql': 'DROP TABLE orders;\n' },
    silent: [{ files: { '/app/prisma/migrations/20240101000000_a/migration.sql': 'SELECT 1;\n' } }],
  });
});
