import { tern } from '../../server/src/frameworks/tools/tern.js';
import { checkTool } from './support/tool-case.js';

const first = 'CREATE TABLE orders (id bigint);\n\n---- create above / drop below ----\n\nDROP TABLE orders;\n';

describe('tern', () => {
  checkTool(tern, {
    files: {
      '/app/tern.conf': '[database]\n',
      '/app/sql/001_orders.sql': first,
      '/app/sql/002_index.sql': '---- tern: disable-tx ----\nCREATE INDEX CONCURRENTLY orders_id ON orders (id);\n',
      '/app/sql/010_last.sql': 'ALTER TABLE orders ADD at timestamptz;\n',
      '/app/sql/shared/view.sql': 'CREATE VIEW v AS SELECT 1;\n',
      '/app/sql/notes.sql': 'SELECT 1;\n',
    },
    root: '/app/sql',
    because: '---- create above / drop below ----',
    order: ['/app/sql/001_orders.sql', '/app/sql/002_index.sql', '/app/sql/010_last.sql'],
    notRun: ['/app/sql/shared/view.sql', '/app/sql/notes.sql'],
    sections: {
      '/app/sql/001_orders.sql': [
        ['up', 'per-file'],
        ['down', 'per-file'],
      ],
      '/app/sql/002_index.sql': [['up', 'none', '---- tern: disable-tx ----']],
      '/app/sql/010_last.sql': [['up', 'per-file']],
    },
    holds: 'many',
    next: ['/app/sql/011_one.sql', '/app/sql/012_two.sql'],
    written: {
      '/app/sql/011_index_orders.sql': `---- tern: disable-tx ----
CREATE INDEX CONCURRENTLY orders_at ON orders (at);

---- create above / drop below ----

---- tern: disable-tx ----
DROP INDEX CONCURRENTLY IF EXISTS orders_at;
`,
    },
    rollback: {
      '/app/sql/010_last.sql': `ALTER TABLE orders ADD at timestamptz;

---- create above / drop below ----

DROP TABLE orders;
`,
    },
    silent: [{ files: { '/app/sql/001_a.sql': '-- create above / drop below\nSELECT 1;\n' } }],
  });
});
