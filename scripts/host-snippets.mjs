// The snippets of SQL in the words of the tools whose migrations are code: the same patterns, statement by statement.
import fs from 'node:fs';
import path from 'node:path';

/** A tool with a migration that does nothing, from which the form of its calls is read. */
const tools = [
  {
    id: 'knex',
    title: 'Knex',
    file: 'javascript',
    path: '/snippet.ts',
    migration: 'export async function up(knex) {}\nexport async function down(knex) {}\n',
    outside: 'with export const config = { transaction: false };',
  },
  {
    id: 'typeorm',
    title: 'TypeORM',
    file: 'javascript',
    path: '/1700000000000-Snippet.ts',
    migration:
      'export class Snippet1700000000000 implements MigrationInterface {\n  async up(queryRunner) {}\n  async down(queryRunner) {}\n}\n',
    outside: 'with transaction = false; and migrationsTransactionMode "each"',
  },
  {
    id: 'django',
    title: 'Django',
    file: 'python',
    path: '/shop/migrations/0001_snippet.py',
    migration:
      'class Migration(migrations.Migration):\n    operations = [\n        migrations.RunSQL("SELECT 1"),\n    ]\n',
    outside: 'with atomic = False',
  },
  {
    id: 'alembic',
    title: 'Alembic',
    file: 'python',
    path: '/versions/1_snippet.py',
    migration: 'def upgrade():\n    pass\n\n\ndef downgrade():\n    pass\n',
    outside: 'in with op.get_context().autocommit_block():',
  },
  {
    id: 'rails',
    title: 'Rails',
    file: 'ruby',
    path: '/db/migrate/1_snippet.rb',
    migration: 'class Snippet < ActiveRecord::Migration[7.1]\n  def up\n  end\n\n  def down\n  end\nend\n',
    outside: 'with disable_ddl_transaction!',
  },
];

const tabStop = /\\([\\$}])|\$\{\d+:(?:\\.|[^}\\])*\}|\$\{\d+\|(?:\\.|[^|\\])*\|\}|\$\{\d+\}|\$\d+/g;
const FIRST_PRIVATE = 0xe000;

/** A body without its tab stops: each is a letter of its own, which no code and no SQL has. */
function withoutStops(body) {
  const stops = [];
  const text = body.replace(tabStop, (whole, escaped) => {
    if (escaped !== undefined) return escaped;
    if (whole === '$0') return '';
    stops.push(whole);
    return String.fromCharCode(FIRST_PRIVATE + stops.length - 1);
  });
  return { text: text.trimEnd(), stops };
}

/** Code as the body of a snippet, its tab stops in it again. */
function withStops(code, stops) {
  return code
    .replace(/[\\$}]/g, '\\$&')
    .replace(/[\ue000-\uf8ff]/g, (letter) => stops[letter.charCodeAt(0) - FIRST_PRIVATE] ?? '');
}

/** Snippets that the words of another one name are those of the tool. */
function inOwnWords(code, id, own) {
  const prefixes = new Set(Object.values(own).map(({ prefix }) => prefix));
  return code.replace(/\bpg-[a-z0-9-]*[a-z0-9]/g, (name) =>
    prefixes.has(name) ? name.replace(/^pg-/, `pg-${id}-`) : name,
  );
}

/** The texts of the snippet files by their paths. In: what is compiled (a `require` and its folder), and the grammars. */
export async function hostSnippets(root, require) {
  const { hostStatements } = require(path.join(root, 'out/server/src/frameworks/host-code.js'));
  const { readHostFile, hostLanguageOf } = require(path.join(root, 'out/server/src/hosts/index.js'));
  const { initHostParser } = require(path.join(root, 'out/server/src/hosts/syntax/parser.js'));
  const wasm = path.join(root, 'node_modules/@vscode/tree-sitter-wasm/wasm');
  const own = JSON.parse(fs.readFileSync(path.join(root, 'snippets/postgresql.json'), 'utf8'));
  const files = {};
  for (const { id, title, file, path: name, migration, outside } of tools) {
    await initHostParser(hostLanguageOf(name), (part) => fs.readFileSync(path.join(wasm, part)));
    const form = readHostFile(id, migration, { path: name })?.migration.form;
    if (!form) throw new Error(`The migration of ${title} for its snippets is not read`);
    const snippets = files[file] ?? {};
    files[file] = snippets;
    for (const [words, { prefix, body, description }] of Object.entries(own)) {
      const { text, stops } = withoutStops(body.join('\n'));
      const statements = hostStatements(text);
      if (statements.length === 0) continue;
      const lines = statements.flatMap(({ comments, sql }) => [
        ...comments.map((each) => `${form.comment} ${each}`.trimEnd()),
        form.call(sql),
      ]);
      const code = inOwnWords(lines.join('\n'), id, own).replaceAll(
        'outside a transaction',
        `outside a transaction (${outside})`,
      );
      snippets[`${title}: ${words}`] = {
        prefix: prefix.replace(/^pg-/, `pg-${id}-`),
        body: [...withStops(code, stops).split('\n'), '$0'],
        description,
      };
    }
  }
  return Object.fromEntries(
    Object.entries(files).map(([file, snippets]) => [
      `snippets/${file}.json`,
      `${JSON.stringify(snippets, null, 2)}\n`,
    ]),
  );
}
