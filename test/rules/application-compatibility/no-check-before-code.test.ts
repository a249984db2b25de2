import assert from 'node:assert/strict';
import rule from '../../../rules/application-compatibility/no-check-before-code.js';
import type { AnyRule } from '../../../rules/engine/define-rule.js';
import { ruleSet } from '../../../rules/engine/run.js';
import { analyze } from '../../../server/src/analysis/analyze.js';
import { applyDocument } from '../../../server/src/analysis/replay.js';
import { parseDocument } from '../../../server/src/sql/parse.js';
import { inputOf } from '../../support/analyze-sql.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-check-before-code', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE TABLE orders (id bigint PRIMARY KEY, code text);'];
  const add = 'ALTER TABLE orders ADD COLUMN state text;';
  const check = 'ALTER TABLE orders ADD CONSTRAINT c CHECK (state IS NOT NULL) NOT VALID;';

  valid(
    'a column from an earlier release',
    'ALTER TABLE orders ADD CHECK (code IS NOT NULL) NOT VALID; ALTER TABLE orders ALTER code SET NOT NULL;',
    { history },
  );
  valid('a column with a default', `ALTER TABLE orders ADD COLUMN state text DEFAULT 'new'; ${check}`, { history });
  valid('a default that follows', `${add} ${check} ALTER TABLE orders ALTER state SET DEFAULT 'new';`, { history });
  valid(
    'a generated column',
    `ALTER TABLE orders ADD COLUMN state text GENERATED ALWAYS AS (lower(code)) STORED; ${check}`,
    { history },
  );
  valid(
    'a trigger that may fill it',
    `${add} CREATE TRIGGER fill BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION fill(); ${check}`,
    { history },
  );
  it('leaves a column alone that a trigger of an earlier file of the release may fill', () => {
    const fill = 'CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;';
    const trigger = 'CREATE TRIGGER fill BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION fill();';
    const found = (earlier: string, pending: string): number => {
      const input = inputOf(check, { history: [...history, earlier] });
      applyDocument(parseDocument(pending), input.before, []);
      return analyze(input, ruleSet([rule as unknown as AnyRule]), () => {}).findings.length;
    };
    assert.equal(found('', `${add} ${fill} ${trigger}`), 0);
    assert.equal(found(`${fill} ${trigger}`, add), 1);
  });

  valid(
    'a table made in the same file',
    'CREATE TABLE t (a int); ALTER TABLE t ADD COLUMN b int; ALTER TABLE t ALTER b SET NOT NULL;',
  );
  valid('a CHECK that NULL passes', `${add} ALTER TABLE orders ADD CHECK (state <> '') NOT VALID;`, { history });
  valid(
    'a temporary table',
    'CREATE TEMP TABLE t (a int); ALTER TABLE t ADD b int; ALTER TABLE t ALTER b SET NOT NULL;',
    { history },
  );

  invalid('a CHECK on a new column', {
    sql: `${add} ALTER TABLE orders ADD «CONSTRAINT c CHECK (state IS NOT NULL) NOT VALID»;`,
    history,
    message: 'check',
    severity: 'error',
    output: null,
  });
  invalid('one in the same ALTER TABLE, of a table that no migration has made', {
    sql: 'alter table "V" add "S" text, add «check ("S" is not null and "S" <> \'\') not valid»;',
    message: 'check',
    output: null,
  });
  invalid('NOT NULL NOT VALID, on PostgreSQL 18', {
    sql: `${add} ALTER TABLE orders ADD «NOT NULL state NOT VALID»;`,
    history,
    config: { postgres: 18 },
    message: 'check',
    output: null,
  });
  invalid('SET NOT NULL behind a backfill', {
    sql: `${add} UPDATE orders SET state = 'old'; ALTER TABLE orders «ALTER state SET NOT NULL»;`,
    history,
    message: 'notNull',
    severity: 'warning',
    output: null,
  });
});
