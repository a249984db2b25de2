import assert from 'node:assert/strict';
import { hasRight, type TableRight } from '../../server/src/schema/rights.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../support/analyze-sql.js';

/** The rights on the table t behind some SQL, "+" for given, "-" for taken away. */
function rightsBehind(sql: string, role = 'public'): string {
  const table = analyzeSql(sql).after.table({ schema: undefined, name: 't' });
  assert.ok(table);
  return (['select', 'insert', 'update', 'delete', 'truncate'] as const)
    .flatMap((right: TableRight) => {
      const has = hasRight(table, role, right);
      return has === undefined ? [] : `${has ? '+' : '-'}${right}`;
    })
    .join(' ');
}

describe('rights of everybody on tables', () => {
  before(initParser);
  const made = 'CREATE TABLE t (a int);';
  const all = '+select +insert +update +delete +truncate';

  it('are unknown until something is said of them', () => {
    assert.equal(rightsBehind(made), '');
    assert.equal(rightsBehind(`${made} GRANT ALL ON t TO app;`), '');
    assert.equal(
      rightsBehind(
        `${made} GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO PUBLIC; GRANT USAGE ON SCHEMA public TO PUBLIC;`,
      ),
      '',
    );
  });

  it('are given and taken by GRANT and REVOKE', () => {
    assert.equal(rightsBehind(`${made} GRANT SELECT, UPDATE (a) ON t TO app, PUBLIC;`), '+select +update');
    assert.equal(rightsBehind(`${made} GRANT ALL PRIVILEGES ON TABLE public.t TO PUBLIC;`), all);
    assert.equal(
      rightsBehind(`${made} GRANT SELECT, INSERT ON t TO PUBLIC; REVOKE INSERT ON t FROM PUBLIC;`),
      '+select -insert',
    );
    assert.equal(
      rightsBehind(
        `${made} GRANT SELECT ON t TO PUBLIC WITH GRANT OPTION; REVOKE GRANT OPTION FOR SELECT ON t FROM PUBLIC;`,
      ),
      '+select',
    );
    assert.equal(rightsBehind(`${made} GRANT ALL ON t TO anon;`, 'anon'), all);
    assert.equal(rightsBehind(`${made} GRANT ALL ON t TO anon;`), '');
  });

  it('are given and taken with all of a schema', () => {
    assert.equal(rightsBehind(`${made} GRANT INSERT ON ALL TABLES IN SCHEMA public TO PUBLIC;`), '+insert');
    assert.equal(rightsBehind(`${made} GRANT INSERT ON ALL TABLES IN SCHEMA app TO PUBLIC;`), '');
    // What comes later is not reached.
    assert.equal(rightsBehind(`GRANT INSERT ON ALL TABLES IN SCHEMA public TO PUBLIC; ${made}`), '');
  });

  it('come with a table where default rights say so', () => {
    const grant = 'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT ON TABLES TO PUBLIC;';
    assert.equal(rightsBehind(`${grant} ${made}`), '+select +insert');
    assert.equal(rightsBehind(`${made} ${grant}`), '');
    assert.equal(rightsBehind(`${grant.replace('IN SCHEMA public ', '')} ${made}`), '+select +insert');
    assert.equal(rightsBehind(`${grant.replace('public', 'app')} ${made}`), '');
    assert.equal(
      rightsBehind(`${grant} ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE INSERT ON TABLES FROM PUBLIC; ${made}`),
      '+select -insert',
    );
    assert.equal(rightsBehind(`${grant.replace('TABLES', 'SEQUENCES')} ${made}`.replaceAll('INSERT', 'UPDATE')), '');
  });

  it('go with a table under a new name, and not with what is rolled back', () => {
    assert.equal(
      rightsBehind('CREATE TABLE o (a int); GRANT SELECT ON o TO PUBLIC; ALTER TABLE o RENAME TO t;'),
      '+select',
    );
    assert.equal(rightsBehind(`${made} BEGIN; GRANT SELECT ON t TO PUBLIC; ROLLBACK;`), '');
  });
});
