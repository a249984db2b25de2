import assert from 'node:assert/strict';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../support/analyze-sql.js';
import { runMigration, StatementError, withDatabase } from '../support/pglite.js';

const users = 'CREATE TABLE users (id serial PRIMARY KEY, kind text DEFAULT $$plain$$);';

/** What a table made with LIKE shares with the other: the code of the refusal, "" where PostgreSQL takes it. */
const cases: readonly (readonly [history: string, sql: string, code: string])[] = [
  [`${users} CREATE TABLE copy (LIKE users);`, 'DROP TABLE users;', ''],
  [`${users} CREATE TABLE copy (LIKE users INCLUDING CONSTRAINTS INCLUDING INDEXES);`, 'DROP TABLE users;', ''],
  [`${users} CREATE TABLE copy (LIKE users INCLUDING DEFAULTS);`, 'DROP TABLE users, copy;', ''],
  [
    `${users} CREATE TABLE copy (LIKE users INCLUDING DEFAULTS);`,
    'ALTER TABLE copy ALTER id DROP DEFAULT; DROP TABLE users;',
    '',
  ],
  [
    `${users} CREATE TABLE copy (LIKE users INCLUDING DEFAULTS);`,
    'ALTER SEQUENCE users_id_seq OWNED BY copy.id; DROP TABLE users;',
    '',
  ],
  [
    'CREATE TABLE users (id int GENERATED ALWAYS AS IDENTITY); CREATE TABLE copy (LIKE users INCLUDING ALL);',
    'DROP TABLE users;',
    '',
  ],
  [
    '',
    `${users} CREATE TABLE copy (LIKE users INCLUDING ALL); ALTER SEQUENCE users_id_seq OWNED BY copy.id; DROP TABLE users; ALTER TABLE copy RENAME TO users;`,
    '',
  ],
  [
    "CREATE TABLE users (id serial); CREATE TABLE copy (id int DEFAULT nextval('users_id_seq'));",
    'ALTER SEQUENCE users_id_seq OWNED BY copy.id; DROP TABLE copy;',
    '2BP01',
  ],
  [`${users} CREATE TABLE copy (LIKE users INCLUDING DEFAULTS);`, 'DROP TABLE users;', '2BP01'],
  [`${users} CREATE TABLE copy (LIKE users INCLUDING ALL);`, 'DROP TABLE users;', '2BP01'],
  [`${users} CREATE TABLE copy (LIKE users INCLUDING ALL);`, 'ALTER TABLE users DROP COLUMN id;', '2BP01'],
  [`${users} CREATE TABLE copy (LIKE users INCLUDING ALL);`, 'DROP SEQUENCE users_id_seq;', '2BP01'],
];

describe('a table that is LIKE another', () => {
  before(initParser);

  for (const [history, sql, code] of cases)
    it(`${code === '' ? 'takes' : `refuses (${code})`}: ${sql} behind ${history}`, async () => {
      const answer = await withDatabase(async (db) => {
        if (history !== '') await runMigration(db, history);
        return runMigration(db, sql).then(
          () => '',
          (error: unknown) => (error instanceof StatementError ? error.code : String(error)),
        );
      });
      assert.equal(answer, code, 'measured');
      const { steps } = analyzeSql(sql, { history: [history] });
      assert.equal(steps.flatMap(({ impact }) => impact.fails?.code ?? [])[0] ?? '', code);
    });
});
