import rule from '../../../rules/execution/no-enum-value-use-in-transaction.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-enum-value-use-in-transaction', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    "CREATE TYPE state AS ENUM ('open', 'done'); CREATE TABLE orders (id bigint, state state); CREATE TABLE log (line text);",
  ];
  const inFile = { history, config: { transaction: 'per-file' as const } };
  const add = "ALTER TYPE state ADD VALUE 'lost';";

  valid('a value that is used in no transaction', `${add} UPDATE orders SET state = 'lost' WHERE id = 1;`, { history });
  valid('a value used behind the COMMIT', `BEGIN; ${add} COMMIT; UPDATE orders SET state = 'lost' WHERE id = 1;`, {
    history,
  });
  valid('a value added in an earlier file', "UPDATE orders SET state = 'lost' WHERE id = 1;", {
    ...inFile,
    history: [...history, add],
  });
  valid('another value of the type', `${add} UPDATE orders SET state = 'open' WHERE id = 1;`, inFile);
  valid('ADD VALUE alone', `${add} ALTER TYPE state ADD VALUE 'found' AFTER 'lost';`, inFile);
  valid(
    'a renamed value, which may be used at once',
    "ALTER TYPE state RENAME VALUE 'open' TO 'new'; UPDATE orders SET state = 'new' WHERE id = 1;",
    inFile,
  );
  valid(
    'IF NOT EXISTS of a value that is there',
    "ALTER TYPE state ADD VALUE IF NOT EXISTS 'done'; UPDATE orders SET state = 'done' WHERE id = 1;",
    inFile,
  );
  valid('the same word in a table without the type', `${add} INSERT INTO log (line) VALUES ('lost');`, inFile);
  valid('the same word in a comment', `${add} COMMENT ON TABLE orders IS 'lost';`, inFile);
  valid(
    'a value of a type made in the same transaction, on PostgreSQL 17',
    "CREATE TYPE kind AS ENUM ('a'); ALTER TYPE kind ADD VALUE 'b'; SELECT 'b'::kind;",
    { config: { transaction: 'per-file', postgres: 17 } },
  );
  valid(
    'the body of a function',
    `${add} CREATE FUNCTION f() RETURNS state LANGUAGE sql AS $$ SELECT 'lost'::state $$;`,
    inFile,
  );

  invalid('an UPDATE behind BEGIN', {
    sql: `BEGIN;\r\n${add}\r\nUPDATE orders SET state = «'lost'» WHERE id = 1;\r\nCOMMIT;`,
    history,
    message: 'unsafeUse',
    severity: 'error',
    output: null,
  });
  invalid("a default, a cast and a CHECK in the tool's transaction", {
    sql: `${add} ALTER TABLE orders ALTER state SET DEFAULT «'lost'»; SELECT «'lost'»::state; ALTER TABLE orders ADD CHECK (state <> «'lost'»);`,
    ...inFile,
    message: 'unsafeUse',
    output: null,
  });
  invalid('a table that no migration has made, and a quoted type', {
    sql: `alter type "State" add value 'it''s'; insert into "Orders" values («'it''s'»);`,
    config: { transaction: 'per-file' },
    message: 'unsafeUse',
    output: null,
  });
  invalid('a value of a type made in the same transaction, before PostgreSQL 17', {
    sql: "CREATE TYPE kind AS ENUM ('a'); ALTER TYPE kind ADD VALUE 'b'; SELECT «'b'»::kind;",
    config: { transaction: 'per-file', postgres: 16 },
    message: 'unsafeUse',
    output: null,
  });
  invalid('a value that is added before a savepoint and used behind it', {
    sql: `BEGIN; ${add} SAVEPOINT a; SELECT «'lost'»::state; COMMIT;`,
    history,
    message: 'unsafeUse',
    output: null,
  });
});
