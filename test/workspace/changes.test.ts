import assert from 'node:assert/strict';
import { appliedOf } from '../../server/src/workspace/applied.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { branchOf, analysisOf, MemoryFiles, rulesIn, workspaceOf } from './support/memory-files.js';

const users = 'CREATE TABLE users (id bigint PRIMARY KEY, age int NOT NULL);\n';
const nullable = 'CREATE TABLE users (id bigint PRIMARY KEY, age int);\n';
const notNull = "SET lock_timeout = '1s';\nALTER TABLE users ALTER COLUMN age SET NOT NULL;\n";
const hazard = ['require-check-before-not-null'];

const project = (first = nullable): MemoryFiles =>
  new MemoryFiles({ '/m/1_users.sql': first, '/m/2_other.sql': 'SELECT 1;\n', '/m/3_not_null.sql': notNull });

describe('what changes in a workspace', () => {
  before(initParser);

  it('is seen when an earlier file changes on disk', () => {
    const files = project();
    const workspace = workspaceOf(files);
    assert.deepEqual(rulesIn(workspace, '/m/3_not_null.sql'), hazard);
    files.texts.set('/m/1_users.sql', users);
    workspace.changed('/m/1_users.sql');
    assert.deepEqual(rulesIn(workspace, '/m/3_not_null.sql'), []);
  });

  it('is seen when an earlier file appears or vanishes', () => {
    const files = project();
    const workspace = workspaceOf(files);
    assert.deepEqual(rulesIn(workspace, '/m/3_not_null.sql'), hazard);
    files.texts.set('/m/1_z.sql', 'DROP TABLE users;\nCREATE TABLE users (age int NOT NULL);\n');
    workspace.changed('/m/1_z.sql', true);
    assert.deepEqual(rulesIn(workspace, '/m/3_not_null.sql'), []);
    files.texts.delete('/m/1_z.sql');
    workspace.changed('/m/1_z.sql', true);
    assert.deepEqual(rulesIn(workspace, '/m/3_not_null.sql'), hazard);
  });

  it('is nothing when a later file changes', () => {
    const files = project();
    const workspace = workspaceOf(files);
    rulesIn(workspace, '/m/3_not_null.sql');
    files.texts.set('/m/4_later.sql', 'DROP TABLE users;\n');
    workspace.changed('/m/4_later.sql', true);
    assert.deepEqual(rulesIn(workspace, '/m/3_not_null.sql'), hazard);
  });

  it('lays the texts of open documents over the disk', () => {
    const files = project();
    const workspace = workspaceOf(files);
    workspace.setOverlay('/m/1_users.sql', users);
    assert.deepEqual(rulesIn(workspace, '/m/3_not_null.sql'), []);
    workspace.setOverlay('/m/1_users.sql', nullable);
    assert.deepEqual(rulesIn(workspace, '/m/3_not_null.sql'), hazard);
    workspace.setOverlay('/m/1_users.sql', users);
    assert.deepEqual(rulesIn(workspace, '/m/3_not_null.sql'), []);
    workspace.removeOverlay('/m/1_users.sql');
    assert.deepEqual(rulesIn(workspace, '/m/3_not_null.sql'), hazard);
    assert.equal(files.texts.get('/m/1_users.sql'), nullable);
  });

  it('reads nothing again when an open document is laid over as it was', () => {
    const files = project();
    const workspace = workspaceOf(files);
    workspace.setOverlay('/m/3_not_null.sql', notNull);
    rulesIn(workspace, '/m/3_not_null.sql');
    files.takeReads();
    workspace.setOverlay('/m/3_not_null.sql', notNull);
    rulesIn(workspace, '/m/3_not_null.sql');
    workspace.setOverlay('/m/3_not_null.sql', `${notNull}-- typed\n`);
    rulesIn(workspace, '/m/3_not_null.sql');
    assert.equal(files.takeReads(), 0);
  });

  it('takes a text that is not on disk for the last migration, or for one at its place', () => {
    const workspace = workspaceOf(project(users));
    const at = (path: string): string[] => {
      const input = workspace.inputFrom(path, notNull);
      return [...input.before.relations()].map(({ key }) => key);
    };
    assert.ok(at('/m/9_new.sql').includes('public.users'));
    assert.deepEqual(at('/m/0_new.sql'), []);
  });

  it('is a configuration only after a reset', () => {
    const files = project();
    const workspace = workspaceOf(files);
    assert.deepEqual(rulesIn(workspace, '/m/3_not_null.sql'), hazard);
    files.texts.set('/m/airlock.config.json', '{ "rules": { "require-check-before-not-null": "off" } }');
    workspace.reset();
    assert.deepEqual(rulesIn(workspace, '/m/3_not_null.sql'), []);
  });

  it('leaves what was given out as it was', () => {
    const files = project();
    const workspace = workspaceOf(files);
    const first = analysisOf(workspace, '/m/1_users.sql');
    const size = (): number | undefined => first.after.table({ schema: undefined, name: 'users' })?.columns.size;
    assert.equal(size(), 2);
    workspace.setOverlay('/m/2_other.sql', 'ALTER TABLE users ADD COLUMN more int, ADD COLUMN most int;\n');
    analysisOf(workspace, '/m/3_not_null.sql');
    assert.equal(size(), 2);
  });
});

describe('what counts as applied', () => {
  before(initParser);

  const index = "SET lock_timeout = '1s';\nCREATE INDEX i ON users (age);\n";
  const texts = { '/m/1_users.sql': nullable, '/m/2_index.sql': index, '/m/3_more.sql': index.replace(' i ', ' j ') };
  const applied = (config: string | undefined, onBranch?: readonly string[]): boolean[] => {
    const files = new MemoryFiles(config === undefined ? texts : { ...texts, '/m/airlock.config.json': config });
    const workspace = workspaceOf(files, { filesOnDefaultBranch: () => onBranch && branchOf(onBranch) });
    return Object.keys(texts).map((path) => analysisOf(workspace, path).applied);
  };

  it('is what git has on the default branch, and nothing without git', () => {
    assert.deepEqual(applied(undefined), [false, false, false]);
    assert.deepEqual(applied(undefined, []), [false, false, false]);
    assert.deepEqual(applied(undefined, ['/m/1_users.sql', '/m/2_index.sql']), [true, true, false]);
    // Merged out of order: an earlier number that came later is still to be run.
    assert.deepEqual(applied('{ "applied": "git" }', ['/m/1_users.sql', '/m/3_more.sql']), [true, false, true]);
  });

  it('is nothing with "none", whatever git says', () => {
    assert.deepEqual(applied('{ "applied": "none" }', ['/m/1_users.sql']), [false, false, false]);
  });

  it('is everything through a version, a name or a file', () => {
    for (const through of ['2', '2_index', '2_index.sql']) {
      assert.deepEqual(applied(`{ "applied": { "through": "${through}" } }`), [true, true, false], through);
    }
    assert.deepEqual(applied('{ "applied": { "through": "7" } }'), [false, false, false]);
  });

  it('knows the names by which tools call their migrations', () => {
    const one = { path: '/p/prisma/migrations/20240101000000_users/migration.sql', name: '20240101000000_users' };
    for (const { path, name } of [
      one,
      { ...one, name: '20240101000000_users/migration.sql' },
      { ...one, name: '20240101000000' },
      { path: '/p/prisma/migrations/1_users.up.sql', name: '1_users' },
      { path: '/p/prisma/migrations/1_users.ts', name: '1_users' },
    ]) {
      const paths = [path, path.replaceAll('1_users', '2_more').replace('20240101000000_users', '20240201000000_more')];
      const config = { applied: { through: name } } as const;
      assert.equal(appliedOf(paths, config, undefined).applied, 1, name);
    }
    // A folder of many migrations, and a part of a name, name none.
    for (const through of ['migrations', 'migration.sq', 'users', 'sql'])
      assert.equal(
        appliedOf(['/p/migrations/1_users.sql', '/p/migrations/2_more.sql'], { applied: { through } }, undefined)
          .missing,
        through,
      );
  });

  it('does not ask git when the configuration says it', () => {
    const files = new MemoryFiles({ ...texts, '/m/airlock.config.json': '{ "applied": "none" }' });
    const workspace = workspaceOf(files, { filesOnDefaultBranch: () => assert.fail('git was asked') });
    analysisOf(workspace, '/m/1_users.sql');
  });

  it('makes one release of what is pending: a table of it is new to all its files', () => {
    const files = new MemoryFiles({ '/m/0_old.sql': 'SELECT 1;\n', ...texts });
    const release = (onBranch: readonly string[] | undefined): string[] =>
      rulesIn(workspaceOf(files, { filesOnDefaultBranch: () => onBranch && branchOf(onBranch) }), '/m/2_index.sql');
    assert.deepEqual(release(['/m/0_old.sql']), []);
    assert.deepEqual(release(['/m/0_old.sql', '/m/1_users.sql']), ['require-concurrent-index']);
    // Where nobody knows what is applied, each file is taken by itself.
    assert.deepEqual(release(undefined), ['require-concurrent-index']);
  });
});
