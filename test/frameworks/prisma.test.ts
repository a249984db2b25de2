import assert from 'node:assert/strict';
import { prisma } from '../../server/src/frameworks/tools/prisma.js';
import { checkTool, MemoryProject, projectOf } from './support/tool-case.js';

const lock = { '/app/prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n' };

describe('Prisma', () => {
  checkTool(prisma, {
    files: {
      ...lock,
      '/app/prisma/migrations/20240101000000_orders/migration.sql': 'CREATE TABLE "Order" (id bigint);\n',
      '/app/prisma/migrations/20240101000000_orders/down.sql': 'DROP TABLE "Order";\n',
      '/app/prisma/migrations/20240103000000_last/migration.sql': 'ALTER TABLE "Order" ADD at timestamptz;\n',
      '/app/prisma/seed.sql': 'SELECT 1;\n',
    },
    packages: { prisma: '6.19.0' },
    root: '/app/prisma/migrations',
    because: 'migration_lock.toml',
    version: '6.19.0',
    order: [
      '/app/prisma/migrations/20240101000000_orders/migration.sql',
      '/app/prisma/migrations/20240103000000_last/migration.sql',
    ],
    downs: ['/app/prisma/migrations/20240101000000_orders/down.sql'],
    notRun: ['/app/prisma/seed.sql'],
    sections: { '/app/prisma/migrations/20240101000000_orders/migration.sql': [['up', 'one-query']] },
    holds: 'one',
    next: [
      '/app/prisma/migrations/20261129120000_one/migration.sql',
      '/app/prisma/migrations/20261129120001_two/migration.sql',
    ],
    written: {
      '/app/prisma/migrations/20261129120000_index_orders/migration.sql':
        'CREATE INDEX CONCURRENTLY orders_at ON orders (at);\n',
      '/app/prisma/migrations/20261129120000_index_orders/down.sql': 'DROP INDEX CONCURRENTLY IF EXISTS orders_at;\n',
    },
    rollback: { '/app/prisma/migrations/20240103000000_last/down.sql': 'DROP TABLE orders;\n' },
    silent: [
      {
        files: {
          '/app/drizzle/20240101000000_a/migration.sql': 'SELECT 1;\n',
          '/app/drizzle/20240101000000_a/snapshot.json': '{}',
        },
      },
    ],
  });

  const path = '/app/prisma/migrations/20240101000000_a/migration.sql';
  const index = 'CREATE INDEX CONCURRENTLY i ON t (a);\nALTER TABLE t ADD b int;\n';
  for (const [version, text, scope] of [
    ['7.3.0', index, 'one-query'],
    ['7.4.0', index, 'none'],
    ['7.10.0', index, 'none'],
    ['7.10.0', index.replace('CREATE INDEX CONCURRENTLY i ON t (a)', 'DROP INDEX CONCURRENTLY i'), 'one-query'],
    [undefined, index, 'one-query'],
  ] as const)
    it(`sends ${JSON.stringify(text.slice(0, 12))} as ${scope} in ${version ?? 'a version that is not known'}`, () => {
      const files = new MemoryProject({ ...lock, [path]: text }, version === undefined ? {} : { prisma: version });
      const [section] = prisma.read(path, text, projectOf(prisma, path, files));
      assert.equal(section?.scope, scope);
    });
});
