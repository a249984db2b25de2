import { sqlx } from '../../server/src/frameworks/tools/sqlx.js';
import { checkTool } from './support/tool-case.js';

describe('sqlx with a file for each direction', () => {
  checkTool(sqlx, {
    files: {
      '/app/migrations/20240101000000_orders.up.sql': 'CREATE TABLE orders (id bigint);\n',
      '/app/migrations/20240101000000_orders.down.sql': 'DROP TABLE orders;\n',
      '/app/migrations/20240102000000_index.up.sql':
        '-- no-transaction\nCREATE INDEX CONCURRENTLY orders_id ON orders (id);\n',
      '/app/migrations/20240102000000_index.down.sql': 'DROP INDEX orders_id;\n',
      '/app/migrations/20240103000000_late.up.sql': '\n-- no-transaction\nALTER TABLE orders ADD at timestamptz;\n',
      '/app/migrations/README.sql': 'SELECT 1;\n',
    },
    packages: { sqlx: '0.8.2' },
    root: '/app/migrations',
    because: 'sqlx',
    version: '0.8.2',
    order: [
      '/app/migrations/20240101000000_orders.up.sql',
      '/app/migrations/20240102000000_index.up.sql',
      '/app/migrations/20240103000000_late.up.sql',
    ],
    downs: ['/app/migrations/20240101000000_orders.down.sql', '/app/migrations/20240102000000_index.down.sql'],
    notRun: ['/app/migrations/README.sql'],
    sections: {
      '/app/migrations/20240101000000_orders.up.sql': [['up', 'per-file']],
      '/app/migrations/20240102000000_index.up.sql': [['up', 'one-query', '-- no-transaction']],
      // Not the very first characters.
      '/app/migrations/20240103000000_late.up.sql': [['up', 'per-file']],
      '/app/migrations/20240101000000_orders.down.sql': [['down', 'per-file']],
    },
    holds: 'one',
    next: ['/app/migrations/20261129120000_one.up.sql', '/app/migrations/20261129120001_two.up.sql'],
    written: {
      '/app/migrations/20261129120000_index_orders.up.sql':
        '-- no-transaction\nCREATE INDEX CONCURRENTLY orders_at ON orders (at);\n',
      '/app/migrations/20261129120000_index_orders.down.sql':
        '-- no-transaction\nDROP INDEX CONCURRENTLY IF EXISTS orders_at;\n',
    },
    rollback: { '/app/migrations/20240103000000_late.down.sql': 'DROP TABLE orders;\n' },
    silent: [
      { files: { '/app/migrations/20240101000000_orders.up.sql': 'SELECT 1;\n' } },
      { files: { '/app/migrations/V1__orders.sql': 'SELECT 1;\n' }, packages: { sqlx: '0.8.2' } },
    ],
  });
});

describe('sqlx with one file for each migration', () => {
  checkTool(sqlx, {
    files: {
      '/app/crate/migrations/1_orders.sql': 'CREATE TABLE orders (id bigint);\n',
      '/app/crate/migrations/12_index.sql': '-- no-transaction\nCREATE INDEX CONCURRENTLY i ON orders (id);\n',
    },
    packages: { sqlx: '' },
    root: '/app/crate/migrations',
    because: 'sqlx',
    order: ['/app/crate/migrations/1_orders.sql', '/app/crate/migrations/12_index.sql'],
    sections: { '/app/crate/migrations/12_index.sql': [['up', 'one-query', '-- no-transaction']] },
    holds: 'one',
    next: ['/app/crate/migrations/13_one.sql', '/app/crate/migrations/14_two.sql'],
    written: {
      '/app/crate/migrations/13_index_orders.sql':
        '-- no-transaction\nCREATE INDEX CONCURRENTLY orders_at ON orders (at);\n',
    },
    rollback: { '/app/crate/rollbacks/12_index.sql': 'DROP TABLE orders;\n' },
    silent: [],
  });
});
