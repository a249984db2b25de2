import assert from 'node:assert/strict';
import { ruleSet } from '../../../rules/engine/run.js';
import rule from '../../../rules/execution/require-sound-history.js';
import { analyze } from '../../../server/src/analysis/analyze.js';
import { initParser } from '../../../server/src/sql/postgres-parser.js';
import { placeInHistory } from '../../../server/src/workspace/history-place.js';
import { frameworkById } from '../../../server/src/frameworks/index.js';
import { plainSql } from '../../../server/src/frameworks/plain-sql.js';
import { inputOf } from '../../support/analyze-sql.js';

interface Around {
  /** The migrations in their order. */
  readonly paths?: readonly string[];
  /** What the default branch has, by path; undefined without git. */
  readonly branch?: Readonly<Record<string, string>>;
  readonly texts?: Readonly<Record<string, string>>;
  /** By default no tool. */
  readonly tool?: string;
  /** The SQL that a text sends; by default the text itself. */
  readonly sqlOf?: (text: string) => string;
}

/** What is said of a file, as "severity message". */
function said(
  path: string,
  text: string,
  { paths = [path], branch, texts = {}, tool = 'sql', sqlOf = (same) => same }: Around = {},
): string[] {
  const there = (of: string) => ({ isSame: (each: string) => each === of, text: () => of });
  const known = Object.entries(branch ?? {});
  const files = new Map(known.filter(([each]) => paths.includes(each)).map(([each, of]) => [each, there(of)]));
  const gone = new Map(known.filter(([each]) => !paths.includes(each)).map(([each, of]) => [each, there(of)]));
  const framework = frameworkById(tool) ?? plainSql;
  const history = {
    paths,
    project: { framework },
    branch: branch && { files, gone },
    shown: (each: string) => each,
    sqlOf: (_path: string, of: string) => sqlOf(of),
  };
  const place = placeInHistory(path, text, history, (each) => texts[each] ?? '');
  const input = { ...inputOf(text, { path, applied: files.has(path) }), place };
  return analyze(input, ruleSet([rule]), () => assert.fail()).findings.map(
    ({ severity, message }) => `${severity} ${message}`,
  );
}

const sql = 'ALTER TABLE a ADD COLUMN b int;\n';

describe('require-sound-history', () => {
  before(initParser);

  describe('is silent on', () => {
    const silent: readonly (readonly [string, string, string, Around])[] = [
      ['a file by itself', 'm/1_a.sql', sql, {}],
      ['the next file', 'm/2_b.sql', sql, { paths: ['m/1_a.sql', 'm/2_b.sql'], branch: { 'm/1_a.sql': sql } }],
      ['an applied file as it was', 'm/1_a.sql', sql, { branch: { 'm/1_a.sql': sql } }],
      ['an applied file that is empty', 'm/1_a.sql', '', { branch: { 'm/1_a.sql': '' } }],
      ['two files of a day', 'm/20240131_b.sql', sql, { paths: ['m/20240131_a.sql', 'm/20240131_b.sql'] }],
      ...['liquibase', 'sqitch', 'sql-migrate', 'node-pg-migrate', 'django', 'alembic', 'knex'].map(
        (tool): [string, string, string, Around] => [
          `two files of ${tool}, which does not go by versions`,
          'm/0007_b.sql',
          sql,
          { paths: ['m/0007_a.sql', 'm/0007_b.sql'], tool },
        ],
      ),
      [
        'code that sends the same in other words',
        'm/1_a.ts',
        `run('${sql}')`,
        { branch: { 'm/1_a.ts': `run(\`${sql}\`);` }, sqlOf: () => sql },
      ],
      ['parts of a version', 'm/V1_10__b.sql', sql, { paths: ['m/V1_2__a.sql', 'm/V1_10__b.sql'] }],
      ['dates in parts', 'm/2024-01-31_b.sql', sql, { paths: ['m/2024-01-31_a.sql', 'm/2024-01-31_b.sql'] }],
      ['other folders', 'm/b/1_a.sql', sql, { paths: ['m/a/1_a.sql', 'm/b/1_a.sql'] }],
      [
        'a project in which many share their versions',
        'm/4_b.sql',
        sql,
        { paths: [1, 2, 3, 4].flatMap((each) => [`m/${each}_a.sql`, `m/${each}_b.sql`]) },
      ],
      ['names without a version', 'm/b.sql', sql, { paths: ['m/b.sql', 'm/c.sql'], branch: { 'm/c.sql': sql } }],
      [
        'repeatable files that run behind it',
        'm/V2__b.sql',
        sql,
        { paths: ['m/V1__a.sql', 'm/V2__b.sql', 'm/R__v.sql'], branch: { 'm/V1__a.sql': sql, 'm/R__v.sql': sql } },
      ],
      [
        'a history that was replaced by a dump',
        'm/3_c.sql',
        sql,
        { paths: ['m/3_c.sql'], branch: { 'm/1_a.sql': sql, 'm/2_b.sql': sql } },
      ],
    ];
    for (const [what, path, text, around] of silent) {
      it(what, () => assert.deepEqual(said(path, text, around), []));
    }
  });

  describe('reports', () => {
    it('an applied file with other statements, at full weight', () => {
      const [message = '', ...rest] = said('m/1_a.sql', sql, { branch: { 'm/1_a.sql': 'SELECT 1;\n' } });
      assert.match(message, /^warning 1_a\.sql is on the default branch already and says something else there\./);
      assert.deepEqual(rest, []);
    });

    it('an applied file with other comments, mildly', () => {
      const [message = ''] = said('m/1_a.sql', `-- new\n${sql}`, { branch: { 'm/1_a.sql': sql.replace(' ', '  ') } });
      assert.match(message, /^info 1_a\.sql .* other comments or blanks/);
    });

    it('two files with one version', () => {
      const paths = ['m/0006_x.sql', 'm/0007_a.sql', 'm/0007_b.sql'];
      const [message = ''] = said('m/0007_b.sql', sql, { paths, branch: { 'm/0006_x.sql': sql, 'm/0007_a.sql': sql } });
      assert.match(message, /^warning 0007_a\.sql and 0007_b\.sql have the same version, 0007\./);
      assert.match(
        said('m/20240131120000_b.sql', sql, { paths: ['m/20240131120000_a.sql', 'm/20240131120000_b.sql'] })[0] ?? '',
        /same version/,
      );
    });

    it('a version below one that has run, mildly where versions are dates', () => {
      const below = (path: string, later: string): string =>
        said(path, sql, { paths: [path, later], branch: { [later]: sql } })[0] ?? '';
      assert.match(
        below('m/5_b.sql', 'm/7_a.sql'),
        /^warning 5_b\.sql runs before 7_a\.sql, which is on the default branch/,
      );
      assert.match(
        below('m/20240101000000_b.sql', 'm/20240201000000_a.sql'),
        /^info 20240101000000_b\.sql runs before/,
      );
    });

    it('a file that was renamed where it is now, and one that is gone at the last migration', () => {
      const around: Around = {
        paths: ['m/1_a.sql', 'm/2_b.sql', 'm/4_new.sql', 'm/5_e.sql'],
        branch: {
          'm/1_a.sql': sql,
          'm/2_b.sql': sql,
          'm/5_e.sql': sql,
          'm/3_c.sql': 'SELECT 3;\n',
          'm/3_d.sql': 'SELECT 4;\n',
        },
        texts: { 'm/4_new.sql': 'SELECT 3;\n' },
      };
      const renamed = said('m/4_new.sql', 'SELECT 3;\n', around).find((each) => each.includes('is called'));
      assert.match(renamed ?? '', /^warning 3_c\.sql of the default branch is called 4_new\.sql here\./);
      const gone = said('m/5_e.sql', sql, around);
      assert.equal(gone.length, 1);
      assert.match(gone[0] ?? '', /^warning 3_d\.sql of the default branch is no longer here\./);
      assert.deepEqual(said('m/1_a.sql', sql, around), []);
    });

    it('a file without a statement, mildly', () => {
      assert.match(said('m/1_a.sql', ' \n')[0] ?? '', /^info 1_a\.sql has no statement/);
      assert.match(said('m/1_a.sql', '-- nothing to do\n')[0] ?? '', /^info 1_a\.sql has no statement/);
    });
  });
});
