import { nodePgMigrate } from '../../server/src/frameworks/tools/node-pg-migrate.js';
import { checkTool } from './support/tool-case.js';

const first = '-- Up Migration\nCREATE TABLE orders (id bigint);\n\n-- Down Migration\nDROP TABLE orders;\n';

describe('node-pg-migrate', () => {
  checkTool(nodePgMigrate, {
    files: {
      '/app/migrations/100_orders.sql': first,
      '/app/migrations/1704067200000_index.sql': 'CREATE INDEX orders_id ON orders (id);\n',
      '/app/migrations/1704067200001_pair.up.sql': 'ALTER TABLE orders ADD at timestamptz;\n',
      '/app/migrations/1704067200001_pair.down.sql': 'ALTER TABLE orders DROP at;\n',
      '/app/migrations/notes.sql': 'SELECT 1;\n',
    },
    packages: { 'node-pg-migrate': '9.0.0' },
    root: '/app/migrations',
    because: '-- Up Migration',
    order: [
      '/app/migrations/100_orders.sql',
      '/app/migrations/1704067200000_index.sql',
      '/app/migrations/1704067200001_pair.up.sql',
    ],
    downs: ['/app/migrations/1704067200001_pair.down.sql'],
    notRun: ['/app/migrations/notes.sql'],
    sections: {
      '/app/migrations/100_orders.sql': [
        ['up', 'all-pending'],
        ['down', 'all-pending'],
      ],
      // Without a line for the way up, the whole file is one.
      '/app/migrations/1704067200000_index.sql': [['up', 'all-pending']],
    },
    holds: 'nothing',
    next: ['/app/migrations/1795953600000_one.sql', '/app/migrations/1795953600001_two.sql'],
    written: {
      '/app/migrations/1795953600000_index_orders.sql': `-- Up Migration
CREATE INDEX CONCURRENTLY orders_at ON orders (at);

-- Down Migration
DROP INDEX CONCURRENTLY IF EXISTS orders_at;
`,
    },
    rollback: {
      '/app/migrations/1704067200001_pair.up.sql':
        'ALTER TABLE orders ADD at timestamptz;\n\n-- Down Migration\nDROP TABLE orders;\n',
    },
    silent: [
      { files: { '/app/migrations/100_orders.sql': 'SELECT 1;\n' } },
      { files: { '/app/migrations/100_orders.sql': '-- +goose Up\nSELECT 1;\n' } },
    ],
  });

  const code =
    "import type { MigrationBuilder } from 'node-pg-migrate';\nexport const up = (pgm: MigrationBuilder) => {};\n";
  checkTool(nodePgMigrate, {
    files: {
      '/app/migrations/100_orders.ts': code,
      '/app/migrations/1704067200000_index.ts': 'export const up = () => {};\n',
      '/app/migrations/types.d.ts': 'export {};\n',
      '/app/migrations/helpers.ts': 'export {};\n',
    },
    packages: { 'node-pg-migrate': '9.0.0' },
    root: '/app/migrations',
    because: 'MigrationBuilder',
    order: ['/app/migrations/100_orders.ts', '/app/migrations/1704067200000_index.ts'],
    downs: [],
    notRun: ['/app/migrations/types.d.ts', '/app/migrations/helpers.ts'],
    // What it sends is read by another layer.
    sections: { '/app/migrations/100_orders.ts': [] },
    holds: 'many',
    next: ['/app/migrations/1795953600000_one.ts', '/app/migrations/1795953600001_two.ts'],
    written: {
      '/app/migrations/1795953600000_index_orders.ts': `import type { MigrationBuilder } from 'node-pg-migrate';

export async function up(pgm: MigrationBuilder): Promise<void> {
  pgm.noTransaction();
  pgm.sql(\`CREATE INDEX CONCURRENTLY orders_at ON orders (at)\`);
}

export async function down(pgm: MigrationBuilder): Promise<void> {
  pgm.noTransaction();
  pgm.sql(\`DROP INDEX CONCURRENTLY IF EXISTS orders_at\`);
}
`,
    },
    rollback: { '/app/rollbacks/1704067200000_index.sql': 'DROP TABLE orders;\n' },
    version: '9.0.0',
    silent: [{ files: { '/app/migrations/100_orders.ts': 'export const up = (knex) => {};\n' } }],
  });
});
