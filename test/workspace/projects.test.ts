import assert from 'node:assert/strict';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { migrationFolders, newMigration } from '../../server/src/workspace/new-migration.js';
import { analysisOf, MemoryFiles, workspaceOf } from './support/memory-files.js';

const gooseFile = (up: string, down = 'SELECT 1;'): string => `-- +goose Up\n${up}\n\n-- +goose Down\n${down}\n`;
const orders = 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);';
const index = 'CREATE INDEX i ON orders (note);';

describe('the tool of a folder', () => {
  before(initParser);

  it('is another one for each folder of a repository', () => {
    const workspace = workspaceOf(
      new MemoryFiles({
        '/r/go.mod': 'module x\nrequire github.com/golang-migrate/migrate/v4 v4.17.0\n',
        '/r/db/000001_a.up.sql': orders,
        '/r/web/prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
        '/r/web/prisma/migrations/20240101000000_a/migration.sql': orders,
        '/r/web/package-lock.json': '{ "packages": { "node_modules/prisma": {\n "version": "7.6.0"',
        '/r/jobs/20240101000000_a.sql': gooseFile(orders),
        '/r/sql/1_a.sql': orders,
      }),
    );
    const toolOf = (path: string): string => workspace.projectOf(path).framework.id;
    assert.equal(toolOf('/r/db/000001_a.up.sql'), 'golang-migrate');
    assert.equal(toolOf('/r/web/prisma/migrations/20240101000000_a/migration.sql'), 'prisma');
    assert.equal(workspace.projectOf('/r/web/prisma/migrations/20240101000000_a/migration.sql').version, '7.6.0');
    assert.equal(toolOf('/r/jobs/20240101000000_a.sql'), 'goose');
    assert.equal(toolOf('/r/sql/1_a.sql'), 'sql');
  });

  it('is the one that the configuration names', () => {
    const files = { '/r/airlock.config.json': '{ "framework": "goose" }', '/r/m/1_a.sql': orders };
    const { framework, because } = workspaceOf(new MemoryFiles(files)).projectOf('/r/m/1_a.sql');
    assert.deepEqual([framework.id, because], ['goose', 'airlock.config.json says so']);
  });

  it('keeps the history of folders that hold a migration each, without any mark', () => {
    const workspace = workspaceOf(
      new MemoryFiles({
        '/r/m/0001_a/up.sql': orders,
        '/r/m/0001_a/down.sql': 'DROP TABLE orders;',
        '/r/m/0002_b/up.sql': index,
      }),
    );
    const { findings } = analysisOf(workspace, '/r/m/0002_b/up.sql');
    assert.ok(findings.some(({ rule }) => rule === 'require-concurrent-index'));
    assert.deepEqual(workspace.migrationsWith('/r/m/0002_b/up.sql'), ['/r/m/0001_a/up.sql', '/r/m/0002_b/up.sql']);
  });

  it('decides in which transaction a file runs; the configuration has exceptions by glob', () => {
    const files = {
      '/r/airlock.config.json': '{ "transaction": { "none": ["m/*_index.sql"] } }',
      '/r/m/1_a.sql': gooseFile(orders),
      '/r/m/2_index.sql': gooseFile(index),
      '/r/m/3_more.sql': gooseFile('ALTER TABLE orders ADD COLUMN a int;'),
      '/r/m/4_mark.sql': `-- +goose NO TRANSACTION\n${gooseFile('SELECT 1;')}`,
    };
    const workspace = workspaceOf(new MemoryFiles(files));
    assert.equal(analysisOf(workspace, '/r/m/2_index.sql').transaction, 'none');
    assert.equal(analysisOf(workspace, '/r/m/3_more.sql').transaction, 'per-file');
    assert.equal(analysisOf(workspace, '/r/m/4_mark.sql').transaction, 'none');
  });

  it('is found anew when a file comes that says so', () => {
    const files = new MemoryFiles({ '/r/m/1_a.sql': orders, '/r/m/2_b.sql': index });
    const workspace = workspaceOf(files);
    assert.equal(workspace.projectOf('/r/m/2_b.sql').framework.id, 'sql');
    files.texts.set('/r/m/atlas.sum', 'h1:x\n');
    workspace.reset();
    assert.equal(workspace.projectOf('/r/m/2_b.sql').framework.id, 'atlas');
  });

  it('has a history that follows files that come, go and change their names', () => {
    const files = new MemoryFiles({ '/r/m/1_a.sql': gooseFile(orders), '/r/m/3_c.sql': gooseFile(index) });
    const workspace = workspaceOf(files);
    const found = (): string[] => analysisOf(workspace, '/r/m/3_c.sql').findings.map(({ rule }) => rule);
    assert.ok(found().includes('require-concurrent-index'));
    files.texts.set('/r/m/2_b.sql', gooseFile('CREATE INDEX i ON orders (id);'));
    workspace.changed('/r/m/2_b.sql', true);
    assert.ok(found().includes('no-failing-statement'));
    files.texts.delete('/r/m/2_b.sql');
    workspace.changed('/r/m/2_b.sql', true);
    assert.ok(!found().includes('no-failing-statement'));
    files.texts.delete('/r/m/1_a.sql');
    files.texts.set('/r/m/4_a.sql', gooseFile(orders));
    workspace.changed('/r/m/1_a.sql', true);
    workspace.changed('/r/m/4_a.sql', true);
    assert.deepEqual(workspace.migrationsWith('/r/m/3_c.sql'), ['/r/m/3_c.sql', '/r/m/4_a.sql']);
  });
});

describe('a way back', () => {
  before(initParser);

  it('in a section is never a part of the history', () => {
    const workspace = workspaceOf(
      new MemoryFiles({ '/r/m/1_a.sql': gooseFile(orders, 'DROP TABLE orders;'), '/r/m/2_b.sql': gooseFile(index) }),
    );
    const rules = analysisOf(workspace, '/r/m/2_b.sql').findings.map(({ rule }) => rule);
    assert.ok(rules.includes('require-concurrent-index'), rules.join());
    assert.ok(!rules.includes('no-failing-statement'));
  });

  it('is judged behind its migration: what fails is an error, what it loses is information', () => {
    const workspace = workspaceOf(
      new MemoryFiles({
        '/r/go.mod': 'require github.com/golang-migrate/migrate/v4 v4.17.0\n',
        '/r/m/1_a.up.sql': orders,
        '/r/m/1_a.down.sql': 'ALTER TABLE orders RENAME COLUMN nothing TO other;\nDROP TABLE orders;\n',
        '/r/m/2_b.up.sql': 'ALTER TABLE orders ADD COLUMN a int, ADD COLUMN b int;',
        '/r/m/2_b.down.sql': 'ALTER TABLE orders DROP COLUMN a;\n',
      }),
    );
    const severities = (path: string): string[] =>
      analysisOf(workspace, path).findings.map(({ rule, severity }) => `${severity} ${rule}`);
    assert.ok(
      severities('/r/m/1_a.down.sql').includes('error no-unknown-column'),
      severities('/r/m/1_a.down.sql').join(),
    );
    assert.ok(!severities('/r/m/1_a.down.sql').some((each) => /^(?:error|warning) no-drop-table/.test(each)));
    assert.ok(severities('/r/m/2_b.down.sql').includes('warning require-complete-rollback'));
  });
});

describe('what is accepted in the configuration', () => {
  before(initParser);

  it('is silent in those files, and in no others', () => {
    for (const rule of ['require-concurrent-index', 'require-concurrent-index-creation']) {
      const suppressions = [{ files: 'm/2_*.sql', rule, reason: 'the table is empty' }];
      const files = {
        '/r/airlock.config.json': JSON.stringify({ suppressions }),
        '/r/m/1_a.sql': orders,
        '/r/m/2_b.sql': index,
        '/r/m/3_c.sql': 'CREATE INDEX j ON orders (id, note);',
      };
      const workspace = workspaceOf(new MemoryFiles(files));
      const has = (path: string): boolean =>
        analysisOf(workspace, path).findings.some((each) => each.rule === 'require-concurrent-index');
      assert.deepEqual([has('/r/m/2_b.sql'), has('/r/m/3_c.sql')], [false, true], rule);
      assert.equal(analysisOf(workspace, '/r/m/2_b.sql').suppressed, 1);
    }
  });
});

describe('a new migration', () => {
  before(initParser);

  const files = (): MemoryFiles =>
    new MemoryFiles({
      '/r/m/20240101000000_a.sql': gooseFile(orders),
      '/r/m/20240102000000_b.sql': gooseFile(index),
      '/r/plain/0001_a.sql': orders,
      '/r/plain/0001_a.down.sql': 'DROP TABLE orders;',
      '/r/only/0001_a.sql': orders,
    });

  it('can be made in every folder of migrations, the fullest first', () => {
    const disk = files();
    const found = migrationFolders(['/r'], workspaceOf(disk), disk);
    assert.deepEqual(
      found.map(({ project, count }) => [project.framework.id, project.root, count]),
      [
        ['goose', '/r/m', 2],
        ['sql', '/r/plain', 1],
        ['sql', '/r/only', 1],
      ],
    );
  });

  it('has the form of its folder, and a way back where others have one', () => {
    const disk = files();
    const make = (sample: string): (readonly [string, string])[] =>
      newMigration(sample, 'Add refunds', workspaceOf(disk), disk)?.created.map(
        ({ path, text }) => [path, text] as const,
      ) ?? [];
    const [[path = '', text = ''] = []] = make('/r/m/20240101000000_a.sql');
    assert.match(path, /^\/r\/m\/\d{14}_add_refunds\.sql$/);
    assert.equal(text, '-- +goose Up\n-- Add refunds\n\n\n-- +goose Down\n-- Takes it back.\n');
    assert.deepEqual(make('/r/plain/0001_a.sql'), [
      ['/r/plain/0002_add_refunds.sql', '-- Add refunds\n\n'],
      ['/r/plain/0002_add_refunds.down.sql', '-- Takes it back.\n'],
    ]);
    assert.deepEqual(make('/r/only/0001_a.sql'), [['/r/only/0002_add_refunds.sql', '-- Add refunds\n\n']]);
  });
});
