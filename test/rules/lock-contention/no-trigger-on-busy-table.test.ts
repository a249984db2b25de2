import rule from '../../../rules/lock-contention/no-trigger-on-busy-table.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-trigger-on-busy-table', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE TABLE orders (id bigint); CREATE VIEW recent AS SELECT id FROM orders;'];
  const trigger = 'TRIGGER t BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION f();';

  valid('a table of the same file', `CREATE TABLE orders (id bigint); CREATE ${trigger}`);
  valid('a bounded wait', `SET lock_timeout = '2s'; CREATE ${trigger} DROP TRIGGER u ON orders;`, { history });
  valid('a view', 'CREATE TRIGGER t INSTEAD OF INSERT ON recent FOR EACH ROW EXECUTE FUNCTION f();', { history });
  valid(
    'a function body',
    'CREATE FUNCTION g() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TRIGGER t ON orders; END $$;',
    { history },
  );

  invalid('a new trigger', {
    sql: `«CREATE TRIGGER» t BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION f();`,
    history,
    message: 'creates',
    severity: 'info',
    output: null,
  });
  invalid('a trigger that is dropped', {
    sql: '«drop trigger» if exists t on public.orders;',
    history,
    message: 'drops',
    severity: 'info',
    output: null,
  });
  invalid('a trigger on a table that no migration has made', {
    sql: '«DROP TRIGGER» t ON parts;',
    message: 'drops',
    output: null,
  });
});
