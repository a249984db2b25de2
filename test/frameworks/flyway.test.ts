import assert from 'node:assert/strict';
import { flyway } from '../../server/src/frameworks/tools/flyway.js';
import { checkTool, MemoryProject, projectOf } from './support/tool-case.js';

describe('Flyway', () => {
  checkTool(flyway, {
    files: {
      '/app/flyway.conf': 'flyway.url=jdbc:postgresql:x\n',
      '/app/sql/V1__orders.sql': 'CREATE TABLE orders (id bigint);\n',
      '/app/sql/V2__index.sql': 'CREATE INDEX CONCURRENTLY i ON orders (id);\n',
      '/app/sql/V2_1__conf.sql': 'SET lock_timeout = 0;\nCREATE INDEX CONCURRENTLY j ON orders (id);\n',
      '/app/sql/V2_1__conf.sql.conf': 'executeInTransaction=false\n',
      '/app/sql/V10__last.sql': 'ALTER TABLE orders ADD at timestamptz;\n',
      '/app/sql/R__view.sql': 'CREATE OR REPLACE VIEW v AS SELECT 1;\n',
      '/app/sql/V3_missing.sql': 'SELECT 1;\n',
    },
    root: '/app/sql',
    because: 'flyway.conf',
    order: ['/app/sql/V1__orders.sql', '/app/sql/V2__index.sql', '/app/sql/V2_1__conf.sql', '/app/sql/V10__last.sql'],
    notRun: ['/app/sql/V3_missing.sql'],
    sections: {
      '/app/sql/V1__orders.sql': [['up', 'per-file']],
      '/app/sql/V2__index.sql': [['up', 'none']],
      '/app/sql/V2_1__conf.sql': [['up', 'none', 'V2_1__conf.sql.conf']],
    },
    holds: 'many',
    next: ['/app/sql/V11__one.sql', '/app/sql/V12__two.sql'],
    written: { '/app/sql/V11__index_orders.sql': 'CREATE INDEX CONCURRENTLY orders_at ON orders (at);\n' },
    rollback: { '/app/rollbacks/V10__last.sql': 'DROP TABLE orders;\n' },
    silent: [
      { files: { '/app/migrations/V1__a.sql': 'SELECT 1;\n' }, packages: { refinery: '0.8' } },
      { files: { '/app/migrations/V1_a.sql': 'SELECT 1;\n' } },
    ],
  });

  const path = '/app/sql/V1__a.sql';

  it('runs its repeatable migrations behind all others', () => {
    const files = new MemoryProject({ [path]: 'SELECT 1;\n', '/app/sql/R__a.sql': 'SELECT 1;\n' });
    assert.deepEqual(flyway.order(['/app/sql/R__a.sql', path], projectOf(flyway, path, files)), [
      path,
      '/app/sql/R__a.sql',
    ]);
  });

  it('says that its own lock would be waited for, unless that is set', () => {
    const note = (texts: Record<string, string>): string | undefined => {
      const files = new MemoryProject({ [path]: 'SELECT 1;\n', ...texts });
      return flyway.outside(projectOf(flyway, path, files)).note;
    };
    assert.match(note({}) ?? '', /transactional\.lock=false/);
    assert.match(note({ '/app/flyway.conf': 'flyway.url=x\n' }) ?? '', /transactional\.lock=false/);
    assert.equal(note({ '/app/flyway.conf': 'flyway.postgresql.transactional.lock=false\n' }), undefined);
    assert.equal(note({ '/app/flyway.toml': '[flyway.postgresql]\ntransactional.lock = false\n' }), undefined);
  });

  it('has undo migrations where there are some already', () => {
    const texts = { [path]: 'SELECT 1;\n', '/app/sql/U1__a.sql': 'SELECT 1;\n', '/app/sql/V2__b.sql': 'SELECT 1;\n' };
    const project = projectOf(flyway, path, new MemoryProject(texts));
    assert.equal(flyway.downPath('/app/sql/V2__b.sql', project), '/app/sql/U2__b.sql');
    assert.equal(flyway.downPath(path, project), '/app/sql/U1__a.sql');
  });
});
