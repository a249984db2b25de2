import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import v8 from 'node:v8';
import { packedDocument, unpackedDocument } from '../../server/src/sql/packed.js';
import { parseDocument, storeDocumentsIn } from '../../server/src/sql/parse.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import type { PackedDocument } from '../../server/src/sql/packed.js';
import { formHistory, forms } from '../fuzz/forms.js';
import { grammarText } from '../fuzz/grammar.js';
import { changed } from '../fuzz/mutate.js';
import { Random } from '../fuzz/random.js';
import { examplesOf } from '../rules/support/page.js';

const rules = path.join(__dirname, '..', '..', '..', 'rules');

/** The SQL of the examples of all rules. */
function pageTexts(): string[] {
  return readdirSync(rules, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .flatMap((name) => examplesOf(readFileSync(path.join(rules, name), 'utf8')).examples)
    .flatMap(({ sql, history }) => [...history, sql]);
}

/** Packs a file, takes it through bytes and unpacks it with nothing known; undefined where it cannot be packed. */
function throughBytes(text: string): void {
  const document = parseDocument(text);
  const packed = packedDocument(document);
  if (!packed) return assert.ok(document.statements.some(({ parsed }) => parsed.problem?.isOwnLimit));
  const back: PackedDocument = v8.deserialize(v8.serialize(packed));
  assert.deepStrictEqual(back, packed);
  const again = unpackedDocument(text, back, (_written, make) => make());
  assert.deepStrictEqual(packedDocument(again), packed);
  assert.equal(again.text, text);
  for (const [index, { parsed, span, fullEnd }] of document.statements.entries()) {
    const statement = again.statements[index];
    assert.deepEqual([statement?.span, statement?.fullEnd], [span, fullEnd]);
    assert.equal(statement?.parsed.written, parsed.written);
    assert.equal(statement?.parsed.text, parsed.text);
    assert.deepStrictEqual(statement?.parsed.tokens(), parsed.tokens());
    assert.deepStrictEqual(statement?.parsed.node, parsed.node);
    assert.deepStrictEqual(
      statement?.parsed.embedded.map((inner) => [inner.parsed.written, inner.start, inner.origin]),
      parsed.embedded.map((inner) => [inner.parsed.written, inner.start, inner.origin]),
    );
  }
}

describe('a parsed file as plain data', () => {
  before(initParser);
  afterEach(() => storeDocumentsIn(undefined));

  it('is the same when it comes back: the forms, the pages of the rules', () => {
    const texts = [formHistory, ...forms, ...pageTexts()];
    assert.ok(texts.length > 400, `${texts.length} texts`);
    texts.forEach(throughBytes);
  });

  it('is the same when it comes back: texts by chance', () => {
    for (let seed = 1; seed <= 400; seed++) {
      const random = new Random(seed);
      const text = grammarText(random, random.chance(0.2) ? ['Ä', 'б', '😀', '"q""q"'] : undefined);
      throughBytes(random.chance(0.5) ? text : changed(random, text));
    }
  });

  it('is the same for comments, placeholders, functions, data, broken and cut-off texts', () => {
    for (const text of [
      '',
      '\ufeffSELECT 1; -- end',
      '/* a */ SELECT /* b */ \'ü\' -- c\n, "x" ;;',
      'ALTER TABLE ${schema}.a ADD COLUMN {{ column }} :type;',
      "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'x' || y; UPDATE t SET a = 1; RETURN NEW; END $$;",
      "DO $$ BEGIN IF true THEN DROP TABLE a; END IF; EXCEPTION WHEN others THEN RAISE 'x'; END $$; SELECT 1",
      'COPY t FROM stdin;\n1\t2\n\\.\n\\echo x\nSELECT 2;',
      'CREATE TABLE a (b int;\nCREATE TABLE c (d int);\n',
      "SELECT 'open;\nSELECT 2;\n/* open",
      '-- +goose Up\nSELECT 1;\n-- +goose Down\nDROP TABLE a;\n',
      "GRANT SELECT (a) ON t TO b; CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (slot_name = 'y', enabled);",
      `SELECT ${'('.repeat(5000)}1${')'.repeat(5000)};`,
      'SELECT \u0085 1;',
    ])
      throughBytes(text);
  });

  it('is taken from a store instead of being read, and given to it otherwise', () => {
    const kept = new Map<string, PackedDocument>();
    const asked: string[] = [];
    storeDocumentsIn({
      take(text) {
        asked.push(text);
        return kept.get(text);
      },
      keep: (text, packed) => kept.set(text, packed),
    });
    const text = 'CREATE TABLE stored (id int); DROP TABLE stored;';
    const first = parseDocument(text);
    assert.deepEqual([...kept.keys()], [text]);
    const second = parseDocument(text);
    assert.deepStrictEqual(packedDocument(second), packedDocument(first));
    // A statement that is known already is the same one.
    assert.equal(second.statements[0]?.parsed, first.statements[0]?.parsed);
    assert.deepEqual(asked, [text, text]);
    // A part of a text is another text.
    const part = parseDocument(text, [{ start: 0, end: 27 }]);
    assert.deepEqual([part.text, part.statements.length], [text, 1]);
    assert.deepStrictEqual(parseDocument(text, [{ start: 0, end: 27 }]), part);
    assert.equal(kept.size, 2);
    // What says something of this process is not kept.
    parseDocument('SELECT \u0085 1;');
    assert.equal(kept.size, 2);
  });
});
