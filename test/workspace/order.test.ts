import assert from 'node:assert/strict';
import { plainSql } from '../../server/src/frameworks/plain-sql.js';
import { projectOf } from '../support/project.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analysisOf, MemoryFiles, rulesIn, workspaceOf } from './support/memory-files.js';

const empty = 'SELECT 1;\n';

/** The migrations with the first of these files, by their names. */
function orderOf(...names: string[]): string[] {
  const workspace = workspaceOf(new MemoryFiles(Object.fromEntries(names.map((name) => [`/m/${name}`, empty]))));
  return workspace.migrationsWith(`/m/${names[0]}`).map((path) => path.slice('/m/'.length));
}

const project = projectOf(plainSql);

function sorted(paths: readonly string[]): string[] {
  return plainSql.order(paths, project);
}

function nextPaths(existing: readonly string[], slugs: readonly string[], directory: string): string[] {
  return plainSql.nextPaths(slugs, { project, existing, directory, now: 0 });
}

describe('the order of migrations', () => {
  before(initParser);

  it('goes by numbers, not by characters', () => {
    assert.deepEqual(orderOf('10_b.sql', '9_a.sql', '100_c.sql', '0011_d.sql'), [
      '9_a.sql',
      '10_b.sql',
      '0011_d.sql',
      '100_c.sql',
    ]);
  });

  it('leaves out what takes a migration back, as Postgrator names it', () => {
    assert.deepEqual(orderOf('U2__b.sql', 'V2__b.sql', 'U1__a.sql', 'V1__a.sql', 'Users__x.sql'), [
      'V1__a.sql',
      'V2__b.sql',
    ]);
    assert.deepEqual(orderOf('0002.do.b.sql', '0001.undo.a.sql', '0001.do.a.sql'), ['0001.do.a.sql', '0002.do.b.sql']);
  });

  it('goes by timestamps and by Flyway’s versions', () => {
    assert.deepEqual(orderOf('20240131120001_b.sql', '20231231235959_a.sql'), [
      '20231231235959_a.sql',
      '20240131120001_b.sql',
    ]);
    assert.deepEqual(orderOf('V10__b.sql', 'V2__a.sql'), ['V2__a.sql', 'V10__b.sql']);
    // A day alone is the beginning of that day.
    const days = ['20250409154352_a.sql', '20250625_b.sql', '20250625000001_c.sql', '20250626_d.sql'];
    assert.deepEqual(orderOf(...[...days].reverse()), days);
  });

  it('compares every number of a version, in names and in folders', () => {
    for (const names of [
      ['V1__a.sql', 'V1_1__d.sql', 'V1_2__b.sql', 'V1_10__c.sql', 'V2__e.sql'],
      ['V1.2__a.sql', 'V1.2.1__b.sql', 'V1.10__c.sql'],
      ['1-2-a.sql', '1-10-a.sql'],
      ['3.2/0001_a.sql', '3.2/0010_b.sql', '3.10/0001_c.sql', '10/0001_d.sql'],
    ])
      for (const given of [names, [...names].reverse()]) assert.deepEqual(sorted(given), names, names.join());
  });

  it('takes a number that belongs to a word for no part of the version', () => {
    assert.deepEqual(orderOf('1_2fa.sql', '1_10th.sql', '2_a.sql'), ['1_10th.sql', '1_2fa.sql', '2_a.sql']);
  });

  it('reads a date in parts as the moment that it is', () => {
    const names = [
      '2017-12-31-235959_a.sql',
      '20180101000000_b.sql',
      '2018-01-01-000001_c.sql',
      '2018_01_01_0100_d.sql',
      '2018-01-01-02-30-00_e.sql',
      '20180101023001_f.sql',
      '2018-01-02_g.sql',
      '2018-01-02-000001_h.sql',
    ];
    assert.deepEqual(sorted([...names].reverse()), names);
    const counted = [
      '2025-08-01-000002_a.sql',
      '2025-08-01-000059_b.sql',
      '2025-08-01-000060_c.sql',
      '2025-08-01-000100_d.sql',
    ];
    assert.deepEqual(sorted([...counted].reverse()), counted);
    // No month has the number 13: these are three numbers.
    assert.deepEqual(orderOf('2018-13-01_a.sql', '2018-2-01_b.sql')[0], '2018-2-01_b.sql');
  });

  it('reads a date without zeros as that date', () => {
    const names = [
      '2020-04-10-111111_a/up.sql',
      '2020-9-30_b/up.sql',
      '2020-12-7-190800_c/up.sql',
      '20201207190801_d/up.sql',
      '2020-12-15-000000_e/up.sql',
      '2021_1_2_f/up.sql',
    ];
    assert.deepEqual(sorted([...names].reverse()), names);
    const next = nextPaths(['2020-12-7-190800_c.sql'], ['s'], '')[0] ?? '';
    assert.equal(next, '2020-12-7-190801_s.sql');
  });

  it('goes by the numbers behind a word, and by the characters where there are none', () => {
    for (const names of [
      ['upgrade-2.sql', 'upgrade-3.sql', 'upgrade-10.sql', 'upgrade-86.sql'],
      ['schema.sql', 'schema2_users.sql', 'schema2b.sql', 'schema10.sql'],
      ['ext--1.2--1.9.sql', 'ext--1.9--1.10.sql', 'ext--1.10--2.0.sql'],
      ['step01_a.sql', 'step1_b.sql', 'step02_a.sql', 'step3.sql'],
      ['a.sql', 'a1.sql', 'b.sql', 'b-1.sql', 'b_1.sql'].sort(),
      ['v1/up9.sql', 'v1/up10.sql', 'v2/up1.sql'],
    ])
      for (const given of [names, [...names].reverse()]) assert.deepEqual(sorted(given), names, names.join());
    // Written equally long, the order is the one of the characters.
    const padded = ['m_0002_x.sql', 'm_0010_a.sql', 'n_0001.sql', 'x20240131.sql', 'x20240201.sql'];
    assert.deepEqual(sorted([...padded].reverse()), [...padded].sort());
  });

  it('takes Flyway’s repeatable migrations last', () => {
    const names = ['V1__b.sql', 'z/V9__x.sql', 'R__a.sql', 'R__b.sql'];
    assert.deepEqual(sorted([...names].reverse()), names);
  });

  it('names new files behind the last, in its style', () => {
    const next = (...names: string[]): string[] => nextPaths(names, ['s', 't'], 'm');
    for (const [names, first, second] of [
      [['9_a.sql', '10_b.sql'], '11_s.sql', '12_t.sql'],
      [['0007_2_factors.sql'], '0008_s.sql', '0009_t.sql'],
      [['V1_2__a.sql', 'V1_10__b.sql', 'R__z.sql'], 'V1_11__s.sql', 'V1_12__t.sql'],
      [['V1.10__b.sql'], 'V1.11__s.sql', 'V1.12__t.sql'],
      [['20240131235959_a.up.sql'], '20240201000000_s.up.sql', '20240201000001_t.up.sql'],
      [['2024-01-31-235959_a.sql'], '2024-02-01-000000_s.sql', '2024-02-01-000001_t.sql'],
      [['2024_01_31_2359-a.sql'], '2024_02_01_0000-s.sql', '2024_02_01_0001-t.sql'],
      [['2025-08-01-000060_a.sql'], '2025-08-01-000101_s.sql', '2025-08-01-000102_t.sql'],
      [['2024-02-29_a.sql'], '2024-03-01_s.sql', '2024-03-02_t.sql'],
      [['2024-01-31-3_a.sql'], '2024-01-31-4_s.sql', '2024-01-31-5_t.sql'],
    ] as const) {
      assert.deepEqual(next(...names), [`m/${first}`, `m/${second}`]);
      const all = [...names.filter((name) => !name.startsWith('R__')), first, second];
      assert.deepEqual(sorted([...all].reverse()), all);
    }
  });

  it('takes the name where there is no number, or the same', () => {
    assert.deepEqual(
      orderOf('b.sql', 'a.sql', '1_z.sql', '1_y.sql').filter((name) => name.startsWith('1')),
      ['1_y.sql', '1_z.sql'],
    );
  });

  it('leaves out down files and what is no SQL', () => {
    assert.deepEqual(orderOf('1_a.sql', '1_a.down.sql', '2_b.undo.sql', 'notes.md', '2_b.sql'), ['1_a.sql', '2_b.sql']);
  });

  it('takes the folder of the file, or all that the globs name, folder by folder', () => {
    const files = new MemoryFiles({
      '/p/v1/2_b.sql': empty,
      '/p/v1/10_c.sql': empty,
      '/p/v2/1_d.sql': empty,
      '/p/seed/1_x.sql': empty,
    });
    assert.deepEqual(workspaceOf(files).migrationsWith('/p/v2/1_d.sql'), ['/p/v2/1_d.sql']);
    files.texts.set('/p/airlock.config.json', '{ "migrations": ["v*/*.sql"] }');
    const all = ['/p/v1/2_b.sql', '/p/v1/10_c.sql', '/p/v2/1_d.sql'];
    assert.deepEqual(workspaceOf(files).migrationsWith('/p/v2/1_d.sql'), all);
    const workspace = workspaceOf(files);
    assert.deepEqual(workspace.migrationsWith('/p/seed/1_x.sql'), ['/p/seed/1_x.sql']);
    assert.deepEqual([workspace.isListed('/p/v1/2_b.sql'), workspace.isListed('/p/seed/1_x.sql')], [true, false]);
    assert.equal(workspaceOf(new MemoryFiles({ '/p/a.sql': empty })).isListed('/p/a.sql'), undefined);
  });
});

describe('the history of a migration', () => {
  before(initParser);

  const users = 'CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, age int);\n';
  const notNull = "SET lock_timeout = '1s';\nALTER TABLE users ALTER COLUMN age SET NOT NULL;\n";
  const proof = 'ALTER TABLE users ADD CONSTRAINT age_known CHECK (age IS NOT NULL) NOT VALID;\n';

  it('is what stands before it, in that order and no further', () => {
    const files = new MemoryFiles({
      '/m/1_users.sql': users,
      '/m/2_check.sql': `SET lock_timeout = '1s';\n${proof}`,
      '/m/9_validate.sql': 'ALTER TABLE users VALIDATE CONSTRAINT age_known;\n',
      '/m/10_not_null.sql': notNull,
    });
    assert.deepEqual(rulesIn(workspaceOf(files), '/m/10_not_null.sql'), []);
    files.texts.delete('/m/9_validate.sql');
    files.texts.set('/m/11_validate.sql', 'ALTER TABLE users VALIDATE CONSTRAINT age_known;\n');
    assert.deepEqual(rulesIn(workspaceOf(files), '/m/10_not_null.sql'), ['require-check-before-not-null']);
  });

  it('is the same for a file analysed alone, among all, and in any order', () => {
    const texts: Record<string, string> = { '/m/000_users.sql': users };
    for (let n = 1; n <= 20; n++) {
      texts[`/m/${String(n).padStart(3, '0')}.sql`] =
        `SET lock_timeout = '1s';\nALTER TABLE users ADD COLUMN c${n} int;\nCREATE INDEX i${n} ON users (c${n - 1});\n`;
    }
    const paths = Object.keys(texts);
    const alone = paths.map((path) =>
      analysisOf(workspaceOf(new MemoryFiles(texts)), path).findings.map(({ message }) => message),
    );
    for (const order of [
      paths,
      [...paths].reverse(),
      [...paths].sort((a, b) => a.slice(-5).localeCompare(b.slice(-5))),
    ]) {
      const found = new Map<string, string[]>();
      workspaceOf(new MemoryFiles(texts)).analyzeEach(order, (result, index) => {
        assert.ok('findings' in result);
        assert.equal(result.path, order[index]);
        found.set(
          result.path,
          result.findings.map(({ message }) => message),
        );
      });
      assert.deepEqual(
        paths.map((path) => found.get(path)),
        alone,
      );
    }
  });

  it('passes over several histories once each, however they are mixed', () => {
    const files = new MemoryFiles();
    for (const folder of ['a', 'b']) {
      for (let n = 1; n <= 30; n++) files.texts.set(`/${folder}/${n}.sql`, `CREATE TABLE t${n} (id int);\n`);
    }
    const mixed = [...files.texts.keys()].sort((x, y) => x.slice(3).localeCompare(y.slice(3)));
    let count = 0;
    workspaceOf(files).analyzeEach(mixed, () => count++);
    assert.deepEqual([count, files.takeReads()], [60, 60]);
  });

  it('reads each file of a long history once, and from the last checkpoint after an edit', () => {
    const files = new MemoryFiles({ '/m/000_users.sql': users });
    for (let n = 1; n <= 300; n++)
      files.texts.set(`/m/${String(n).padStart(3, '0')}.sql`, `ALTER TABLE users ADD COLUMN c${n} int;\n`);
    const workspace = workspaceOf(files);
    const last = '/m/300.sql';
    assert.equal(analysisOf(workspace, last).after.table({ schema: undefined, name: 'users' })?.columns.size, 303);
    assert.equal(files.takeReads(), 301);
    workspace.setOverlay('/m/250.sql', 'ALTER TABLE users DROP COLUMN c1;\n');
    assert.equal(analysisOf(workspace, last).after.table({ schema: undefined, name: 'users' })?.columns.size, 301);
    assert.ok(files.takeReads() <= 102);
    workspace.setOverlay(last, 'SELECT 1;\n');
    analysisOf(workspace, last);
    assert.equal(files.takeReads(), 0);
    assert.equal(workspace.historyOf(last).length, 300);
  });

  it('of a down file ends behind the migration that it takes back', () => {
    const files = new MemoryFiles({
      '/m/1_users.sql': users,
      '/m/2_index.sql': 'CREATE INDEX CONCURRENTLY i ON users (age);\n',
      '/m/2_index.down.sql': 'DROP INDEX i;\n',
      '/m/3_drop.sql': 'DROP INDEX CONCURRENTLY i;\n',
    });
    const [drop] = analysisOf(workspaceOf(files), '/m/2_index.down.sql').steps;
    assert.deepEqual(drop?.impact.locks.map(({ relation }) => relation.label).sort(), ['i', 'users']);
  });

  it('starts from the schema dump, whose tables are old', () => {
    const files = new MemoryFiles({
      '/p/airlock.config.json': '{ "schema": "db/schema.sql", "migrations": ["m/*.sql"] }',
      '/p/db/schema.sql': `${users}ALTER TABLE users ADD CONSTRAINT age_known CHECK (age IS NOT NULL);\n`,
      '/p/m/1_not_null.sql': notNull,
      '/p/m/2_index.sql': "SET lock_timeout = '1s';\nCREATE INDEX i ON users (age);\n",
    });
    const workspace = workspaceOf(files);
    assert.deepEqual(rulesIn(workspace, '/p/m/1_not_null.sql'), []);
    assert.deepEqual(rulesIn(workspace, '/p/m/2_index.sql'), ['require-concurrent-index']);
    files.texts.delete('/p/db/schema.sql');
    const without = workspaceOf(files);
    assert.deepEqual(rulesIn(without, '/p/m/1_not_null.sql'), ['require-check-before-not-null']);
    const [problem] = without.configFor('/p/m/1_not_null.sql').problems;
    assert.match(problem?.message ?? '', /^"schema" cannot be used: /);
  });

  it('leaves out what cannot be read, and reports it once', () => {
    const files = new MemoryFiles({ '/m/1_users.sql': users, '/m/2_index.sql': 'CREATE INDEX i ON users (age);\n' });
    const gone = new MemoryFiles(Object.fromEntries(files.texts));
    gone.list = () => [...files.texts.keys(), '/m/0_gone.sql'];
    const workspace = workspaceOf(gone);
    assert.deepEqual(rulesIn(workspace, '/m/2_index.sql'), rulesIn(workspaceOf(files), '/m/2_index.sql'));
    assert.deepEqual(
      [...workspace.problems.values()],
      [{ path: '/m/0_gone.sql', message: 'There is no such file or directory.' }],
    );
  });
});

describe('what earlier files have made', () => {
  before(initParser);

  const messageIn = (texts: Record<string, string>, path: string): string => {
    const { findings } = analysisOf(workspaceOf(new MemoryFiles(texts)), path);
    const found = findings.find(({ rule }) => rule === 'no-failing-statement');
    return found ? `${found.message} ${found.advice}` : '';
  };

  it('is named with its file and line', () => {
    const texts = {
      '/m/1_a.sql': '-- a\nCREATE TABLE a (id int PRIMARY KEY,\n  n int);\n\nCREATE VIEW v AS SELECT 1 AS x;\n',
      '/m/2_b.sql': 'ALTER TABLE a ADD COLUMN b int;\nALTER TABLE a RENAME TO c;\nCREATE INDEX i ON c (n);\n',
      '/m/3_v.sql': 'CREATE VIEW v AS SELECT 2 AS x;\n',
      '/m/3_c.sql': 'CREATE TABLE c (id int);\n',
      '/m/3_b.sql': 'ALTER TABLE c ADD COLUMN b int;\n',
      '/m/5_i.sql': 'CREATE INDEX i ON c (id);\n',
      '/m/6_e.sql': "CREATE TYPE e AS ENUM ('a');\n",
      '/m/7_e.sql': "CREATE TYPE e AS ENUM ('b');\n",
    };
    assert.match(messageIn(texts, '/m/3_c.sql'), /^1_a\.sql:2 makes the table c already/);
    assert.match(messageIn(texts, '/m/3_b.sql'), /^2_b\.sql:1 makes the column b already/);
    assert.match(messageIn(texts, '/m/5_i.sql'), /^2_b\.sql:3 makes the index i already/);
    assert.match(messageIn(texts, '/m/7_e.sql'), /^6_e\.sql:1 makes the type e already/);
  });

  it('is a sign of wrong order when it is used before any file makes it', () => {
    const texts = {
      '/p/airlock.config.json': '{ "migrations": ["m/*/up.sql"] }',
      '/p/m/2_a/up.sql': 'SELECT 1;\nALTER TABLE t ADD COLUMN n int;\n',
      '/p/m/3_b/up.sql': 'CREATE TABLE t (id int PRIMARY KEY);\n',
    };
    const message = messageIn(texts, '/p/m/3_b/up.sql');
    assert.match(message, /^m\/2_a\/up\.sql:2 uses the table t, which no file before it makes/);
    assert.match(message, /Look up in which order/);
  });

  it('is not mistaken for what the same file has made', () => {
    const texts = { '/m/1_a.sql': 'SELECT 1;\n', '/m/2_b.sql': 'CREATE TABLE a (id int);\nCREATE TABLE a (id int);\n' };
    assert.match(messageIn(texts, '/m/2_b.sql'), /^PostgreSQL refuses this statement/);
  });

  it('is named in the same words when the files are checked together', () => {
    const texts = { '/m/1_a.sql': 'SELECT 1;\nCREATE TABLE a (id int);\n', '/m/2_b.sql': 'CREATE TABLE a (id int);\n' };
    const messages: string[] = [];
    workspaceOf(new MemoryFiles(texts)).analyzeEach(Object.keys(texts), (result) => {
      if ('findings' in result) messages.push(...result.findings.map(({ message, advice }) => `${message} ${advice}`));
    });
    assert.ok(messages.includes(messageIn(texts, '/m/2_b.sql')));
    assert.match(messageIn(texts, '/m/2_b.sql'), /^1_a\.sql:2 makes the table a already/);
  });
});
