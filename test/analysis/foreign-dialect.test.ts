import assert from 'node:assert/strict';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../support/analyze-sql.js';

/** The findings as rule, severity and what is underlined. */
function found(sql: string): unknown[] {
  return analyzeSql(sql).findings.map(({ rule, severity, span }) => [rule, severity, sql.slice(span.start, span.end)]);
}

describe('a file for another database', () => {
  before(initParser);

  const foreign: readonly (readonly [dialect: string, mark: string, sql: string])[] = [
    ['MySQL', 'AUTO_INCREMENT', 'CREATE TABLE `users` (`id` int AUTO_INCREMENT PRIMARY KEY) ENGINE=InnoDB;'],
    ['MySQL', 'UNSIGNED', 'ALTER TABLE users ADD COLUMN age INT UNSIGNED NOT NULL;'],
    ['SQLite', 'AUTOINCREMENT', 'CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT);'],
    ['SQLite', 'PRAGMA', 'PRAGMA foreign_keys = ON;'],
    ['Transact-SQL', '[dbo]', 'CREATE TABLE [dbo].[users] ([id] INT IDENTITY(1,1) PRIMARY KEY);'],
    ['Oracle', 'NUMBER(10', 'CREATE TABLE users (id NUMBER(10) CONSTRAINT k PRIMARY KEY ENABLE);'],
    ['ClickHouse', 'ENGINE = MergeTree', 'CREATE TABLE hits (at DateTime) ENGINE = MergeTree ORDER BY at;'],
  ];
  for (const [dialect, mark, sql] of foreign) {
    it(`in ${dialect} is reported once, mildly, at ${mark}`, () => {
      const { findings, verdict } = analyzeSql(`DROP TABLE old;\r\n${sql}`);
      assert.equal(findings.length, 1);
      assert.deepEqual(found(`DROP TABLE old;\r\n${sql}`), [['no-syntax-error', 'info', mark]]);
      assert.equal(
        findings[0]?.message,
        `This file reads as ${dialect} (${mark}), not PostgreSQL, so Airlock does not check it.`,
      );
      assert.equal(verdict, 'SAFE TO SHIP');
    });
  }

  it('is reported as a hint when no-syntax-error is off', () => {
    const { findings } = analyzeSql('PRAGMA foreign_keys = ON;', { config: { rules: { 'no-syntax-error': 'off' } } });
    assert.deepEqual(
      findings.map(({ severity }) => severity),
      ['hint'],
    );
  });
});

describe('a file for another database with many statements that parse', () => {
  before(initParser);

  const index = (name: string): string => `CREATE INDEX ${name} ON t (a);`;
  const indexes = ['a', 'b', 'c', 'd', 'e', 'f'].map(index).join('\n');

  it('is foreign with two forms that PostgreSQL refuses and nothing that is PostgreSQL’s', () => {
    const sql = `${indexes}\nALTER TABLE t MODIFY COLUMN a VARCHAR(9);\nALTER TABLE t DROP FOREIGN KEY t_fk;`;
    assert.deepEqual(found(sql), [['no-syntax-error', 'info', 'MODIFY COLUMN a VARCHAR']]);
  });

  it('stays PostgreSQL’s with one such form, or with a form of its own', () => {
    const one = `${indexes}\nALTER TABLE t MODIFY COLUMN a VARCHAR(9);`;
    const own = `${one}\nALTER TABLE t DROP FOREIGN KEY t_fk;\nALTER TABLE t ADD COLUMN j jsonb;`;
    for (const sql of [one, own]) {
      const rules = analyzeSql(sql).findings.map(({ rule }) => rule);
      assert.ok(rules.includes('require-concurrent-index'), sql);
    }
  });
});

describe('a file for PostgreSQL', () => {
  before(initParser);

  it('with a slip in it stays one, and is checked', () => {
    const rules = analyzeSql('CREATE TABLE a (b int);\nALTER TABLE c ADD COLUMN;\nTRUNCATE d;').findings.map(
      ({ rule }) => rule,
    );
    assert.ok(rules.includes('no-syntax-error'));
    assert.ok(rules.includes('no-truncate'));
  });

  it('with one foreign word among many statements stays one', () => {
    const sql = 'SELECT 1; SELECT 2; SELECT 3; ALTER TABLE a ADD b int AUTO_INCREMENT;';
    assert.deepEqual(found(sql), [['no-syntax-error', 'error', 'AUTO_INCREMENT']]);
  });

  it('with foreign words in strings, comments and names is not taken for another', () => {
    const sql = '-- `id` AUTO_INCREMENT ENGINE=InnoDB\nSELECT \'PRAGMA\', "AUTOINCREMENT" FROM "[dbo]";';
    assert.deepEqual(found(sql), []);
  });

  it('that is broken without a foreign word is reported as a syntax error', () => {
    assert.deepEqual(found('CREAT TABLE a (b int);'), [['no-syntax-error', 'error', 'CREAT']]);
  });
});
