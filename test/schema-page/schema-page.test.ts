import assert from 'node:assert/strict';
import { pageHtml } from '../../server/src/page/html.js';
import { pageMarkdown } from '../../server/src/page/markdown.js';
import { pageOfSchema, pageOfSchemaChange } from '../../server/src/schema-page/of-migration.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { runCli } from '../cli/support/run-cli.js';
import { analyzeSql } from '../support/analyze-sql.js';
import { Folder } from '../support/folder.js';

const history = `
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email varchar(80) NOT NULL UNIQUE, rank numeric(8,2) DEFAULT 3, tags text[]);
CREATE TABLE "Odd Orders" (id bigint PRIMARY KEY, "Customer" bigint NOT NULL REFERENCES customers ON DELETE CASCADE, profile bigint UNIQUE REFERENCES customers, note text);
COMMENT ON TABLE customers IS 'who it''s for | <b>bold</b>';
COMMENT ON COLUMN customers.rank IS 'higher is better';
CREATE INDEX odd_note ON "Odd Orders" (lower(note)) WHERE note <> '';
CREATE TABLE events (id bigint, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE VIEW names AS SELECT id, email FROM customers;
CREATE TEMP TABLE scratch (id int);
`;

const at = (sql: string) => [analyzeSql(sql, { history: [history] }), [parseDocument(history)]] as const;
const whole = (sql: string): string => pageMarkdown(pageOfSchema(...at(sql)));
const change = (sql: string): string => pageMarkdown(pageOfSchemaChange(...at(sql)));

describe('schema pages', () => {
  before(initParser);

  it('show tables, keys, comments, partitions, indexes, and who refers to whom, as of a migration', () => {
    const page = whole('ALTER TABLE customers ADD COLUMN born date;');
    assert.match(page, /^# Schema\n\nAs of 0009_test\.sql: 3 tables, 1 partition, 1 view, 1 enum\.\n/);
    assert.match(page, /\| `born` \| `date` \| yes \| {2}\| {2}\|/);
    assert.match(page, /\| `id` \(key\) \| `bigint` \| no \| `identity` \|/);
    assert.match(page, /who it's for \\\| \\<b\\>bold/);
    assert.match(page, /higher is better/);
    assert.match(page, /- `odd_note` `btree \(lower\(note\)\) WHERE note <> ''`/);
    assert.match(page, /- `Odd Orders` by `Customer`, on delete cascade/);
    assert.match(page, /- `events_1` `FOR VALUES FROM \('2025-01-01'\) TO \('2026-01-01'\)`/);
    assert.match(page, /\| `mood` \| `sad`, `ok` \|/);
    assert.doesNotMatch(page, /scratch|## events_1/);
  });

  it('draw a diagram that Mermaid reads: names and types in its letters, one or many, required or not', () => {
    const [, diagram = ''] = /```mermaid\n([\s\S]*?)\n```/.exec(whole('SELECT 1;')) ?? [];
    for (const line of diagram.split('\n').slice(1))
      assert.match(
        line,
        /^ {2}(?:(?:[A-Za-z_]\w*|"[^"]+") \{|\}| {2}[A-Za-z_][\w-]* [A-Za-z_][\w-]*(?: (?:PK|FK)(?:, FK)?)?|(?:\w+|"[^"]+") (?:\|\||\|o)--(?:o\||o\{) (?:\w+|"[^"]+") : "[^"]*")$/,
      );
    assert.match(diagram, /customers \|\|--o\{ "Odd Orders" : "Customer"/);
    assert.match(diagram, /customers \|o--o\| "Odd Orders" : "profile"/);
    assert.match(diagram, /numeric-8-2 rank/);
    assert.match(diagram, /text-array tags/);
  });

  it('say what a migration changes: what is new, gone, renamed, another type', () => {
    const page = change(`ALTER TABLE customers RENAME COLUMN rank TO score;
      ALTER TABLE customers DROP COLUMN tags, ADD COLUMN born date NOT NULL DEFAULT now();
      ALTER TABLE customers ALTER COLUMN email TYPE text;
      ALTER TABLE "Odd Orders" RENAME TO orders;
      DROP INDEX odd_note;
      DROP VIEW names;
      CREATE TABLE fresh (id int PRIMARY KEY);`);
    assert.match(page, /^# What 0009_test\.sql changes\n/);
    assert.match(page, /\| \*\*Changed\*\* \| `score` \| `was rank` \|/);
    assert.match(page, /\| \*\*Gone\*\* \| `tags` \| `text\[\]` \|/);
    assert.match(page, /\| \*\*New\*\* \| `born` \| `date NOT NULL default now\(\)` \|/);
    assert.match(page, /\| \*\*Changed\*\* \| `email` \| `varchar\(80\) → text` \|/);
    assert.match(page, /- \*\*Changed\*\*: name `orders` `was Odd Orders`/);
    assert.match(page, /- \*\*Gone\*\*: index `odd_note`/);
    assert.match(page, /## Gone: names/);
    assert.match(page, /## New: fresh/);
  });

  it('say that nothing changes, and stand for an empty history', () => {
    assert.match(change('UPDATE customers SET rank = 1 WHERE id = 1;'), /Nothing of a table or a view/);
    assert.match(pageMarkdown(pageOfSchema(analyzeSql('SELECT 1;'), [])), /It is empty\./);
  });

  it('draw the same in HTML, with what comes and goes marked, and nothing of an author that acts', () => {
    const html = pageHtml(
      pageOfSchemaChange(...at(`ALTER TABLE customers DROP COLUMN tags, ADD COLUMN "<script>" int;`)),
    );
    assert.match(html, /<svg [^>]*role="img"/);
    assert.match(html, /class="new">\+ {3}&lt;script&gt; int<\/text>/);
    assert.match(html, /class="gone">− {3}tags text\[\]<\/text>/);
    assert.doesNotMatch(html, /<script|<img/);
  });

  it('are written by the command line, and replace only pages of their own', async () => {
    const folder = new Folder({
      'm/1_a.sql': 'CREATE TABLE a (id int);\n',
      'm/2_b.sql': 'ALTER TABLE a ADD COLUMN b int;\n',
      'x.md': 'mine\n',
    });
    const cli = (...words: string[]) => runCli(['schema', ...words], { cwd: folder.path });
    assert.match((await cli('m')).stdout, /As of 2_b\.sql: 1 table\.[\s\S]*\| `b` \|/);
    assert.doesNotMatch((await cli('m/1_a.sql')).stdout, /\| `b` \|/);
    assert.match((await cli('m/2_b.sql', '--change')).stdout, /\*\*New\*\* \| `b`/);
    for (const code of [0, 0]) assert.equal((await cli('m', '--out', 's.html', '--format', 'html')).code, code);
    assert.equal((await cli('m', '--out', 'x.md')).code, 2);
    assert.equal(folder.read('x.md'), 'mine\n');
  });
});
