import assert from 'node:assert/strict';
import rule from '../../../rules/index-dependency/no-corrupt-index-build.js';
import { analyzeSql } from '../../support/analyze-sql.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-corrupt-index-build', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE orders (id bigint PRIMARY KEY, code text); CREATE INDEX orders_code ON orders (code);',
  ];
  const build = 'CREATE INDEX CONCURRENTLY i ON orders (code);';
  const rebuild = 'REINDEX INDEX CONCURRENTLY orders_code;';

  for (const postgres of [undefined, 14, '14', '14.4', '14.10', 15, '15.0', '15.3', '16.1', '18'] as const) {
    valid(`${postgres}, which builds them rightly`, build + rebuild, { history, config: { postgres } });
  }
  const config = { postgres: '14.3' };
  valid('a build without CONCURRENTLY', 'CREATE INDEX i ON orders (code);', { history, config });
  valid('a rebuild without CONCURRENTLY', 'REINDEX INDEX orders_code;', { history, config });
  valid(
    'a table of this migration',
    'CREATE TABLE notes (id int, t text); CREATE INDEX CONCURRENTLY n ON notes (t); REINDEX TABLE CONCURRENTLY notes; REINDEX INDEX CONCURRENTLY n;',
    { history, config },
  );
  valid(
    'other things with the word',
    'DROP INDEX CONCURRENTLY orders_code; REFRESH MATERIALIZED VIEW CONCURRENTLY totals;',
    { history, config },
  );

  for (const postgres of ['14.0', '14.1', '14.3']) {
    invalid(`a build on ${postgres}`, {
      sql: 'CREATE «INDEX» CONCURRENTLY i ON orders (code);',
      history,
      config: { postgres },
      message: 'build',
      output: null,
    });
  }
  invalid('a unique build without a name', {
    sql: 'CREATE UNIQUE «INDEX» CONCURRENTLY ON orders (code);',
    history,
    config,
    message: 'build',
    output: null,
  });
  for (const words of ['INDEX CONCURRENTLY orders_code', 'TABLE CONCURRENTLY orders', 'SCHEMA CONCURRENTLY public']) {
    invalid(`a rebuild: ${words}`, {
      sql: `«REINDEX» ${words};`,
      history,
      config,
      message: 'rebuild',
      output: null,
    });
  }

  it('is no advice of the other rules on such a server', () => {
    for (const sql of ['CREATE INDEX i ON orders (code);', 'REINDEX INDEX orders_code;', 'REINDEX TABLE orders;']) {
      const found = (postgres: string) =>
        analyzeSql(sql, { history, config: { postgres } }).findings.filter(({ rule }) =>
          rule.startsWith('require-concurrent-'),
        );
      assert.deepEqual(
        found('14.3').map(({ fixes, advice }) => [fixes.length, /^Upgrade to 14\.4/.test(advice)]),
        [[0, true]],
        sql,
      );
      assert.equal(found('14.4')[0]?.fixes.length, 1, sql);
    }
  });
});
