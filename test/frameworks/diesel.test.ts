import { diesel } from '../../server/src/frameworks/tools/diesel.js';
import { checkTool } from './support/tool-case.js';

const folder = '/app/migrations';

describe('Diesel', () => {
  checkTool(diesel, {
    files: {
      '/app/diesel.toml': '[print_schema]\n',
      // Compared without dashes: 2014 comes before 2017 whatever its style.
      [`${folder}/20140924113530_first/up.sql`]: 'CREATE TABLE orders (id bigint);\n',
      [`${folder}/20140924113530_first/down.sql`]: 'DROP TABLE orders;\n',
      [`${folder}/2017-08-31-230457_index/up.sql`]: 'CREATE INDEX CONCURRENTLY orders_id ON orders (id);\n',
      [`${folder}/2017-08-31-230457_index/metadata.toml`]: 'run_in_transaction = false\n',
      // Without the word it means false.
      [`${folder}/2020-12-07-190800_silent/up.sql`]: 'VACUUM orders;\n',
      [`${folder}/2020-12-07-190800_silent/metadata.toml`]: '# nothing\n',
      [`${folder}/2020-12-15-120000_last/up.sql`]: 'ALTER TABLE orders ADD at timestamptz;\n',
      [`${folder}/2020-12-15-120000_last/metadata.toml`]: 'run_in_transaction = true\n',
      [`${folder}/notes.sql`]: 'SELECT 1;\n',
    },
    root: folder,
    because: 'diesel.toml',
    order: [
      `${folder}/20140924113530_first/up.sql`,
      `${folder}/2017-08-31-230457_index/up.sql`,
      `${folder}/2020-12-07-190800_silent/up.sql`,
      `${folder}/2020-12-15-120000_last/up.sql`,
    ],
    downs: [`${folder}/20140924113530_first/down.sql`],
    notRun: [`${folder}/notes.sql`],
    sections: {
      [`${folder}/20140924113530_first/up.sql`]: [['up', 'per-file']],
      [`${folder}/20140924113530_first/down.sql`]: [['down', 'per-file']],
      [`${folder}/2017-08-31-230457_index/up.sql`]: [['up', 'one-query', 'metadata.toml beside it']],
      [`${folder}/2020-12-07-190800_silent/up.sql`]: [['up', 'one-query', 'metadata.toml beside it']],
      [`${folder}/2020-12-15-120000_last/up.sql`]: [['up', 'per-file']],
    },
    holds: 'one',
    next: [`${folder}/2026-11-29-120000_one/up.sql`, `${folder}/2026-11-29-120001_two/up.sql`],
    written: {
      [`${folder}/2026-11-29-120000_index_orders/up.sql`]: 'CREATE INDEX CONCURRENTLY orders_at ON orders (at);\n',
      [`${folder}/2026-11-29-120000_index_orders/down.sql`]: 'DROP INDEX CONCURRENTLY IF EXISTS orders_at;\n',
      [`${folder}/2026-11-29-120000_index_orders/metadata.toml`]: 'run_in_transaction = false\n',
    },
    rollback: { [`${folder}/2020-12-15-120000_last/down.sql`]: 'DROP TABLE orders;\n' },
    silent: [
      { files: { '/app/migrations/1_a/up.sql': 'SELECT 1;\n' } },
      { files: { '/app/migrations/1_a/migration.sql': 'SELECT 1;\n' }, packages: { diesel: '2.3.0' } },
    ],
  });
});
