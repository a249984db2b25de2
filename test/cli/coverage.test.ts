import assert from 'node:assert/strict';
import { Folder } from '../support/folder.js';
import { codeProjects } from './support/code-projects.js';
import type { CheckReport } from './support/contract.js';
import { runHere } from './support/run-here.js';

const table = 'CREATE TABLE orders (id bigint PRIMARY KEY, code text);\n';
const config = '{ "postgres": 16, "migrations": ["m/*.sql"], "timeouts": "set-elsewhere" }\n';

/** The line of a report that says how much of a second migration was understood; "" where that is all. */
async function lineFor(sql: string): Promise<string> {
  const folder = new Folder({ 'airlock.config.json': config, 'm/1_orders.sql': table, 'm/2_b.sql': sql });
  const { stdout } = await runHere(['check', 'm', '--fail-on', 'never'], folder.path);
  return /^.* understood.*$/m.exec(stdout)?.[0] ?? '';
}

/** A body of functions inside one another, deeper than anybody writes. */
const deep = `SELECT ${'('.repeat(3000)}1${')'.repeat(3000)};\n`;

describe('how much of the statements was understood', () => {
  for (const [name, sql, line] of [
    ['all', 'SELECT 1;\nALTER TABLE orders ADD COLUMN note text;\n', ''],
    ['a file without statements', '-- nothing\n;;\n', ''],
    ['EXECUTE of a constant', "DO $$ BEGIN EXECUTE 'DROP TABLE orders'; END $$;\n", ''],
    [
      'EXECUTE of what nobody knows, twice in one block',
      "DO $$ BEGIN EXECUTE current_user; EXECUTE 'x' || current_user; END $$;\nSELECT 1;\n",
      '2 of 3 statements understood, 1 dynamic (m/2_b.sql:1)',
    ],
    [
      'EXECUTE in a function that nobody calls',
      'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE current_user; END $$;\n',
      '',
    ],
    [
      'calls of what no file shows',
      'CALL nobody_knows();\n\nSELECT f();\n',
      '1 of 3 statements understood, 2 unknown (m/2_b.sql:1, m/2_b.sql:3)',
    ],
    [
      'what is nested too deeply to be read',
      `${deep}SELECT 1;\n`,
      '2 of 3 statements understood, 1 unknown (m/2_b.sql:1)',
    ],
    [
      'more than are named',
      Array.from({ length: 7 }, (_, n) => `CALL f${n}();\n`).join(''),
      '1 of 8 statements understood, 7 unknown (m/2_b.sql:1, m/2_b.sql:2, m/2_b.sql:3, m/2_b.sql:4, m/2_b.sql:5, 2 more)',
    ],
    [
      'another file that psql runs',
      'SELECT 1;\n\\i other.sql\n\\ir ../more.sql\n',
      '2 of 4 statements understood, 2 dynamic (m/2_b.sql:2, m/2_b.sql:3)',
    ],
    [
      'rows that psql runs, and a program',
      "SELECT format('DROP TABLE %I', t) FROM names \\gexec\n\\! psql -f other.sql\n",
      '2 of 4 statements understood, 2 dynamic (m/2_b.sql:1, m/2_b.sql:2)',
    ],
    [
      'other commands of psql',
      "\\set x 1\n\\echo \\i other.sql\n-- \\i other.sql\nSELECT '\\i other.sql';\n\\if true\n\\endif\n",
      '',
    ],
  ] as const)
    it(name, async () => assert.equal(await lineFor(sql), line));

  it('is said of code that nobody can read without running it, and counts for programs', async () => {
    const project = codeProjects.find(({ words }) => words.id === 'knex') ?? assert.fail();
    const folder = project.make({ up: '  await knex.raw(process.env.SQL);' });
    const { stdout } = await runHere(['check', '.', '--format', 'json'], folder.path);
    const { summary }: CheckReport = JSON.parse(stdout);
    assert.deepEqual([summary.statements - summary.understood, summary.dynamic], [1, 1], stdout);
  });

  it('is asked for in the review: what psql runs is looked up, without what a program is called with', async () => {
    const folder = new Folder({
      'm/1_a.sql': `${table}\\i other.sql\n\\! PGPASSWORD=secret psql\n`,
    });
    const { stdout } = await runHere(['review', 'm'], folder.path);
    assert.match(stdout, /^SAFE WITH MODIFICATIONS /);
    assert.match(stdout, /1_a\.sql:2 {2}Verify: what \\i other\.sql runs: this file does not show it/);
    assert.match(stdout, /1_a\.sql:3 {2}Verify: what \\! runs/);
    assert.doesNotMatch(stdout, /secret/);
  });
});
