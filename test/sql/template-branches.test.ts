import assert from 'node:assert/strict';
import { parseDocument } from '../../server/src/sql/parse.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { withoutOtherBranches } from '../../server/src/sql/template-branches.js';

const read = (text: string): string => {
  const out = withoutOtherBranches(text);
  assert.equal(out.length, text.length);
  return out.replace(/\s+/g, ' ').trim();
};

describe('branches of a template', () => {
  before(initParser);

  it('are those of PostgreSQL', () => {
    for (const [text, expected] of [
      ['{{if .mysql}}A{{end}} B', 'B'],
      ['{{if .postgres}}A{{else}}B{{end}}', 'A'],
      ['{{if .mysql}}A{{else if .sqlite}}B{{else}}C{{end}}', 'C'],
      ['{{- if and .mysql .plugin -}}A{{- end -}} B', 'B'],
      ['{{if or .postgres .sqlite}}A{{end}}', 'A'],
      ['{{if or .mysql .sqlite}}A{{end}}', ''],
      ['{{if not .mysql}}A{{end}}', 'A'],
      ['{{if eq .Dialect "postgres"}}A{{else}}B{{end}}', 'A'],
      ['{{if eq .Dialect "mysql"}}A{{else}}B{{end}}', 'B'],
      ['{{if ne .Driver `sqlite3`}}A{{end}}', 'A'],
      ['{{if .postgres}}{{if .mysql}}A{{else}}B{{end}}{{else}}C{{end}}', 'B'],
      ['{{if .mysql}}{{range .x}}A{{end}}B{{end}}C', 'C'],
      ['{{/* a comment */}}{{if .mysql}}A{{end}}B', 'B'],
    ]) {
      assert.equal(read(text ?? ''), expected, text);
    }
  });

  it('are the first where nothing is known, and other tags stay', () => {
    assert.equal(read('{{if .mysql}}X{{end}}{{if .plugin}}A{{else}}B{{end}}'), 'A');
    assert.equal(read('{{if .plugin}}A{{else}}B{{end}}'), '{{if .plugin}}A{{else}}B{{end}}');
    assert.equal(read('{{if and .postgres .plugin}}A{{end}}'), 'A');
    const plain = "SELECT '{{if}}' FROM {{.prefix}}t";
    assert.equal(withoutOtherBranches('SELECT {{.prefix}}t'), 'SELECT {{.prefix}}t');
    assert.equal(withoutOtherBranches(plain).length, plain.length);
    assert.equal(read('{{if .mysql}}never closed'), '');
    assert.equal(read('{{end}}A{{if .postgres}}B'), 'A B');
  });

  it('leave every statement at its place', () => {
    const text = `CREATE TABLE {{.prefix}}t (
  {{if .postgres}}id BIGSERIAL,{{end}}
  {{if .mysql}}id BIGINT AUTO_INCREMENT,{{end}}
  name text
){{if .mysql}} CHARACTER SET utf8mb4{{end}};
{{if .mysql}}SET @a = 1;{{end}}
DROP TABLE {{.prefix}}u;
`;
    const { statements } = parseDocument(text);
    assert.deepEqual(
      statements.map(({ parsed, span }) => [parsed.problem, text.slice(span.start, span.start + 12)]),
      [
        [undefined, 'CREATE TABLE'],
        [undefined, 'DROP TABLE {'],
      ],
    );
  });
});
