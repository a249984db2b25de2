import { refinery } from '../../server/src/frameworks/tools/refinery.js';
import { checkTool } from './support/tool-case.js';

describe('Refinery', () => {
  checkTool(refinery, {
    files: {
      '/app/migrations/V1__orders.sql': 'CREATE TABLE orders (id bigint);\n',
      '/app/migrations/U2__merged_late.sql': 'ALTER TABLE orders ADD note text;\n',
      '/app/migrations/V10__index.sql': 'CREATE INDEX orders_id ON orders (id);\n',
      '/app/migrations/V11_one_underscore.sql': 'SELECT 1;\n',
    },
    packages: { refinery: '0.9.0' },
    root: '/app/migrations',
    because: 'refinery',
    version: '0.9.0',
    // "U" goes forward.
    order: ['/app/migrations/V1__orders.sql', '/app/migrations/U2__merged_late.sql', '/app/migrations/V10__index.sql'],
    notRun: ['/app/migrations/V11_one_underscore.sql'],
    sections: { '/app/migrations/U2__merged_late.sql': [['up', 'per-file']] },
    holds: 'nothing',
    next: ['/app/migrations/V11__one.sql', '/app/migrations/V12__two.sql'],
    written: { '/app/migrations/V11__index_orders.sql': 'CREATE INDEX CONCURRENTLY orders_at ON orders (at);\n' },
    rollback: { '/app/rollbacks/V10__index.sql': 'DROP TABLE orders;\n' },
    silent: [{ files: { '/app/migrations/V1__orders.sql': 'SELECT 1;\n' } }],
  });
});
