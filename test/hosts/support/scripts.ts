import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Code, HostLanguage } from '../../../server/src/hosts/code.js';
import type { HostSection } from '../../../server/src/hosts/migration.js';
import { lowerPython } from '../../../server/src/hosts/python.js';
import { lowerRuby } from '../../../server/src/hosts/ruby.js';
import { meaning } from '../../../server/src/hosts/same-sql.js';
import { plainText } from '../../../server/src/hosts/script.js';
import { initHostParser, parseTree } from '../../../server/src/hosts/syntax/parser.js';
import { initParser } from '../../../server/src/sql/postgres-parser.js';
import { split } from '../../../server/src/sql/split.js';
import { textsOf } from './javascript.js';

/** Loads the grammars of Python and Ruby, and PostgreSQL's parser. */
export async function loadScripts(): Promise<void> {
  for (const language of ['python', 'ruby'] as const)
    await initHostParser(language, (name) => readFileSync(require.resolve(`@vscode/tree-sitter-wasm/wasm/${name}`)));
  await initParser();
}

export function pythonOf(text: string): Code {
  const { root, isBroken } = treeOf('python', text);
  return lowerPython(text, root, isBroken);
}

export function rubyOf(text: string): Code {
  const { root, isBroken } = treeOf('ruby', text);
  return lowerRuby(text, root, isBroken);
}

function treeOf(language: HostLanguage, text: string): NonNullable<ReturnType<typeof parseTree>> {
  const tree = parseTree(language, text);
  if (!tree) throw new Error(`no grammar of ${language}`);
  return tree;
}

/** What stands in a string as it is has to stand there in the file. */
export function assertExact(code: Code): void {
  for (const text of textsOf(code)) {
    for (const part of text.parts) {
      if (part.kind === 'verbatim') assert.equal(code.text.slice(part.span.start, part.span.end), part.text);
      assert.ok(part.span.start <= part.span.end && part.span.end <= code.text.length);
    }
  }
}

/** The statements that sections send, and in their places what is not known. Undefined: nothing runs. */
export function sentBy(sections: readonly HostSection[] | undefined): readonly string[] | undefined {
  return sections?.flatMap(({ pieces }) =>
    pieces.flatMap((piece) => {
      if (piece.kind === 'unknown') return [`unknown: ${piece.reason}`];
      return statementsOf(piece.kind === 'raw' ? plainText(piece.sql) : piece.sql);
    }),
  );
}

function statementsOf(sql: string): readonly string[] {
  return split(sql).pieces.map(({ span }) => sql.slice(span.start, span.end).trim().replace(/;$/, ''));
}

/** True for statements that PostgreSQL reads as the same. */
export function assertSameSql(actual: readonly string[] | undefined, expected: readonly string[] | undefined): void {
  const read = (list: readonly string[] | undefined): readonly string[] | undefined => list?.map(meaning);
  if (JSON.stringify(read(actual)) !== JSON.stringify(read(expected))) assert.deepEqual(actual, expected);
}

/** What a real tool sends for a call: `null` where it refuses to undo it, nothing where it was not asked. */
export interface RecordedCase {
  readonly code: string;
  readonly version?: string;
  readonly up?: readonly string[];
  readonly down?: readonly string[] | null;
}

export interface Recorded {
  readonly tool: string;
  readonly base?: string;
  readonly rails?: string;
  readonly cases: readonly RecordedCase[];
}

export function recordedFile(tool: 'alembic' | 'django' | 'rails'): string {
  return path.resolve(__dirname, `../../../../test/hosts/facts/${tool}.json`);
}

export function recorded(tool: 'alembic' | 'django' | 'rails'): Recorded {
  const read: Recorded = JSON.parse(readFileSync(recordedFile(tool), 'utf8'));
  return read;
}

/** A migration of Alembic that does this. */
export function alembicFile(up: string, down = 'pass'): string {
  return `from alembic import op\nimport sqlalchemy as sa\n\ndef upgrade():\n${indented(up)}\n\ndef downgrade():\n${indented(down)}\n`;
}

/** A migration of Rails whose \`change\` does this. */
export function railsFile(change: string, version = '7.1'): string {
  const body = change
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
  return `class Change < ActiveRecord::Migration[${version}]\n  def change\n${body}\n  end\nend\n`;
}

/** A migration of Django with these operations. */
export function djangoFile(operations: string, head = ''): string {
  return `import uuid\nfrom django.db import migrations, models\n${head}\n\nclass Migration(migrations.Migration):\n    operations = [\n${operations}\n    ]\n`;
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}
