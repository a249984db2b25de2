import { dbmate } from '../../server/src/frameworks/tools/dbmate.js';
import { checkTool } from './support/tool-case.js';

describe('dbmate', () => {
  checkTool(dbmate, {
    files: {
      '/app/db/migrations/20240101000000_orders.sql':
        '-- migrate:up\nCREATE TABLE orders (id bigint);\n\n-- migrate:down\nDROP TABLE orders;\n',
      '/app/db/migrations/20240102000000_index.sql':
        '-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY i ON orders (id);\n\n-- migrate:down\nDROP INDEX i;\n',
      '/app/db/migrations/20240103000000_last.sql':
        '-- migrate:up\nALTER TABLE orders ADD at timestamptz;\n\n-- migrate:down\n',
      '/app/db/migrations/README.sql': 'SELECT 1;\n',
    },
    root: '/app/db/migrations',
    because: 'has the line -- migrate:',
    order: [
      '/app/db/migrations/20240101000000_orders.sql',
      '/app/db/migrations/20240102000000_index.sql',
      '/app/db/migrations/20240103000000_last.sql',
    ],
    notRun: ['/app/db/migrations/README.sql'],
    sections: {
      '/app/db/migrations/20240101000000_orders.sql': [
        ['up', 'per-file'],
        ['down', 'per-file'],
      ],
      '/app/db/migrations/20240102000000_index.sql': [
        ['up', 'one-query', '-- migrate:up transaction:false'],
        ['down', 'per-file'],
      ],
    },
    holds: 'one',
    next: ['/app/db/migrations/20261129120000_one.sql', '/app/db/migrations/20261129120001_two.sql'],
    written: {
      '/app/db/migrations/20261129120000_index_orders.sql':
        '-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY orders_at ON orders (at);\n\n-- migrate:down transaction:false\nDROP INDEX CONCURRENTLY IF EXISTS orders_at;\n',
    },
    rollback: {
      '/app/db/migrations/20240103000000_last.sql':
        '-- migrate:up\nALTER TABLE orders ADD at timestamptz;\n\n-- migrate:down\nDROP TABLE orders;\n',
    },
    silent: [{ files: { '/app/db/migrations/1_a.sql': '-- +goose Up\nSELECT 1;\n' } }],
  });
});
