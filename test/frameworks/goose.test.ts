import { goose } from '../../server/src/frameworks/tools/goose.js';
import { checkTool } from './support/tool-case.js';

const both = (up: string, down: string): string => `-- +goose Up\n${up}\n\n-- +goose Down\n${down}\n`;

describe('goose', () => {
  checkTool(goose, {
    files: {
      '/app/db/20240101000000_orders.sql': both('CREATE TABLE orders (id bigint);', 'DROP TABLE orders;'),
      '/app/db/20240102000000_index.sql': `-- +goose NO TRANSACTION\n${both('CREATE INDEX CONCURRENTLY i ON orders (id);', 'DROP INDEX CONCURRENTLY i;')}`,
      '/app/db/20240103000000_last.sql': '-- +goose Up\nALTER TABLE orders ADD at timestamptz;\n',
      '/app/db/notes.sql': 'SELECT 1;\n',
    },
    root: '/app/db',
    because: 'has the line -- +goose Up',
    order: ['/app/db/20240101000000_orders.sql', '/app/db/20240102000000_index.sql', '/app/db/20240103000000_last.sql'],
    notRun: ['/app/db/notes.sql'],
    sections: {
      '/app/db/20240101000000_orders.sql': [
        ['up', 'per-file'],
        ['down', 'per-file'],
      ],
      '/app/db/20240102000000_index.sql': [
        ['up', 'none', '-- +goose NO TRANSACTION'],
        ['down', 'none', '-- +goose NO TRANSACTION'],
      ],
      '/app/db/20240103000000_last.sql': [['up', 'per-file']],
    },
    holds: 'many',
    next: ['/app/db/20261129120000_one.sql', '/app/db/20261129120001_two.sql'],
    written: {
      '/app/db/20261129120000_index_orders.sql':
        '-- +goose NO TRANSACTION\n-- +goose Up\nCREATE INDEX CONCURRENTLY orders_at ON orders (at);\n\n-- +goose Down\nDROP INDEX CONCURRENTLY IF EXISTS orders_at;\n',
    },
    rollback: {
      '/app/db/20240103000000_last.sql':
        '-- +goose Up\nALTER TABLE orders ADD at timestamptz;\n\n-- +goose Down\nDROP TABLE orders;\n',
    },
    silent: [{ files: { '/app/db/1_a.sql': '-- goose is a bird\nSELECT 1;\n', '/app/db/2_b.sql': '-- migrate:up\n' } }],
  });
});
