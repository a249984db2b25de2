import { graphileMigrate } from '../../server/src/frameworks/tools/graphile-migrate.js';
import { checkTool } from './support/tool-case.js';

const head = '--! Previous: -\n--! Hash: sha1:0123456789abcdef0123456789abcdef01234567\n\n';

describe('graphile-migrate', () => {
  checkTool(graphileMigrate, {
    files: {
      '/app/.gmrc': '{}\n',
      '/app/migrations/committed/000001.sql': `${head}CREATE TABLE orders (id bigint);\n`,
      '/app/migrations/committed/000010-index.sql': `${head}--! no-transaction\nCREATE INDEX CONCURRENTLY i ON orders (id);\n`,
      '/app/migrations/current.sql': '-- Enter migration here\n--! no-transaction\n',
      '/app/migrations/afterReset.sql': 'SELECT 1;\n',
      '/app/migrations/fixtures/functions/f.sql': 'SELECT 1;\n',
    },
    root: '/app/migrations',
    because: '000001.sql has the line --! Hash',
    order: [
      '/app/migrations/committed/000001.sql',
      '/app/migrations/committed/000010-index.sql',
      '/app/migrations/current.sql',
    ],
    notRun: ['/app/migrations/afterReset.sql', '/app/migrations/fixtures/functions/f.sql'],
    sections: {
      '/app/migrations/committed/000001.sql': [['up', 'per-file']],
      '/app/migrations/committed/000010-index.sql': [['up', 'one-query', '--! no-transaction']],
      '/app/migrations/current.sql': [['up', 'per-file']],
    },
    holds: 'one',
    // There is only one file to write.
    next: ['/app/migrations/current.sql'],
    written: {
      '/app/migrations/current.sql': '--! no-transaction\nCREATE INDEX CONCURRENTLY orders_at ON orders (at);\n',
    },
    rollback: { '/app/rollbacks/current.sql': 'DROP TABLE orders;\n' },
    silent: [
      { files: { '/app/migrations/current.sql': 'SELECT 1;\n' } },
      { files: { '/app/.gmrc': '{}\n', '/app/migrations/0001.sql': 'SELECT 1;\n' } },
    ],
  });
});
