import rule from '../../../rules/concurrent-writes/no-unfinished-backfill.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-unfinished-backfill', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE TABLE t (id int PRIMARY KEY, a int, b int, c int NOT NULL);'];
  const block = (inside: string): string => `DO $$ DECLARE i int := 0; n int; r record; BEGIN ${inside} END $$;`;
  const until = 'EXIT WHEN NOT FOUND; COMMIT;';

  const silent: readonly (readonly [title: string, sql: string])[] = [
    [
      'rows that are done',
      `LOOP UPDATE t SET a = 1 WHERE id IN (SELECT id FROM t WHERE a IS NULL LIMIT 10); ${until} END LOOP;`,
    ],
    [
      'a value that is never NULL',
      `LOOP UPDATE t SET a = c WHERE id IN (SELECT id FROM t WHERE a IS NULL LIMIT 10); ${until} END LOOP;`,
    ],
    [
      'rows without a value that are left out',
      `LOOP UPDATE t SET a = b WHERE id IN (SELECT id FROM t WHERE a IS NULL AND b IS NOT NULL LIMIT 10); ${until} END LOOP;`,
    ],
    [
      'an expression that may be anything',
      `LOOP UPDATE t SET a = coalesce(b, 0) WHERE id IN (SELECT id FROM t WHERE a IS NULL LIMIT 10); ${until} END LOOP;`,
    ],
    [
      'a condition that is not read',
      `LOOP UPDATE t SET a = b WHERE id IN (SELECT id FROM t WHERE a IS DISTINCT FROM b LIMIT 10); ${until} END LOOP;`,
    ],
    [
      'a batch that walks on',
      `LOOP UPDATE t SET a = 1 WHERE id IN (SELECT id FROM t WHERE id > i ORDER BY id LIMIT 10); ${until} i := i + 10; END LOOP;`,
    ],
    [
      'the greatest key as the end',
      'LOOP UPDATE t SET a = 1 WHERE id > i AND id <= i + 10; i := i + 10; EXIT WHEN i > 1000; END LOOP;',
    ],
    [
      'a second way out',
      `LOOP UPDATE t SET a = 1 WHERE id > i AND id <= i + 10; EXIT WHEN NOT FOUND; i := i + 10; EXIT WHEN i > 5; END LOOP;`,
    ],
    [
      'FOUND of another statement',
      'LOOP SELECT max(id) INTO n FROM t WHERE id > i; EXIT WHEN NOT FOUND; UPDATE t SET a = 1 WHERE id > i AND id <= n; i := n; END LOOP;',
    ],
    [
      'FOR, which ends by itself',
      'FOR i IN 1..9 LOOP UPDATE t SET a = 1 WHERE id > i AND id <= i + 10; EXIT WHEN NOT FOUND; END LOOP;',
    ],
    [
      'FOR over a key, with a batch for each round',
      'FOR i IN 1..9 LOOP UPDATE t SET a = 1 WHERE id IN (SELECT id FROM t WHERE id > i * 10 AND id <= i * 10 + 10 LIMIT 10); END LOOP;',
    ],
    [
      'FOR up to what has been counted',
      'FOR i IN 1..n LOOP UPDATE t SET a = 1 WHERE id IN (SELECT id FROM t WHERE a IS NULL LIMIT 10); END LOOP;',
    ],
    [
      'a function that knows NULL',
      `LOOP UPDATE t SET a = concat(b) WHERE id IN (SELECT id FROM t WHERE a IS NULL LIMIT 10); ${until} END LOOP;`,
    ],
    [
      'rows without a value that are left out of a function',
      `LOOP UPDATE t SET a = abs(b) WHERE id IN (SELECT id FROM t WHERE a IS NULL AND b IS NOT NULL LIMIT 10); ${until} END LOOP;`,
    ],
    [
      'WHILE with a condition',
      'WHILE i < 10 LOOP UPDATE t SET a = 1 WHERE id > i AND id <= i + 10; EXIT WHEN NOT FOUND; END LOOP;',
    ],
    ['DELETE', 'LOOP DELETE FROM t WHERE id IN (SELECT id FROM t LIMIT 10); EXIT WHEN NOT FOUND; END LOOP;'],
    ['an UPDATE outside of a loop', 'UPDATE t SET a = 1 WHERE id IN (SELECT id FROM t LIMIT 10);'],
    [
      'rows that another table chooses',
      `LOOP UPDATE t SET a = 1 WHERE id IN (SELECT id FROM todo LIMIT 10); ${until} END LOOP;`,
    ],
    [
      'EXIT as soon as there is a row',
      'LOOP UPDATE t SET a = 1 WHERE id > i AND id <= i + 10; EXIT WHEN FOUND; i := i + 10; END LOOP;',
    ],
  ];
  for (const [title, sql] of silent) valid(title, block(sql), { history });

  invalid('the same rows again and again', {
    sql: block(`LOOP «UPDATE» t SET a = 1 WHERE id IN (SELECT id FROM t LIMIT 10); ${until} END LOOP;`),
    history,
    message: 'never',
    severity: 'warning',
    output: null,
  });
  invalid('a condition on another column', {
    sql: block(
      `WHILE true LOOP «UPDATE» t SET a = 1 WHERE ctid = ANY (ARRAY(SELECT ctid FROM t WHERE b IS NULL LIMIT 10)); ${until} END LOOP;`,
    ),
    history,
    message: 'never',
    output: null,
  });
  invalid('a value that may be NULL', {
    sql: block(
      'LOOP «UPDATE» t SET a = b WHERE id IN (SELECT id FROM t WHERE a IS NULL LIMIT 10); GET DIAGNOSTICS n = ROW_COUNT; COMMIT; EXIT WHEN n = 0; END LOOP;',
    ),
    history,
    message: 'mayNever',
    output: null,
  });
  for (const value of ['abs(b)', 'b::int', 'round( b )'])
    invalid(`a value that is NULL where another column is: ${value}`, {
      sql: block(
        `LOOP «UPDATE» t SET a = ${value} WHERE id IN (SELECT id FROM t WHERE a IS NULL LIMIT 10); ${until} END LOOP;`,
      ),
      history,
      message: 'mayNever',
      output: null,
    });
  for (const end of ['', 'EXIT WHEN NOT FOUND;'])
    invalid(`a number of batches ${end}`, {
      sql: block(
        `FOR i IN 1..100 LOOP «UPDATE» t SET a = 1 WHERE id IN (SELECT id FROM t WHERE a IS NULL LIMIT 10); ${end} COMMIT; END LOOP;`,
      ),
      history,
      message: 'rounds',
      severity: 'warning',
      output: null,
    });
  invalid('a gap in the keys', {
    sql: block(`LOOP «UPDATE» t SET a = 1 WHERE id > i AND id <= i + 10; ${until} i := i + 10; END LOOP;`),
    history,
    message: 'early',
    output: null,
  });
  invalid('BETWEEN, and the number of rows', {
    sql: block(
      'LOOP «UPDATE» t SET a = 1 WHERE id BETWEEN i AND i + 9; GET DIAGNOSTICS n = ROW_COUNT; IF n = 0 THEN EXIT; END IF; i := i + 10; COMMIT; END LOOP;',
    ),
    history,
    message: 'early',
    output: null,
  });
  invalid('a procedure, as information', {
    sql: `CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ DECLARE i int := 0; BEGIN LOOP «UPDATE» t SET a = 1 WHERE id > i AND id <= i + 10; ${until} i := i + 10; END LOOP; END $$;`,
    history,
    message: 'early',
    severity: 'info',
    output: null,
  });
});
