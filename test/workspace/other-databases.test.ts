import assert from 'node:assert/strict';
import { databaseByPath, databaseBySigns, sampleOf, signsOfFile } from '../../server/src/workspace/other-databases.js';

describe('the database that a path names', () => {
  const postgres = [
    'migrations/0001_init.sql',
    'db/postgres/0001_init.sql',
    'mysql_to_postgres/postgres/V1__a.sql',
    'migrations/0012_drop_oracle.sql',
    'migrations/0005_add_mysql_source.sql',
    'sqlite-clone/db/migrations/0001_a.sql',
    'my/d1x/0001_a.sql',
    'a/b/mysql/c/d/e/f/0001_a.sql',
    'x.postgres.up.sql',
    'mysql/x.pg.sql',
  ];
  for (const path of postgres) {
    it(`is no other in ${path}`, () => {
      assert.equal(databaseByPath(path), undefined);
    });
  }

  const others: readonly (readonly [string, string])[] = [
    ['mysql/V2__add.sql', 'MySQL'],
    ['db/migrations/mysql/0001.sql', 'MySQL'],
    ['db/mysql/migrations/0001.sql', 'MySQL'],
    ['migrations_sqlite/0001.sql', 'SQLite'],
    ['d1/migrations/0001.sql', 'SQLite'],
    ['migrations/20200101_a.sqlite3.down.sql', 'SQLite'],
    ['migrations/1_a.mysql.up.sql', 'MySQL'],
    ['migrations/1_a.cockroach.up.sql', 'CockroachDB'],
    ['schema-mysql.sql', 'MySQL'],
    ['sql/mssql.sql', 'SQL Server'],
    ['clickhouse/0001_hits.sql', 'ClickHouse'],
    ['postgres/MySQL/0001.sql', 'MySQL'],
  ];
  for (const [path, database] of others) {
    it(`is ${database} in ${path}`, () => {
      assert.equal(databaseByPath(path)?.database, database);
    });
  }

  it('is given with its reason, which shows characters that nobody sees', () => {
    assert.equal(databaseByPath('mysql/V2__add.sql')?.why, 'is for MySQL by its folder mysql');
    assert.equal(databaseByPath('1.mysql.sql')?.why, 'is for MySQL by its name');
  });
});

describe('the database of a folder', () => {
  const neutral = 'CREATE INDEX users_age ON users (age);';
  const decided = (files: Readonly<Record<string, string>>, path: string): string | undefined =>
    databaseBySigns(path, new Map(Object.entries(files).map(([name, text]) => [name, signsOfFile(text)])))?.why;

  const silent: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['without a mark', { '1.sql': 'CREATE TABLE users (id int PRIMARY KEY, age int);', '2.sql': neutral }],
    ['with a column of such a name', { '1.sql': 'CREATE TABLE e (id int, datetime timestamp);', '2.sql': neutral }],
    ['that adds such a column', { '1.sql': 'ALTER TABLE e ADD COLUMN datetime timestamp;', '2.sql': neutral }],
    ['with a mark in a comment', { '1.sql': '-- was AUTO_INCREMENT\nCREATE TABLE t (id int);', '2.sql': neutral }],
    ['with a mark in a string', { '1.sql': "INSERT INTO t VALUES ('ENGINE=InnoDB');", '2.sql': neutral }],
    ['with a mark in a body', { '1.sql': 'DO $$ BEGIN PERFORM GETDATE(); END $$;', '2.sql': neutral }],
    [
      'with as many marks of PostgreSQL',
      { '1.sql': 'PRAGMA x;', '2.sql': neutral, '3.sql': 'ALTER TABLE t ADD j jsonb;' },
    ],
    ['that only drops an index', { '1.sql': 'DROP INDEX i;', '2.sql': neutral }],
    ['with unsigned as a name', { '1.sql': 'ALTER TABLE t ADD COLUMN unsigned boolean;', '2.sql': neutral }],
  ];
  for (const [what, files] of silent) {
    it(`is PostgreSQL's ${what}`, () => {
      assert.equal(decided(files, '2.sql'), undefined);
    });
  }

  const foreign: readonly (readonly [string, string, string])[] = [
    ['SQLite', 'AUTOINCREMENT', 'CREATE TABLE u (id INTEGER PRIMARY KEY AUTOINCREMENT);'],
    ['SQLite', 'strftime(', "CREATE TABLE u (at TEXT DEFAULT (strftime('%s', 'now')));"],
    ['MySQL', 'TINYINT', 'CREATE TABLE u (id int, active TINYINT NOT NULL);'],
    ['MySQL', 'DATETIME', 'ALTER TABLE u ADD COLUMN seen DATETIME;'],
    ['MySQL', 'MODIFY COLUMN email VARCHAR', 'ALTER TABLE u MODIFY COLUMN email VARCHAR(500);'],
    ['MySQL', 'DROP INDEX i ON', 'DROP INDEX i ON u;'],
    ['MySQL', 'ON DUPLICATE KEY', 'INSERT INTO u VALUES (1) ON DUPLICATE KEY UPDATE id = 2;'],
    ['Transact-SQL', 'GO', 'CREATE TABLE u (id int)\nGO\n'],
    ['Transact-SQL', 'UNIQUEIDENTIFIER', 'CREATE TABLE u (id UNIQUEIDENTIFIER);'],
    ['ClickHouse', 'ENGINE = MergeTree', 'CREATE TABLE h (at DateTime) ENGINE = MergeTree ORDER BY at;'],
    ['Oracle', 'VARCHAR2(30 CHAR', 'CREATE TABLE u (name VARCHAR2(30 CHAR));'],
  ];
  for (const [database, mark, sql] of foreign) {
    it(`is ${database}'s with ${mark} in a file beside`, () => {
      const line = sql.split('\n').findIndex((each) => each.includes(mark)) + 1;
      const why = `reads as ${database}, as 1.sql:${line} does (${mark})`;
      assert.equal(decided({ '1.sql': sql, '2.sql': neutral }, '2.sql'), why);
    });
  }

  it('is judged by files from all over it, always the same ones', () => {
    const paths = Array.from({ length: 1000 }, (_, index) => `${index}.sql`);
    const sample = sampleOf(paths);
    assert.equal(sample.length, 60);
    assert.deepEqual([sample[0], sample.at(-1)], ['0.sql', '999.sql']);
    assert.deepEqual(sampleOf(paths.slice(0, 3)), ['0.sql', '1.sql', '2.sql']);
  });
});
