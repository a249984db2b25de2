import assert from 'node:assert/strict';
import { parseDocument, parseStatement } from '../../server/src/sql/parse.js';
import { blankPlaceholders, restorePlaceholders } from '../../server/src/sql/placeholders.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { objectSql, quoteIdentifier } from '../../server/src/sql/quote.js';
import type { ObjectName } from '../../server/src/sql/action.js';

/** The first table that a statement names. */
function tableOf(sql: string): ObjectName {
  const [action] = parseStatement(sql).actions;
  assert.ok(action && 'table' in action && action.table, sql);
  return action.table;
}

const namespace = '{{ index .Options "Namespace" }}';

describe('placeholders and their names', () => {
  before(initParser);

  it('come back as they were written, in SQL too', () => {
    for (const [written, name] of [
      ['{{.Prefix}}users', '{{.Prefix}}users'],
      [`${namespace}.users`, 'users'],
      [`"${namespace}"."users"`, 'users'],
      [`"a ${namespace} b"`, `a ${namespace} b`],
      ['"{{ a "b" }}_{{ c "d" }}"', '{{ a "b" }}_{{ c "d" }}'],
      ['${flyway:defaultSchema}.t', 't'],
      ['${A}${b}_c', '${A}${b}_c'],
      ['t_${env}', 't_${env}'],
      ['p${p}_${q}_x', 'p${p}_${q}_x'],
      ['$ROLE', '$ROLE'],
      [':Schema.t', 't'],
      [':"Role"', ':"Role"'],
    ] as const) {
      const table = tableOf(`DROP TABLE ${written}`);
      assert.equal(restorePlaceholders(table.name), name);
      assert.deepEqual(table.span, { start: 11, end: 11 + written.length });
      // quote_ident: quotes only where they are needed.
      assert.equal(restorePlaceholders(objectSql(table)), written.replace('."users"', '.users'));
      assert.equal(parseStatement(`DROP TABLE ${restorePlaceholders(objectSql(table))}`).problem, undefined);
    }
  });

  it('come back in names that are made of them', () => {
    const { name } = tableOf('DROP TABLE ${Prefix}users');
    assert.equal(restorePlaceholders(quoteIdentifier(`${name}_email_idx`)), '${Prefix}users_email_idx');
    assert.equal(restorePlaceholders(quoteIdentifier(`${name} old`)), '"${Prefix}users old"');
  });

  it('are as long as what they stand for', () => {
    for (const text of [
      `DROP TABLE "${namespace}"."a", ${namespace}.b, $C, \${d}, :e, :"f"`,
      "SET x = :'y'",
      'SELECT {{ a\t }}',
    ])
      assert.equal(blankPlaceholders(text).length, text.length);
  });

  it('leave other texts alone', () => {
    for (const text of ['', 'größe', 'ߊߋ', '"{{ a }}"', 'ALTER TABLE "a{{"."b}}" ADD c int'])
      assert.equal(restorePlaceholders(text), text);
    for (const text of ['SELECT "{{ a }}", "b"', 'SELECT "{{", "a"', 'SELECT "{{\n", " }}"'])
      assert.equal(blankPlaceholders(text), text);
  });

  it('of a quoted name hide neither the rest of the statement nor an error in it', () => {
    const [first, second] = parseDocument(
      `UPDATE "${namespace}"."users" SET a = 1 WHERE b;\nALTER TABLE "${namespace}".t ADD COLUMN oops oops oops;`,
    ).statements;
    assert.equal(first?.parsed.problem, undefined);
    assert.deepEqual(
      first?.parsed.actions.map(({ kind }) => kind),
      ['update'],
    );
    assert.equal(second?.parsed.problem?.message, 'syntax error at or near "oops"');
  });

  it('stand in a message about them', () => {
    assert.equal(parseStatement('SET a = b :"Role"').problem?.message, 'syntax error at or near ":"Role""');
  });
});
