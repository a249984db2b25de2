import rule from '../../../rules/constraint-validation/no-domain-constraint.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-domain-constraint', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE DOMAIN email AS text; CREATE DOMAIN unused AS text; CREATE TABLE people (mail email);'];

  valid('a domain without a constraint', "CREATE DOMAIN code AS text DEFAULT '';");
  valid('a domain that no table uses', 'ALTER DOMAIN unused ADD CHECK (length(VALUE) > 3);', { history });
  valid('a constraint that is not validated', "ALTER DOMAIN email ADD CONSTRAINT c CHECK (VALUE <> '') NOT VALID;", {
    history,
  });
  valid('a drop', 'ALTER DOMAIN email DROP CONSTRAINT IF EXISTS c; ALTER DOMAIN email DROP NOT NULL;', { history });
  valid(
    'tables that the same file makes',
    "CREATE DOMAIN d AS text; CREATE TABLE t (a d); ALTER DOMAIN d ADD CHECK (VALUE <> '');",
  );

  invalid('a constraint of a domain in use', {
    sql: "«ALTER DOMAIN» email ADD CONSTRAINT c CHECK (VALUE <> '');",
    history,
    message: 'scans',
    severity: 'error',
    output: "ALTER DOMAIN email ADD CONSTRAINT c CHECK (VALUE <> '') NOT VALID;",
  });
  invalid('NOT NULL', {
    sql: 'BEGIN; «alter domain» email set not null; COMMIT;',
    history,
    message: 'scans',
    output: null,
  });
  invalid('a domain that no migration has made', {
    sql: "«alter domain» shop.code add check (value <> '');",
    message: 'scans',
    severity: 'warning',
    output: "alter domain shop.code add check (value <> '') not valid;",
  });
  invalid('a validation', {
    sql: '«ALTER DOMAIN» email VALIDATE CONSTRAINT c;',
    history: [...history, "ALTER DOMAIN email ADD CONSTRAINT c CHECK (VALUE <> '') NOT VALID;"],
    message: 'validates',
    severity: 'warning',
    output: null,
  });
  invalid('a new domain, as information', {
    sql: "«CREATE DOMAIN» code AS text CHECK (VALUE <> '');",
    message: 'creates',
    severity: 'info',
    output: null,
  });
});
