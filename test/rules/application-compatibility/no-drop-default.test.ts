import rule from '../../../rules/application-compatibility/no-drop-default.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-drop-default', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    "CREATE TABLE orders (id bigserial PRIMARY KEY, state text NOT NULL DEFAULT 'new', note text DEFAULT '', total int NOT NULL);",
  ];

  valid('a table of the same file', 'CREATE TABLE t (a int NOT NULL DEFAULT 1); ALTER TABLE t ALTER a DROP DEFAULT;');
  valid('a column that takes NULL', 'ALTER TABLE orders ALTER COLUMN note DROP DEFAULT;', { history });
  valid('a column without a default', 'ALTER TABLE orders ALTER COLUMN total DROP DEFAULT;', { history });
  valid(
    'a default that is replaced at once',
    "ALTER TABLE orders ALTER state DROP DEFAULT, ALTER state SET DEFAULT 'open';",
    { history },
  );
  valid(
    'a default that is replaced in the same file',
    "ALTER TABLE orders ALTER state DROP DEFAULT; ALTER TABLE public.orders ALTER state TYPE varchar; ALTER TABLE orders ALTER state SET DEFAULT 'open';",
    { history },
  );
  valid(
    'a serial that becomes an identity',
    'ALTER TABLE orders ALTER id DROP DEFAULT; ALTER TABLE orders ALTER id ADD GENERATED ALWAYS AS IDENTITY;',
    { history },
  );
  valid(
    'a column that loses its NOT NULL as well',
    'ALTER TABLE orders ALTER state DROP DEFAULT, ALTER state DROP NOT NULL;',
    { history },
  );
  valid(
    'a new column that takes NULL',
    "ALTER TABLE orders ADD kind text DEFAULT 'a'; ALTER TABLE orders ALTER kind DROP DEFAULT;",
    { history },
  );
  valid(
    'a new column that a trigger fills',
    "ALTER TABLE orders ADD kind text NOT NULL DEFAULT 'a'; CREATE TRIGGER k BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION k(); ALTER TABLE orders ALTER kind DROP DEFAULT;",
    { history },
  );
  valid(
    'a function body',
    'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE orders ALTER state DROP DEFAULT; END $$;',
    { history },
  );

  invalid('a column that comes in the same release', {
    sql: "ALTER TABLE orders ADD COLUMN kind text NOT NULL DEFAULT 'a'; ALTER TABLE orders «ALTER COLUMN kind DROP DEFAULT»;",
    history,
    message: 'neverKnown',
    severity: 'error',
    output: null,
  });
  invalid('a NOT NULL column with a default', {
    sql: 'alter table orders «alter state drop default»;',
    history,
    message: 'mayRely',
    severity: 'warning',
    output: null,
  });
  invalid('the default of a serial key', {
    sql: 'ALTER TABLE orders «ALTER id DROP DEFAULT»;',
    history,
    message: 'mayRely',
    output: null,
  });
  invalid('a column that becomes NOT NULL in the same file', {
    sql: 'ALTER TABLE orders «ALTER note DROP DEFAULT», ALTER note SET NOT NULL;',
    history: [...history, 'ALTER TABLE orders ALTER note SET NOT NULL;'],
    message: 'mayRely',
    output: null,
  });
  invalid('a column that no migration shows', {
    sql: 'ALTER TABLE parts «ALTER COLUMN code DROP DEFAULT»;',
    message: 'mayBeNotNull',
    severity: 'info',
    output: null,
  });
});
