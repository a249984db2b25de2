import { sqlMigrate } from '../../server/src/frameworks/tools/sql-migrate.js';
import { checkTool } from './support/tool-case.js';

const first = '-- +migrate Up\nCREATE TABLE orders (id bigint);\n\n-- +migrate Down\nDROP TABLE orders;\n';
const second = `-- +migrate Up notransaction
CREATE INDEX CONCURRENTLY orders_id ON orders (id);
-- +migrate Down
DROP INDEX orders_id;
`;

describe('sql-migrate', () => {
  checkTool(sqlMigrate, {
    files: {
      '/app/dbconfig.yml': 'dir: migrations\n',
      '/app/migrations/2-orders.sql': first,
      '/app/migrations/10-index.sql': second,
    },
    root: '/app/migrations',
    because: 'the line -- +migrate Up',
    order: ['/app/migrations/2-orders.sql', '/app/migrations/10-index.sql'],
    sections: {
      '/app/migrations/2-orders.sql': [
        ['up', 'per-file'],
        ['down', 'per-file'],
      ],
      '/app/migrations/10-index.sql': [
        ['up', 'none', '-- +migrate Up notransaction'],
        ['down', 'per-file'],
      ],
    },
    holds: 'many',
    next: ['/app/migrations/11-one.sql', '/app/migrations/12-two.sql'],
    written: {
      '/app/migrations/11-index_orders.sql': `-- +migrate Up notransaction
CREATE INDEX CONCURRENTLY orders_at ON orders (at);

-- +migrate Down notransaction
DROP INDEX CONCURRENTLY IF EXISTS orders_at;
`,
    },
    rollback: { '/app/migrations/10-index.sql': second.replace('DROP INDEX orders_id', 'DROP TABLE orders') },
    silent: [
      { files: { '/app/migrations/1_a.sql': '-- +goose Up\nSELECT 1;\n' } },
      { files: { '/app/migrations/1_a.sql': 'SELECT 1; -- see +migrate Up\n' } },
    ],
  });
});
