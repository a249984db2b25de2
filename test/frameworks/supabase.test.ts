import { supabase } from '../../server/src/frameworks/tools/supabase.js';
import { checkTool } from './support/tool-case.js';

const folder = '/app/supabase/migrations';

describe('Supabase', () => {
  checkTool(supabase, {
    files: {
      '/app/supabase/config.toml': 'project_id = "app"\n',
      '/app/supabase/seed.sql': 'INSERT INTO orders VALUES (1);\n',
      [`${folder}/20240101000000_orders.sql`]: 'CREATE TABLE orders (id bigint);\n',
      [`${folder}/20240102000000_index.sql`]: 'CREATE INDEX CONCURRENTLY orders_id ON orders (id);\n',
      [`${folder}/rollback.sql`]: 'DROP TABLE orders;\n',
    },
    root: folder,
    because: 'supabase/config.toml',
    order: [`${folder}/20240101000000_orders.sql`, `${folder}/20240102000000_index.sql`],
    notRun: [`${folder}/rollback.sql`, '/app/supabase/seed.sql'],
    sections: { [`${folder}/20240102000000_index.sql`]: [['up', 'pipeline']] },
    holds: 'one',
    next: [`${folder}/20261129120000_one.sql`, `${folder}/20261129120001_two.sql`],
    written: {
      [`${folder}/20261129120000_index_orders.sql`]: 'CREATE INDEX CONCURRENTLY orders_at ON orders (at);\n',
    },
    rollback: { '/app/supabase/rollbacks/20240102000000_index.sql': 'DROP TABLE orders;\n' },
    silent: [{ files: { '/app/db/migrations/20240101000000_orders.sql': 'SELECT 1;\n', '/app/db/config.toml': '' } }],
  });
});
