import assert from 'node:assert/strict';
import rule from '../../../rules/application-compatibility/no-lost-access.js';
import { withDatabase } from '../../support/pglite.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-lost-access', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE orders (id int PRIMARY KEY); CREATE TABLE guarded (id int PRIMARY KEY); ALTER TABLE guarded ENABLE ROW LEVEL SECURITY; CREATE POLICY mine ON guarded USING (true); CREATE TABLE two (id int); ALTER TABLE two ENABLE ROW LEVEL SECURITY; CREATE POLICY a ON two USING (true); CREATE POLICY b ON two USING (false); CREATE TABLE off (id int); CREATE POLICY c ON off USING (true);',
  ];

  valid('a table of the same file', 'CREATE TABLE t (a int); REVOKE ALL ON t FROM app;');
  valid('the rights of everybody', 'REVOKE ALL ON orders FROM PUBLIC;', { history });
  valid('rights that are given anew', 'REVOKE ALL ON orders FROM app; GRANT SELECT ON orders TO app;', { history });
  valid('the right to hand on', 'REVOKE GRANT OPTION FOR SELECT ON orders FROM app;', { history });
  valid('a schema', 'REVOKE CREATE ON SCHEMA public FROM app;', { history });
  valid('a function body', 'CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ REVOKE SELECT ON orders FROM app $$;', {
    history,
  });
  valid('one of two policies', 'DROP POLICY a ON two;', { history });
  valid('a policy while row level security is off', 'DROP POLICY c ON off;', { history });
  valid(
    'a policy whose successor comes in the transaction',
    'BEGIN; DROP POLICY mine ON guarded; CREATE POLICY ours ON guarded USING (true); COMMIT;',
    { history },
  );
  valid('a policy whose table goes', 'BEGIN; DROP POLICY mine ON guarded; DROP TABLE guarded; COMMIT;', { history });
  valid('row level security that is off', 'ALTER TABLE off DISABLE ROW LEVEL SECURITY;', { history });
  valid(
    'row level security that is on again',
    'ALTER TABLE guarded DISABLE ROW LEVEL SECURITY; UPDATE guarded SET id = id; ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;',
    { history },
  );

  valid(
    'all tables, of which some are given anew',
    'REVOKE ALL ON ALL TABLES IN SCHEMA public FROM app; GRANT SELECT ON ALL TABLES IN SCHEMA public TO app;',
    { history },
  );
  valid('all tables of a schema without one', 'CREATE SCHEMA s; REVOKE ALL ON ALL TABLES IN SCHEMA s FROM app;', {
    history,
  });
  valid('a schema of which nothing is known', 'REVOKE USAGE ON SCHEMA s FROM app;', { history });
  valid('a schema for everybody', 'REVOKE ALL ON SCHEMA public FROM PUBLIC;', { history });
  valid('all functions', 'REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM app;', { history });
  invalid('all tables of a schema', {
    sql: '«REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM app»;',
    history,
    message: 'revokesAll',
    severity: 'warning',
    output: null,
  });
  for (const rights of ['USAGE', 'ALL'])
    invalid(`a schema: ${rights}`, {
      sql: `«REVOKE ${rights} ON SCHEMA public FROM app»;`,
      history,
      message: 'revokesSchema',
      severity: 'warning',
      output: null,
    });
  invalid('REVOKE from a role', {
    sql: 'REVOKE SELECT, INSERT ON «orders» FROM app, web;',
    history,
    message: 'revokes',
    severity: 'warning',
    output: null,
  });
  invalid('REVOKE ALL of a table that nobody knows', {
    sql: 'revoke all on «parts» from app;',
    message: 'revokes',
    output: null,
  });
  invalid('the last policy', {
    sql: 'DROP POLICY «mine» ON guarded;',
    history,
    message: 'lastPolicy',
    severity: 'warning',
    output: null,
  });
  invalid('a moment without a policy, as information', {
    sql: 'DROP POLICY «mine» ON guarded; CREATE POLICY ours ON guarded USING (true);',
    history,
    message: 'gap',
    severity: 'info',
    output: null,
  });
  invalid('row level security that goes', {
    sql: 'ALTER TABLE guarded «DISABLE ROW LEVEL SECURITY»;',
    history,
    message: 'opens',
    severity: 'warning',
    output: null,
  });

  it('is right about what a role meets', async () => {
    await withDatabase(async (db) => {
      await db.exec(
        'CREATE ROLE app; CREATE TABLE t (a int); INSERT INTO t VALUES (1); GRANT SELECT, INSERT ON t TO app; ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t USING (true)',
      );
      const seen = async (): Promise<number> => (await db.query('SELECT * FROM t')).rows.length;
      const as = async (change: string): Promise<void> => {
        await db.exec(`RESET ROLE; ${change}; SET ROLE app`);
      };
      await as('SELECT 1');
      assert.equal(await seen(), 1);
      await as('DROP POLICY p ON t');
      assert.equal(await seen(), 0);
      await assert.rejects(db.exec('INSERT INTO t VALUES (2)'), { code: '42501' });
      await as('ALTER TABLE t DISABLE ROW LEVEL SECURITY');
      assert.equal(await seen(), 1);
      await as('REVOKE SELECT ON t FROM app');
      await assert.rejects(seen(), { code: '42501' });
      await db.exec('RESET ROLE');
    });
  });
});
