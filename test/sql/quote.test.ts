import assert from 'node:assert/strict';
import { initParser, parsePostgres } from '../../server/src/sql/postgres-parser.js';
import { chooseName, qualify, quoteIdentifier, quoteLiteral, truncateName } from '../../server/src/sql/quote.js';

// The answers of a PostgreSQL server.
const identifiers: [name: string, quoted: string][] = [
  ['users', 'users'],
  ['_a1', '_a1'],
  ['Users', '"Users"'],
  ['a b', '"a b"'],
  ['1a', '"1a"'],
  ['a$b', '"a$b"'],
  ['é', '"é"'],
  ['a"b', '"a""b"'],
  ['', '""'],
  ['select', '"select"'],
  ['user', '"user"'],
  ['int', '"int"'],
  ['left', '"left"'],
  ['values', '"values"'],
  ['coalesce', '"coalesce"'],
  ['name', 'name'],
  ['index', 'index'],
  ['date', 'date'],
  ['type', 'type'],
];

const literals: [text: string, quoted: string][] = [
  ['', "''"],
  ['a', "'a'"],
  ["it's", "'it''s'"],
  ['a\\b', "E'a\\\\b'"],
  ["\\'", "E'\\\\'''"],
  ['$$', "'$$'"],
];

const long = 'a'.repeat(60);

// The names that a PostgreSQL server generates.
const names: [parts: string[], suffix: string, name: string][] = [
  [['users', 'email'], 'idx', 'users_email_idx'],
  [['users', 'a', 'b'], 'key', 'users_a_b_key'],
  [['users'], 'pkey', 'users_pkey'],
  [[long], 'pkey', `${'a'.repeat(58)}_pkey`],
  [[long, 'email'], 'idx', `${'a'.repeat(53)}_email_idx`],
  [['users', long], 'idx', `users_${'a'.repeat(53)}_idx`],
  [[long, 'b'.repeat(60)], 'idx', `${'a'.repeat(29)}_${'b'.repeat(29)}_idx`],
  [['t', 'é'.repeat(40)], 'idx', `t_${'é'.repeat(28)}_idx`],
];

describe('quoting', () => {
  before(() => initParser());

  for (const [name, quoted] of identifiers) {
    it(`quotes ${JSON.stringify(name)} as PostgreSQL does`, () => assert.equal(quoteIdentifier(name), quoted));
  }

  it('gives names that mean themselves', () => {
    for (const [name] of identifiers.filter(([text]) => text !== '')) {
      const { node } = parsePostgres(`CREATE TABLE ${qualify(name, name)} (${quoteIdentifier(name)} int)`);
      assert.ok(node && 'CreateStmt' in node);
      assert.equal(node.CreateStmt.relation?.relname, name);
      assert.equal(node.CreateStmt.relation?.schemaname, name);
    }
  });

  for (const [text, quoted] of literals) {
    it(`quotes the text ${JSON.stringify(text)} as PostgreSQL does`, () => assert.equal(quoteLiteral(text), quoted));
  }

  it('qualifies names', () => {
    assert.equal(qualify(undefined, 'Users'), '"Users"');
    assert.equal(qualify('app', 'users'), 'app.users');
  });

  for (const [parts, suffix, name] of names) {
    it(`chooses ${name}`, () => assert.equal(chooseName(parts, suffix), name));
  }

  it('cuts a name between characters', () => {
    assert.equal(truncateName('users_email', 'check'), 'users_email_check');
    assert.equal(truncateName('a'.repeat(70), 'new'), `${'a'.repeat(59)}_new`);
    assert.equal(truncateName('é'.repeat(40), 'new'), `${'é'.repeat(29)}_new`);
    assert.equal(truncateName('😀'.repeat(20), 'x'), `${'😀'.repeat(15)}_x`);
  });
});
