import assert from 'node:assert/strict';
import { analyseExpression, factsByAst, factsByTree } from '../../server/src/sql/expressions.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';

interface Expected {
  readonly constant?: true;
  readonly columns?: string[];
  /** Function names, with the schema where it is written. */
  readonly functions?: string[];
  readonly notNull?: string[];
  readonly subquery?: true;
}

const constant = { constant: true } as const;

const cases: [text: string, expected: Expected][] = [
  ['1', constant],
  ['-1', constant],
  ['- 1', constant],
  ['+1.50', constant],
  ['1e10', constant],
  ['9223372036854775807', constant],
  ["'it''s'", constant],
  ["E'a\\n'", constant],
  ['$$a$$', constant],
  ['$x$a$x$', constant],
  ['NULL', constant],
  ['true', constant],
  ["'{}'::jsonb", constant],
  ["'a'::text::varchar(10)", constant],
  ["CAST('1' AS int)", constant],
  ['NULL::timestamptz', constant],
  ["interval '1 day'", constant],
  ["date '2020-01-01'", constant],
  ["B'101'", constant],
  ['ARRAY[1, 2]', constant],
  ['ARRAY[]::text[]', constant],
  ["'{}'::text[]", constant],
  ['ARRAY[ARRAY[1], ARRAY[NULL]]', constant],
  ['-1::int', constant],
  ['(1)', constant],
  ["'active'::app.status", constant],
  ['1 + 1', {}],
  ["'a' || 'b'::text", {}],
  ['$1', {}],
  ['ROW(1, 2)', {}],
  ['now()', { functions: ['now'] }],
  ['pg_catalog.now()', { functions: ['pg_catalog.now'] }],
  ['CURRENT_TIMESTAMP', { functions: ['current_timestamp'] }],
  ['current_timestamp(3)', { functions: ['current_timestamp'] }],
  ['CURRENT_DATE', { functions: ['current_date'] }],
  ['LOCALTIME', { functions: ['localtime'] }],
  ['current_user', { functions: ['current_user'] }],
  ['session_user', { functions: ['session_user'] }],
  ['CURRENT_TIMESTAMP::date', { functions: ['current_timestamp'] }],
  ["now() AT TIME ZONE 'utc'", { functions: ['now', 'pg_catalog.timezone'] }],
  ["(now() - interval '1 day')", { functions: ['now'] }],
  ['gen_random_uuid()', { functions: ['gen_random_uuid'] }],
  ["nextval('s'::regclass)", { functions: ['nextval'] }],
  ['app."Next"(1)', { functions: ['app.Next'] }],
  ['COALESCE(a, 0)', { columns: ['a'] }],
  ['NULLIF(a, b)', { columns: ['a', 'b'] }],
  ['GREATEST(a, LEAST(b, 1))', { columns: ['a', 'b'] }],
  ['"Order" > 1', { columns: ['Order'] }],
  ['"a""b" = Users.Name', { columns: ['a"b', 'name'] }],
  ['app.users.id + 1', { columns: ['id'] }],
  ['naïve > 1', { columns: ['naïve'] }],
  ['a-1 > b', { columns: ['a', 'b'] }],
  ['(a).b', { columns: ['a'] }],
  ["data ->> 'id'::text = 'x'", { columns: ['data'] }],
  ["a = ANY (ARRAY['x'::text, 'y'::text])", { columns: ['a'] }],
  ['a <> ALL (b)', { columns: ['a', 'b'] }],
  ['a = SOME (b)', { columns: ['a', 'b'] }],
  ["a IN ('x', 'y')", { columns: ['a'] }],
  ['a BETWEEN b AND c', { columns: ['a', 'b', 'c'] }],
  ["a ~ '^[a-z]+$'", { columns: ['a'] }],
  ["a LIKE 'x%'", { columns: ['a'] }],
  ["a SIMILAR TO 'x%'", { columns: ['a'], functions: ['pg_catalog.similar_to_escape'] }],
  ['a IS DISTINCT FROM b', { columns: ['a', 'b'] }],
  ['CASE WHEN a THEN b ELSE c END > 0', { columns: ['a', 'b', 'c'] }],
  ['CASE x WHEN 1 THEN lower(y) END', { columns: ['x', 'y'], functions: ['lower'] }],
  [
    "to_tsvector('english', coalesce(title, '') || ' ' || body)",
    { columns: ['body', 'title'], functions: ['to_tsvector'] },
  ],
  ['lower(email) COLLATE "C"', { columns: ['email'], functions: ['lower'] }],
  ['extract(epoch FROM at)', { columns: ['at'], functions: ['pg_catalog.extract'] }],
  ['substring(a FROM 1 FOR 2)', { columns: ['a'], functions: ['pg_catalog.substring'] }],
  ['substring(a, 1, 2)', { columns: ['a'], functions: ['substring'] }],
  ["position('x' IN a)", { columns: ['a'], functions: ['pg_catalog.position'] }],
  ['trim(both FROM a)', { columns: ['a'], functions: ['pg_catalog.btrim'] }],
  ['left(a, 1) || right(b, 1)', { columns: ['a', 'b'], functions: ['left', 'right'] }],
  ['f(a => 1, b => c)', { columns: ['c'], functions: ['f'] }],
  ['tags[1] || (xs)[2:3]', { columns: ['tags', 'xs'] }],
  ['geo::geometry(Point, 4326)', { columns: ['geo'] }],
  ['count(*) > 1', { functions: ['count'] }],
  ['count(DISTINCT a) > 1', { columns: ['a'], functions: ['count'] }],
  ['a /* b */ > 1 -- c', { columns: ['a'] }],
  ['(SELECT max(id) FROM t)', { columns: ['id'], functions: ['max'], subquery: true }],
  ['EXISTS (SELECT 1 FROM t WHERE t.id = a)', { columns: ['a', 'id'], subquery: true }],
  ['a IN (SELECT b FROM t)', { columns: ['a', 'b'], subquery: true }],
  ['a IS NOT NULL', { columns: ['a'], notNull: ['a'] }],
  ['((a IS NOT NULL))', { columns: ['a'], notNull: ['a'] }],
  ['"A" NOTNULL', { columns: ['A'], notNull: ['A'] }],
  ['t.a IS NOT NULL AND b IS NOT NULL', { columns: ['a', 'b'], notNull: ['a', 'b'] }],
  ['a IS NOT NULL AND (b > 0 AND c IS NOT NULL)', { columns: ['a', 'b', 'c'], notNull: ['a', 'c'] }],
  ['a IS NOT NULL OR b IS NOT NULL', { columns: ['a', 'b'] }],
  ['NOT a IS NOT NULL', { columns: ['a'] }],
  ['a IS NULL', { columns: ['a'] }],
  ['b > 0', { columns: ['b'] }],
  ['length(a) IS NOT NULL', { columns: ['a'], functions: ['length'] }],
  ['(a, b) IS NOT NULL', { columns: ['a', 'b'] }],
  ['(a IS NOT NULL) = true', { columns: ['a'] }],
];

describe('expressions', () => {
  before(() => initParser());

  for (const [text, expected] of cases) {
    it(`reads ${text}`, () => {
      const facts = analyseExpression(text);
      assert.ok(facts);
      assert.deepEqual(
        {
          constant: facts.isConstant,
          columns: facts.columns,
          functions: facts.functions.map(({ schema, name }) => (schema === undefined ? name : `${schema}.${name}`)),
          notNull: facts.notNullColumns,
          subquery: facts.hasSubquery,
        },
        {
          constant: expected.constant ?? false,
          columns: expected.columns ?? [],
          functions: expected.functions ?? [],
          notNull: expected.notNull ?? [],
          subquery: expected.subquery ?? false,
        },
      );
    });

    it(`reads ${text} the same way with both parsers`, () => {
      const tree = factsByTree(text);
      assert.ok(tree);
      assert.deepEqual(factsByAst(text) ?? tree, tree);
    });
  }

  it('asks pgsql-ast-parser for most of them', () => {
    const known = cases.filter(([text]) => factsByAst(text));
    assert.ok(known.length >= 60, `${known.length} of ${cases.length}`);
  });

  it('refuses what is no expression', () => {
    for (const text of ['', 'a,', 'a FROM t', 'SELECT 1', 'a; b', 'a AS b', '1) + (2', 'a > ', "'x"]) {
      assert.equal(analyseExpression(text), undefined, text);
    }
  });
});
