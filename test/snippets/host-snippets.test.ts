import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostLanguageOf, readHostFile } from '../../server/src/hosts/index.js';
import { meaning } from '../../server/src/hosts/same-sql.js';
import { statementsOf } from '../../server/src/hosts/script-changes.js';
import { initHostParser } from '../../server/src/hosts/syntax/parser.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { splitSql } from '../support/split-sql.js';
import { expandSnippet, type Snippet } from '../../server/src/agent/expand-snippet.js';

// The snippets of SQL are run on PostgreSQL. Those in code have to send the same, as the tool reads it.

const folder = join(__dirname, '..', '..', '..', 'snippets');

function snippetsOf(file: string): Snippet[] {
  return Object.values(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, Snippet>);
}

function indented(code: string, by: number): string {
  return code.replace(/^(?=.)/gm, ' '.repeat(by));
}

/** Bodies of blocks are indented where they stand in code. */
function squeezed(text: string): string {
  return text.replace(/(?:\\n|\s)+/g, ' ');
}

/** A migration with a snippet in the place where a person puts it. */
const migrations: Readonly<Record<string, { readonly path: string; with(body: string): string }>> = {
  knex: { path: '/m/1_a.ts', with: (body) => `export async function up(knex) {\n${body}}\n` },
  typeorm: {
    path: '/m/1700000000000-A.ts',
    with: (body) =>
      `export class A1700000000000 implements MigrationInterface {\n  async up(queryRunner) {\n${body}}\n}\n`,
  },
  django: {
    path: '/shop/migrations/0001_a.py',
    with: (body) => `class Migration(migrations.Migration):\n    operations = [\n${body}    ]\n`,
  },
  alembic: { path: '/versions/1_a.py', with: (body) => `def upgrade():\n${indented(body, 4)}` },
  rails: {
    path: '/db/migrate/1_a.rb',
    with: (body) => `class A < ActiveRecord::Migration[7.1]\n  def up\n${indented(body, 4)}  end\nend\n`,
  },
};

describe('snippets in code', () => {
  const own = snippetsOf('postgresql.json');
  const all = ['javascript.json', 'python.json', 'ruby.json'].flatMap(snippetsOf);

  before(async () => {
    await initParser();
    for (const language of ['typescript', 'python', 'ruby'] as const)
      await initHostParser(language, (part) => readFileSync(require.resolve(`@vscode/tree-sitter-wasm/wasm/${part}`)));
  });

  it('are there for every pattern that has statements', async () => {
    const statements = await Promise.all(own.map((snippet) => splitSql(expandSnippet(snippet))));
    const patterns = statements.filter((each) => each.length > 0);
    assert.equal(all.length, patterns.length * Object.keys(migrations).length);
  });

  for (const snippet of all) {
    const [, tool = '', name = ''] = /^pg-([a-z]+)-(.*)$/.exec(snippet.prefix) ?? [];
    it(`${snippet.prefix} sends what pg-${name} does`, async () => {
      const place = migrations[tool];
      const sql = own.find(({ prefix }) => prefix === `pg-${name}`);
      assert.ok(place && sql && hostLanguageOf(place.path));
      const file = readHostFile(tool, place.with(expandSnippet(snippet)), { path: place.path });
      assert.ok(file && !file.code.isBroken, snippet.body.join('\n'));
      const sent = statementsOf(file.script.text).map((each) => squeezed(meaning(each.sql)));
      const wanted = await splitSql(expandSnippet(sql));
      // A message names the snippet of the same tool.
      const inTool = (text: string): string => text.replace(/\bpg-(?=set-not-null\b)/g, `pg-${tool}-`);
      assert.deepEqual(
        sent,
        wanted.map((each) => inTool(squeezed(meaning(each)))),
      );
    });
  }
});
