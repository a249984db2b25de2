import assert from 'node:assert/strict';
import { planSplit } from '../../server/src/planning/plan-split.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analysisOf, MemoryFiles, workspaceOf } from '../workspace/support/memory-files.js';
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

describe('operations of Prisma 8', () => {
  before(initParser);

  const operation = (id: string, ...statements: string[]): object => ({
    id,
    label: id,
    operationClass: 'additive',
    target: { id: 'postgres' },
    precheck: [{ description: 'not yet there', sql: 'SELECT NOT EXISTS (SELECT 1 FROM [nonsense])' }],
    execute: statements.map((sql) => ({ description: 'step', sql })),
    postcheck: [],
  });
  const written = (...operations: object[]): string => `${JSON.stringify(operations, null, 2)}\n`;
  const first = '/r/migrations/app/20260101T1200_init/ops.json';
  const second = '/r/migrations/app/20260201T1200_more/ops.json';
  const more = written(
    operation(
      'a',
      'ALTER TABLE "public"."User"\n  ADD COLUMN "note" text -- for people\n',
      `COMMENT ON COLUMN "public"."User"."note" IS 'a "b" \\ c'`,
    ),
    operation('b', 'CREATE INDEX "User_name_idx" ON "public"."User" ("name")'),
  );
  const files = {
    [first]: written(operation('table', 'CREATE TABLE "public"."User" ("id" bigint PRIMARY KEY, "name" text)')),
    [second]: more,
  };

  it('are read where they stand, in the transaction around all of them', () => {
    const workspace = workspaceOf(new MemoryFiles(files));
    const analysis = analysisOf(workspace, second);
    assert.deepEqual([analysis.framework.id, analysis.transaction], ['prisma', 'all-pending']);
    assert.equal(analysis.steps.length, 3);
    const found = analysis.findings.find(({ rule }) => rule === 'require-concurrent-index');
    assert.ok(found, analysis.findings.map(({ rule, message }) => `${rule}: ${message}`).join('\n'));
    assert.match(found.message, /\bUser\b/);
    assert.equal(more.slice(found.span.start, found.span.end), 'INDEX');
    assert.ok(!analysis.findings.some(({ rule }) => rule === 'no-syntax-error' || rule === 'no-unknown-column'));
  });

  it('are never edited: migration.ts writes them', () => {
    const workspace = workspaceOf(new MemoryFiles(files));
    const analysis = analysisOf(workspace, second);
    assert.ok(analysis.findings.every(({ fixes }) => fixes.length === 0));
    for (const finding of analysis.findings) {
      const split = planSplit(analysis, finding, workspace.surroundingsOf(second));
      assert.ok(
        split === undefined || ('refused' in split && split.refused.startsWith('migration.ts writes ops.json')),
      );
    }
  });

  it('are those of Prisma alone', () => {
    const workspace = workspaceOf(new MemoryFiles({ '/r/migrations/ops.json': '[{ "sql": "SELEC" }]' }));
    assert.equal(workspace.looksLikeMigration('/r/migrations/ops.json', 'migrations/ops.json'), false);
  });
});
