import { golangMigrate } from '../../server/src/frameworks/tools/golang-migrate.js';
import { checkTool } from './support/tool-case.js';

describe('golang-migrate', () => {
  checkTool(golangMigrate, {
    files: {
      '/app/db/000001_orders.up.sql': 'CREATE TABLE orders (id bigint);\nCREATE INDEX i ON orders (id);\n',
      '/app/db/000001_orders.down.sql': 'DROP TABLE orders;\n',
      '/app/db/000010_last.up.sql': 'ALTER TABLE orders ADD at timestamptz;\n',
      '/app/db/notes.sql': 'SELECT 1;\n',
    },
    packages: { 'golang-migrate/migrate': '4.17.0' },
    root: '/app/db',
    because: 'golang-migrate/migrate',
    version: '4.17.0',
    order: ['/app/db/000001_orders.up.sql', '/app/db/000010_last.up.sql'],
    downs: ['/app/db/000001_orders.down.sql'],
    notRun: ['/app/db/notes.sql'],
    sections: { '/app/db/000001_orders.up.sql': [['up', 'one-query']] },
    holds: 'one',
    next: ['/app/db/000011_one.up.sql', '/app/db/000012_two.up.sql'],
    written: {
      '/app/db/000011_index_orders.up.sql': 'CREATE INDEX CONCURRENTLY orders_at ON orders (at);\n',
      '/app/db/000011_index_orders.down.sql': 'DROP INDEX CONCURRENTLY IF EXISTS orders_at;\n',
    },
    rollback: { '/app/db/000010_last.down.sql': 'DROP TABLE orders;\n' },
    silent: [
      { files: { '/app/db/000001_a.up.sql': 'SELECT 1;\n', '/app/db/000001_a.down.sql': 'SELECT 1;\n' } },
      { files: { '/app/db/1_a.sql': 'SELECT 1;\n' }, packages: { 'golang-migrate/migrate': '4.17.0' } },
    ],
  });
});
