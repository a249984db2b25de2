import rule from '../../../rules/application-compatibility/no-drop-view.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-drop-view', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE orders (id bigint); CREATE VIEW recent AS SELECT id FROM orders; CREATE MATERIALIZED VIEW totals AS SELECT id FROM orders;',
  ];

  valid('a view of the same file', 'CREATE VIEW v AS SELECT 1 AS a; DROP VIEW v;');
  valid(
    'a view that is made again in the same transaction',
    'BEGIN; DROP VIEW recent; CREATE VIEW public.recent AS SELECT 1 AS a; COMMIT;',
    { history },
  );
  valid('another view in its place', 'DROP VIEW recent; ALTER VIEW recent_new RENAME TO recent;', {
    history,
    config: { transaction: 'per-file' },
  });
  valid('the drop of a table', 'DROP TABLE orders;', { history });
  valid('a function body', 'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP VIEW recent; END $$;', {
    history,
  });

  invalid('a view', { sql: 'DROP VIEW «recent»;', history, message: 'drops', severity: 'warning', output: null });
  invalid('a materialized view', {
    sql: 'drop materialized view if exists «public.totals» cascade;',
    history,
    message: 'drops',
    severity: 'warning',
    output: null,
  });
  invalid('a view that may be there', {
    sql: 'DROP VIEW IF EXISTS «newest»;',
    message: 'drops',
    severity: 'info',
    output: null,
  });
  invalid('a view that is made again, with a gap', {
    sql: 'DROP VIEW «recent»; CREATE VIEW recent AS SELECT 1 AS a;',
    history,
    message: 'gap',
    severity: 'info',
    output: null,
  });
  invalid('a view that an earlier release has replaced', {
    sql: 'CREATE OR REPLACE VIEW recent AS SELECT id FROM orders; DROP VIEW «recent»;',
    history,
    message: 'drops',
    output: null,
  });
});
