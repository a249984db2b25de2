import { supabase } from '../../server/src/frameworks/tools/supabase.js';
import assert from 'node:assert/strict';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../support/analyze-sql.js';
import { projectOf } from '../support/project.js';
import { checkTool } from './support/tool-case.js';

const folder = '/app/supabase/migrations';

describe('Supabase', () => {
  before(initParser);

  checkTool(supabase, {
    files: {
      '/app/supabase/config.toml': 'project_id = "app"\n',
      '/app/supabase/seed.sql': 'INSERT INTO orders VALUES (1);\n',
      [`${folder}/20240101000000_orders.sql`]: 'CREATE TABLE orders (id bigint);\n',
      [`${folder}/20240102000000_index.sql`]: 'CREATE INDEX CONCURRENTLY orders_id ON orders (id);\n',
      [`${folder}/rollback.sql`]: 'DROP TABLE orders;\n',
    },
    root: folder,
    because: 'supabase/config.toml',
    order: [`${folder}/20240101000000_orders.sql`, `${folder}/20240102000000_index.sql`],
    notRun: [`${folder}/rollback.sql`, '/app/supabase/seed.sql'],
    sections: { [`${folder}/20240102000000_index.sql`]: [['up', 'pipeline']] },
    holds: 'one',
    next: [`${folder}/20261129120000_one.sql`, `${folder}/20261129120001_two.sql`],
    written: {
      [`${folder}/20261129120000_index_orders.sql`]: 'CREATE INDEX CONCURRENTLY orders_at ON orders (at);\n',
    },
    rollback: { '/app/supabase/rollbacks/20240102000000_index.sql': 'DROP TABLE orders;\n' },
    silent: [{ files: { '/app/db/migrations/20240101000000_orders.sql': 'SELECT 1;\n', '/app/db/config.toml': '' } }],
  });

  const path = `${folder}/20240103000000_x.sql`;
  const scopes = (text: string, version?: string) =>
    supabase
      .read(path, text, projectOf(supabase, folder, {}, version))
      .map(({ scope, span }) => `${scope}: ${text.slice(span.start, span.end).trim()}`);
  const build = 'CREATE INDEX CONCURRENTLY i ON t (a);';
  const drop = 'DROP INDEX CONCURRENTLY j;';
  const add = 'ALTER TABLE t ADD COLUMN b int;';

  it('sends a file as one pipeline up to 2.108, and when its version is not known', () => {
    const text = `${add}\n${build}\n`;
    assert.deepEqual(scopes(text), [`pipeline: ${add}\n${build}`]);
    assert.deepEqual(scopes(text, '2.108.3'), [`pipeline: ${add}\n${build}`]);
  });

  it('takes out what cannot run in a transaction from 2.109 on', () => {
    const text = `${add}\n${build}\n${drop}\n-- end\n`;
    assert.deepEqual(scopes(text, '2.109.0'), [`per-file: ${add}`, `none: ${build}`, `per-file: ${drop}\n-- end`]);
    assert.deepEqual(scopes(text, '2.115.0'), [
      `pipeline: ${add}`,
      `none: ${build}`,
      `none: ${drop}`,
      'pipeline: -- end',
    ]);
    assert.deepEqual(scopes('VACUUM t;', '3.1.0'), ['none: VACUUM t;']);
    assert.deepEqual(scopes('REINDEX INDEX CONCURRENTLY i;', '3.1.0'), ['none: REINDEX INDEX CONCURRENTLY i;']);
  });

  it('leaves the other statements in the pipeline', () => {
    const detach = 'ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY;';
    assert.deepEqual(scopes(`${add} ${detach}`, '3.1.0'), [`pipeline: ${add} ${detach}`]);
    assert.deepEqual(scopes(`SELECT 'vacuum'; ${add}`, '3.1.0'), [`pipeline: SELECT 'vacuum'; ${add}`]);
    assert.deepEqual(scopes('CREATE TABLE clusters (a int);', '3.1.0'), ['pipeline: CREATE TABLE clusters (a int);']);
  });

  it('sends statement by statement where a file begins its own transaction, or says so in its first line', () => {
    assert.deepEqual(scopes(`BEGIN; ${add} COMMIT;`, '2.117.0'), [`none: BEGIN; ${add} COMMIT;`]);
    assert.deepEqual(scopes(`SAVEPOINT s; ${add} ROLLBACK TO s;`, '2.117.0'), [
      `pipeline: SAVEPOINT s; ${add} ROLLBACK TO s;`,
    ]);
    const marked = `-- pg-delta: transaction=false\n${add}`;
    assert.deepEqual(scopes(marked, '2.117.0'), [`none: ${marked}`]);
    assert.deepEqual(scopes(marked, '2.114.0'), [`per-file: ${marked}`]);
  });

  it('compares versions as texts', () => {
    const files = ['10', '2', '1'].map((version) => `${folder}/${version}_x.sql`);
    assert.deepEqual(supabase.order(files, projectOf(supabase, folder)), [files[2], files[0], files[1]]);
  });

  /** The rules that refuse something because of a transaction. */
  const refused = (sql: string, version?: string) =>
    analyzeSql(sql, { path, project: projectOf(supabase, folder, {}, version) })
      .findings.filter(({ rule }) => /^no-(?:concurrently|autocommit-only)-in-transaction$/.test(rule))
      .map(({ rule, span }) => `${rule} ${sql.slice(span.start, span.end)}`);
  const fill = 'DO $$ BEGIN UPDATE t SET a = 1; COMMIT; END $$;';

  it('lets a block commit anywhere in a pipeline, and not in the transaction of 2.109 to 2.114', () => {
    for (const version of [undefined, '2.108.0', '2.115.0', '3.1.0'])
      assert.deepEqual(refused(`${add} ${fill}`, version), [], version);
    assert.deepEqual(refused(`${add} ${fill}`, '2.114.0'), ['no-autocommit-only-in-transaction COMMIT']);
  });

  it('lets the first statement of a pipeline run, be it the first behind one that was taken out', () => {
    const detach = 'ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY;';
    assert.deepEqual(refused(detach, '2.108.0'), []);
    assert.deepEqual(refused(`${build} ${detach}`, '2.117.0'), []);
    assert.equal(refused(`${build} ${add} ${detach}`, '2.117.0').length, 1);
    assert.equal(refused(`${build} ${detach}`, '2.108.0').length, 1);
  });

  it('takes the parts of a file for one migration', () => {
    const sql = 'CREATE TABLE n (a int, b int); CREATE INDEX CONCURRENTLY i ON n (a); CREATE INDEX j ON n (b);';
    const { findings } = analyzeSql(sql, { path, project: projectOf(supabase, folder, {}, '3.1.0') });
    assert.ok(!findings.some(({ rule }) => rule === 'require-concurrent-index'));
  });
});
