import { pop } from '../../server/src/frameworks/tools/pop.js';
import { checkTool } from './support/tool-case.js';

describe("pop and ory's popx", () => {
  checkTool(pop, {
    files: {
      '/app/migrations/20240101000000_orders.up.sql': 'CREATE TABLE orders (id bigint);\n',
      '/app/migrations/20240101000000_orders.down.sql': 'DROP TABLE orders;\n',
      '/app/migrations/20240102000000_index.up.sql': 'DROP INDEX i ON orders;\n',
      '/app/migrations/20240102000000_index.postgres.autocommit.up.sql':
        'CREATE INDEX CONCURRENTLY orders_id ON orders (id);\n',
      '/app/migrations/20240102000000_index.mysql.up.sql': 'DROP INDEX i ON orders;\n',
      '/app/migrations/20240102000000_index.sqlite3.down.sql': 'DROP INDEX i;\n',
      '/app/migrations/20240103000000_last.autocommit.up.sql': 'DROP INDEX CONCURRENTLY IF EXISTS orders_x;\n',
    },
    packages: { 'github.com/ory/pop/v6': '6.4.2' },
    root: '/app/migrations',
    because: 'pop',
    version: '6.4.2',
    order: [
      '/app/migrations/20240101000000_orders.up.sql',
      '/app/migrations/20240102000000_index.postgres.autocommit.up.sql',
      '/app/migrations/20240103000000_last.autocommit.up.sql',
    ],
    downs: ['/app/migrations/20240101000000_orders.down.sql'],
    // The general file does not run where PostgreSQL has its own.
    reasons: { '/app/migrations/20240102000000_index.up.sql': 'a file of its own' },
    notRun: [
      '/app/migrations/20240102000000_index.up.sql',
      '/app/migrations/20240102000000_index.mysql.up.sql',
      '/app/migrations/20240102000000_index.sqlite3.down.sql',
    ],
    sections: {
      '/app/migrations/20240101000000_orders.up.sql': [['up', 'per-file']],
      '/app/migrations/20240101000000_orders.down.sql': [['down', 'per-file']],
      '/app/migrations/20240102000000_index.postgres.autocommit.up.sql': [
        ['up', 'one-query', '.autocommit. in its name'],
      ],
    },
    holds: 'one',
    next: ['/app/migrations/20261129120000_one.up.sql', '/app/migrations/20261129120001_two.up.sql'],
    written: {
      '/app/migrations/20261129120000_index_orders.autocommit.up.sql':
        'CREATE INDEX CONCURRENTLY orders_at ON orders (at);\n',
      '/app/migrations/20261129120000_index_orders.autocommit.down.sql':
        'DROP INDEX CONCURRENTLY IF EXISTS orders_at;\n',
    },
    rollback: { '/app/migrations/20240103000000_last.autocommit.down.sql': 'DROP TABLE orders;\n' },
    silent: [{ files: { '/app/migrations/20240101000000_orders.up.sql': 'SELECT 1;\n' } }],
  });
});
