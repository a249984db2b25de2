import assert from 'node:assert/strict';
import { nullComparisons } from '../../server/src/sql/null-comparisons.js';
import { parseStatement } from '../../server/src/sql/parse.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import type { ParsedStatement } from '../../server/src/sql/statement.js';

describe('comparisons with NULL', () => {
  before(initParser);

  const found = (text: string): string[] =>
    nullComparisons(parseStatement(text)).map(({ span }) => text.slice(span.start, span.end));

  it('are found by the words from the operator on, and nothing else is one', () => {
    for (const text of [
      'UPDATE t SET a = NULL, b = (NULL) WHERE id = 1',
      'SELECT f(a => NULL) FROM t WHERE a IS NULL',
      "SELECT 'a = NULL' FROM t WHERE a = 1 -- = NULL",
      'ALTER TABLE t ALTER COLUMN a SET DEFAULT NULL',
    ])
      assert.deepEqual(found(text), [], text);
    assert.deepEqual(found('DELETE FROM t WHERE a = NULL OR b <> (NULL)'), ['= NULL', '<> (NULL']);
    assert.deepEqual(found('CREATE TABLE t (a int CHECK (a != NULL))'), ['!= NULL']);
  });

  it('have no statement parsed again that has no such words', () => {
    const statement = Object.defineProperty({ text: 'UPDATE t SET a = 1 WHERE id = 2' }, 'node', {
      get: () => assert.fail('the tree was asked for'),
    }) as ParsedStatement;
    assert.deepEqual(nullComparisons(statement), []);
  });
});
