import assert from 'node:assert/strict';
import type { Framework } from '../../server/src/frameworks/framework.js';
import { golangMigrate } from '../../server/src/frameworks/tools/golang-migrate.js';
import { sqitch } from '../../server/src/frameworks/tools/sqitch.js';
import { isSplit } from '../../server/src/planning/plan-split.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { splitOf } from '../support/planning.js';
import { projectOf } from '../support/project.js';

const history = ['CREATE TABLE orders (id bigint PRIMARY KEY, a int);'];

/** The way back of a migration whose index is moved into a new one; undefined where it stays as it is. */
function wayBackOf(
  framework: Framework,
  root: string,
  texts: Readonly<Record<string, string>>,
  path: string,
): string | undefined {
  const setting = { history, path, project: projectOf(framework, root, texts) };
  const outcome = splitOf(texts[path] ?? '', setting, Object.keys(texts));
  assert.ok(outcome && isSplit(outcome), JSON.stringify(outcome));
  return outcome.beside.find(({ path: beside }) => /v2\.sql$|\.down\.sql$/.test(beside))?.text;
}

describe('the way back of a migration whose index moves', () => {
  before(initParser);

  it('loses the index in a script of Sqitch, whose new change is in no plan yet', () => {
    const texts = {
      'p/sqitch.plan':
        '%syntax-version=1.0.0\n%project=p\n\nv1 2024-01-01T00:00:00Z A <a@b> # a\nv2 2024-01-01T00:00:00Z A <a@b> # b\n',
      'p/deploy/v1.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY, a int);\n',
      'p/deploy/v2.sql': 'BEGIN;\nALTER TABLE orders ADD COLUMN b int;\nCREATE INDEX i ON orders (a);\nCOMMIT;\n',
      'p/revert/v2.sql': 'BEGIN;\nDROP INDEX i;\nALTER TABLE orders DROP COLUMN b;\nCOMMIT;\n',
    };
    const text = wayBackOf(sqitch, 'p', texts, 'p/deploy/v2.sql');
    assert.equal(text, 'BEGIN;\nALTER TABLE orders DROP COLUMN b;\nCOMMIT;\n');
  });

  it('loses the index in a file of golang-migrate', () => {
    const texts = {
      'm/1_a.up.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY, a int);\n',
      'm/2_b.up.sql': 'ALTER TABLE orders ADD COLUMN b int;\nCREATE INDEX i ON orders (a);\n',
      'm/2_b.down.sql': 'DROP INDEX i;\nALTER TABLE orders DROP COLUMN b;\n',
    };
    assert.equal(wayBackOf(golangMigrate, 'm', texts, 'm/2_b.up.sql'), 'ALTER TABLE orders DROP COLUMN b;\n');
  });
});
