import rule from '../../../rules/data-loss/no-narrowing-type-change.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-narrowing-type-change', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    "CREATE TYPE state AS ENUM ('new', 'open', 'done'); CREATE TYPE state2 AS ENUM ('new', 'done');",
    'CREATE TABLE orders (id bigint, code varchar(20), note text, total numeric(10,2), state state, at timestamptz);',
  ];

  valid('a table of the same file', 'CREATE TABLE t (a bigint); ALTER TABLE t ALTER a TYPE int;');
  valid(
    'a wider type',
    'ALTER TABLE orders ALTER code TYPE varchar(50), ALTER total TYPE numeric(12,2), ALTER id TYPE numeric;',
    { history },
  );
  valid('a column of the same release', 'ALTER TABLE orders ADD n bigint; ALTER TABLE orders ALTER n TYPE int;', {
    history,
  });
  valid('an old type that nobody has stated', 'ALTER TABLE parts ALTER n TYPE int;');
  valid("a conversion in the author's own words", 'ALTER TABLE orders ALTER id TYPE int USING least(id, 2147483647);', {
    history,
  });
  valid('a validated CHECK on the column', 'ALTER TABLE orders ALTER code TYPE varchar(10);', {
    history: [...history, 'ALTER TABLE orders ADD CHECK (length(code) <= 10);'],
  });

  invalid('an integer that may not fit', {
    sql: 'ALTER TABLE orders ALTER COLUMN id TYPE «int»;',
    history,
    message: 'fails',
    severity: 'warning',
    output: null,
  });
  invalid('text that may be too long', {
    sql: 'alter table orders alter note type «varchar(100)», alter code type «varchar(10)»;',
    history,
    message: ['fails', 'fails'],
    output: null,
  });
  invalid('text that the same file has cut before', {
    sql: 'UPDATE orders SET note = left(note, 100); ALTER TABLE orders ALTER note TYPE «varchar(100)»;',
    history,
    message: 'fails',
    severity: 'info',
    output: null,
  });
  invalid('digits that go', {
    sql: 'ALTER TABLE orders ALTER total TYPE «int» USING total::int;',
    history,
    message: 'rounds',
    output: null,
  });
  invalid('text that is cut', {
    sql: 'ALTER TABLE orders ALTER code TYPE «varchar(5)» USING code::varchar(5);',
    history,
    message: 'truncates',
    output: null,
  });
  invalid('a time of day that goes', {
    sql: 'ALTER TABLE orders ALTER at TYPE «date»;',
    history,
    message: 'loses',
    output: null,
  });
  invalid('text that has to be a number', {
    sql: 'ALTER TABLE orders ALTER note TYPE «integer» USING note::integer;',
    history,
    message: 'parses',
    output: null,
  });
  invalid('an enum without one of the values', {
    sql: 'ALTER TABLE orders ALTER state TYPE «state2» USING (state::text::state2);',
    history,
    message: 'values',
    output: null,
  });
  invalid('an array of an enum that lacks a value', {
    sql: 'ALTER TABLE t ALTER m TYPE «new_mood[]» USING m::text::new_mood[];',
    history: [
      "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TYPE new_mood AS ENUM ('ok'); CREATE TABLE t (m mood[]);",
    ],
    message: 'values',
    output: null,
  });
});
