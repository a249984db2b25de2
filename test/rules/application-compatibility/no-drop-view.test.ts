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

  const granted = [`${history[0]} GRANT SELECT ON recent TO app, web;`];
  const anew = 'BEGIN; DROP VIEW recent; CREATE VIEW recent AS SELECT 1 AS a;';
  valid('rights that are given again', `${anew} GRANT SELECT ON recent TO web, app; COMMIT;`, { history: granted });
  valid('rights on all that is there', `${anew} GRANT SELECT ON ALL TABLES IN SCHEMA public TO app; COMMIT;`, {
    history: granted,
  });
  valid('rights that were taken before', `${anew} COMMIT;`, {
    history: [...granted, 'REVOKE ALL ON recent FROM app, web;'],
  });
  valid('rights that new relations have', `${anew} COMMIT;`, {
    history: ['ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO app;', ...granted],
  });
  valid('rights of a view that went before', `${anew} COMMIT;`, {
    history: [...granted, 'DROP VIEW recent; CREATE VIEW recent AS SELECT 1 AS a;'],
  });
  valid('a view that is kept', 'CREATE OR REPLACE VIEW recent AS SELECT id FROM orders;', { history: granted });
  valid('another view with rights of its own', 'DROP VIEW recent; ALTER VIEW recent_new RENAME TO recent;', {
    history: granted,
    config: { transaction: 'per-file' },
  });
  invalid('rights that go along', {
    sql: 'BEGIN; DROP VIEW «recent»; CREATE VIEW recent AS SELECT 1 AS a; GRANT SELECT ON recent TO app; COMMIT;',
    history: granted,
    message: 'rights',
    severity: 'warning',
    output: null,
  });
});
