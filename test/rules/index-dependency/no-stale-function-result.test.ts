import assert from 'node:assert/strict';
import rule from '../../../rules/index-dependency/no-stale-function-result.js';
import { runMigration, scalar, withDatabase } from '../../support/pglite.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-stale-function-result', () => {
  const { valid, invalid } = ruleTester(rule);
  const slug = (body: string, attributes = 'IMMUTABLE'): string =>
    `CREATE OR REPLACE FUNCTION slug(x text) RETURNS text LANGUAGE sql ${attributes} AS $$ ${body} $$;`;
  const history = [
    slug('SELECT lower(x)'),
    "CREATE TABLE posts (title text CHECK (slug(title) <> ''), s text GENERATED ALWAYS AS (slug(title)) STORED); CREATE INDEX posts_slug ON posts (slug(title)); CREATE INDEX posts_part ON posts (title) WHERE slug(title) = 'a';",
  ];
  const index = [
    history[0] as string,
    'CREATE TABLE posts (title text); CREATE INDEX posts_slug ON posts (slug(title));',
  ];
  const changed = slug('SELECT upper(x)');

  const make = (body: string, attributes = 'IMMUTABLE'): string =>
    `«CREATE FUNCTION» rate(x int) RETURNS text LANGUAGE sql ${attributes} AS $$ ${body} $$;`;
  const plain = (body: string, attributes?: string): string => make(body, attributes).replace(/[«»]/g, '');

  valid('IMMUTABLE of its arguments alone', plain('SELECT lower(x::text)'));
  valid('STABLE that reads the time', plain('SELECT now()::text', 'STABLE'));
  valid('IMMUTABLE around a STABLE function that gives the same', plain("SELECT array_to_string(ARRAY[x], ',')"));
  valid('IMMUTABLE around the dictionary that is named', plain("SELECT to_char(x, '99')"));
  valid('IMMUTABLE with a CTE and VALUES', plain('WITH w AS (SELECT x AS a) SELECT a::text FROM w, (VALUES (1)) v'));
  valid('IMMUTABLE around a set', plain('SELECT string_agg(i::text, chr(44)) FROM generate_series(1, x) i'));
  valid('IMMUTABLE around the own function of a name', plain('SELECT now()::text'), {
    history: ["CREATE FUNCTION now() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'a' $$;"],
  });
  valid(
    'IMMUTABLE in PL/pgSQL',
    'CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN now()::text; END $$;',
  );
  for (const body of ['SELECT now()::text', "SELECT current_setting('app.rate')", 'SELECT random()::text'])
    invalid(`IMMUTABLE with ${body}`, { sql: make(body), message: 'changing', severity: 'warning', output: null });
  invalid('IMMUTABLE with a body that is no string', {
    sql: '«CREATE FUNCTION» rate(x int) RETURNS text LANGUAGE sql IMMUTABLE RETURN now()::text;',
    message: 'changing',
    output: null,
  });
  invalid('IMMUTABLE that reads a table', {
    sql: make('SELECT title FROM posts WHERE id = x'),
    severity: 'info',
    history: ['CREATE TABLE posts (id int, title text);'],
    message: 'changing',
    output: null,
  });

  valid('a comment and blanks', slug('select   lower ( x ) -- as before\n;'), { history });
  valid('attributes', slug('SELECT lower(x)', 'IMMUTABLE STRICT PARALLEL SAFE COST 5'), { history });
  valid('a function that nothing stores', slug('SELECT upper(x)'), { history: [slug('SELECT lower(x)')] });
  valid(
    'one of another name',
    'CREATE OR REPLACE FUNCTION other(x text) RETURNS text LANGUAGE sql AS $$ SELECT x $$;',
    { history },
  );
  valid(
    'one with other arguments',
    'CREATE OR REPLACE FUNCTION slug(x int) RETURNS text LANGUAGE sql AS $$ SELECT 1::text $$;',
    { history },
  );
  valid('a default, which is computed for new rows', changed, {
    history: [
      history[0] as string,
      "CREATE TABLE posts (title text DEFAULT slug('x')); CREATE VIEW v AS SELECT slug(title) FROM posts;",
    ],
  });
  valid('an index that is built anew', `${changed} REINDEX INDEX posts_slug;`, { history: index });
  valid('a table that is built anew', `${changed} REINDEX TABLE CONCURRENTLY posts;`, { history: index });
  valid(
    'an index that is dropped and made again',
    `${changed} DROP INDEX posts_slug; CREATE INDEX posts_slug ON posts (slug(title));`,
    { history: index },
  );
  valid('an index that has gone before', `DROP INDEX posts_slug; ${changed}`, { history: index });
  valid(
    'a table of the same file',
    `CREATE TABLE posts (title text); CREATE INDEX posts_slug ON posts (slug(title)); ${changed}`,
    { history: [history[0] as string] },
  );
  valid(
    'a CHECK that is added again',
    `${changed} ALTER TABLE posts DROP CONSTRAINT c; ALTER TABLE posts ADD CONSTRAINT c CHECK (slug(title) <> '') NOT VALID;`,
    {
      history: [history[0] as string, "CREATE TABLE posts (title text CONSTRAINT c CHECK (slug(title) <> ''));"],
    },
  );
  valid('a CHECK that is not valid yet', changed, {
    history: [
      history[0] as string,
      "CREATE TABLE posts (title text); ALTER TABLE posts ADD CONSTRAINT c CHECK (slug(title) <> '') NOT VALID;",
    ],
  });
  valid('a generated column whose rows are updated', `${changed} UPDATE posts SET title = title;`, {
    history: [
      history[0] as string,
      'CREATE TABLE posts (title text, s text GENERATED ALWAYS AS (slug(title)) STORED);',
    ],
  });
  valid('a virtual column', changed, {
    history: [
      history[0] as string,
      'CREATE TABLE posts (title text, s text GENERATED ALWAYS AS (slug(title)) VIRTUAL);',
    ],
  });

  invalid('an index, a generated column and a CHECK', {
    sql: changed.replace('FUNCTION slug', 'FUNCTION slug').replace('CREATE OR', '«CREATE OR»'),
    history,
    message: 'stale',
    severity: 'warning',
    output: null,
  });
  invalid('a function of a function', {
    sql: changed.replace('CREATE OR', '«CREATE OR»'),
    history: [
      history[0] as string,
      "CREATE FUNCTION key(x text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT slug(x) || '!' $$; CREATE TABLE posts (title text); CREATE INDEX posts_key ON posts (key(title));",
    ],
    message: 'stale',
    output: null,
  });
  invalid('a function with a parsed body', {
    sql: '«CREATE OR» REPLACE FUNCTION twice(n int) RETURNS int IMMUTABLE RETURN n * 3;',
    history: [
      'CREATE FUNCTION twice(n int) RETURNS int IMMUTABLE RETURN n * 2; CREATE TABLE t (n int); CREATE UNIQUE INDEX t_twice ON t (twice(n));',
    ],
    message: 'stale',
    output: null,
  });

  it('PostgreSQL keeps what the old body has computed', () =>
    withDatabase(async (db) => {
      // A body in SQL is put into the place of the call, which hides it from a session that knows the index already.
      const both = `${history.join('\n')} INSERT INTO posts VALUES ('Ab'); ${changed} SET enable_seqscan = off;`;
      await runMigration(
        db,
        both.replace(/LANGUAGE sql (.*?)\$\$ SELECT (.*?) \$\$/g, 'LANGUAGE plpgsql $1$$$$ BEGIN RETURN $2; END $$$$'),
      );
      const found = "SELECT count(*)::int FROM posts WHERE slug(title) = 'AB'";
      assert.equal(await scalar(db, found), 0);
      assert.equal(await scalar(db, 'SELECT s FROM posts'), 'ab');
      await runMigration(db, 'REINDEX INDEX posts_slug; UPDATE posts SET title = title;');
      assert.equal(await scalar(db, found), 1);
      assert.equal(await scalar(db, 'SELECT s FROM posts'), 'AB');
    }));
});
