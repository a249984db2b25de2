import { postgresMigrations } from '../../server/src/frameworks/tools/postgres-migrations.js';
import { checkTool } from './support/tool-case.js';

const mark = '-- postgres-migrations disable-transaction';

describe('postgres-migrations', () => {
  checkTool(postgresMigrations, {
    files: {
      '/app/migrations/0009-orders.sql': 'CREATE TABLE orders (id bigint);\n',
      '/app/migrations/00010-index.sql': `${mark}\nCREATE INDEX CONCURRENTLY orders_id ON orders (id);\n`,
      '/app/migrations/0011_late.sql': `-- why\n${mark}\nCREATE INDEX CONCURRENTLY orders_x ON orders (id);\n`,
      '/app/migrations/notes.sql': 'SELECT 1;\n',
    },
    packages: { 'postgres-migrations': '5.3.0' },
    root: '/app/migrations',
    because: mark,
    order: ['/app/migrations/0009-orders.sql', '/app/migrations/00010-index.sql', '/app/migrations/0011_late.sql'],
    notRun: ['/app/migrations/notes.sql'],
    sections: {
      '/app/migrations/0009-orders.sql': [['up', 'per-file']],
      '/app/migrations/00010-index.sql': [['up', 'one-query', mark]],
      '/app/migrations/0011_late.sql': [['up', 'one-query', mark]],
    },
    holds: 'one',
    next: ['/app/migrations/0012_one.sql', '/app/migrations/0013_two.sql'],
    written: {
      '/app/migrations/0012_index_orders.sql': `${mark}\nCREATE INDEX CONCURRENTLY orders_at ON orders (at);\n`,
    },
    rollback: { '/app/rollbacks/0011_late.sql': 'DROP TABLE orders;\n' },
    silent: [
      { files: { '/app/migrations/0001_a.sql': 'SELECT 1;\n' } },
      { files: { '/app/migrations/a.sql': 'SELECT 1;\n' }, packages: { 'postgres-migrations': '5.3.0' } },
    ],
  });
});
