import { hasura } from '../../server/src/frameworks/tools/hasura.js';
import { checkTool } from './support/tool-case.js';

const folder = '/app/hasura/migrations/default';

describe('Hasura', () => {
  checkTool(hasura, {
    files: {
      '/app/hasura/config.yaml': 'version: 3\nendpoint: http://localhost:8080\nmetadata_directory: metadata\n',
      [`${folder}/999_first/up.sql`]: 'CREATE TABLE orders (id bigint);\n',
      [`${folder}/999_first/down.sql`]: 'DROP TABLE orders;\n',
      [`${folder}/1704067200000_index/up.sql`]:
        '-- hasura:no-transaction\nCREATE INDEX CONCURRENTLY orders_id ON orders (id);\n',
      [`${folder}/1704153600000_last/up.sql`]: 'SELECT 1;\n-- hasura:no-transaction\n',
    },
    root: folder,
    because: 'config.yaml',
    order: [
      `${folder}/999_first/up.sql`,
      `${folder}/1704067200000_index/up.sql`,
      `${folder}/1704153600000_last/up.sql`,
    ],
    downs: [`${folder}/999_first/down.sql`],
    sections: {
      [`${folder}/999_first/down.sql`]: [['down', 'per-file']],
      [`${folder}/1704067200000_index/up.sql`]: [['up', 'one-query', '-- hasura:no-transaction']],
      // Only the first line counts.
      [`${folder}/1704153600000_last/up.sql`]: [['up', 'per-file']],
    },
    holds: 'one',
    next: [`${folder}/1795953600000_one/up.sql`, `${folder}/1795953600001_two/up.sql`],
    written: {
      [`${folder}/1795953600000_index_orders/up.sql`]:
        '-- hasura:no-transaction\nCREATE INDEX CONCURRENTLY orders_at ON orders (at);\n',
      [`${folder}/1795953600000_index_orders/down.sql`]:
        '-- hasura:no-transaction\nDROP INDEX CONCURRENTLY IF EXISTS orders_at;\n',
    },
    rollback: { [`${folder}/1704153600000_last/down.sql`]: 'DROP TABLE orders;\n' },
    silent: [
      { files: { '/app/config.yaml': 'version: 3\nlanguage: en\n', '/app/migrations/1_a/up.sql': 'SELECT 1;\n' } },
      { files: { '/app/migrations/1_a/up.sql': 'SELECT 1;\n' } },
    ],
  });
});
