import assert from 'node:assert/strict';
import { isSplit, planSplit } from '../../server/src/planning/plan-split.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import type { WorkspaceOptions } from '../../server/src/workspace/workspace.js';
import { branchOf, analysisOf, MemoryFiles, workspaceOf } from './support/memory-files.js';

const shop = 'CREATE TABLE orders (id bigint PRIMARY KEY, total int NOT NULL, note text);\n';
const file = '/m/2_change.sql';

/** What a split of the last file of a branch looks like to a check of the whole folder, once it is written. */
function errorsAfterSplit(sql: string, config: string | undefined, options: WorkspaceOptions): string[] {
  const texts: Record<string, string> = { '/m/1_shop.sql': shop, [file]: sql };
  if (config !== undefined) texts['/m/airlock.config.json'] = config;
  const files = new MemoryFiles(texts);
  const workspace = workspaceOf(files, options);
  const analysis = analysisOf(workspace, file);
  const finding = analysis.findings.find(({ severity }) => severity === 'error');
  assert.ok(finding, 'there is something to split');
  const split = planSplit(analysis, finding, workspace.surroundingsOf(file));
  assert.ok(isSplit(split), JSON.stringify(split));
  assert.ok(split.files.length > 1);
  for (const { path, sql: text } of [...split.files, ...split.downs]) {
    files.texts.set(path, text);
    workspace.changed(path, true);
  }
  return split.files.flatMap(({ path }) =>
    analysisOf(workspace, path)
      .findings.filter(({ severity }) => severity === 'error')
      .map(({ rule }) => rule),
  );
}

describe('a split that is written, checked with its folder', () => {
  before(initParser);

  const statements: readonly (readonly [string, string, readonly string[]])[] = [
    ['a required column', 'ALTER TABLE orders ADD COLUMN status text NOT NULL;', ['no-unwritten-value']],
    ['SET NOT NULL', 'ALTER TABLE orders ALTER COLUMN note SET NOT NULL;', ['no-unwritten-value']],
    ['a type', 'ALTER TABLE orders ALTER COLUMN total TYPE bigint;', []],
    ['a volatile default', 'ALTER TABLE orders ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();', []],
  ];
  for (const [title, sql, errors] of statements) {
    const text = `SET lock_timeout = '5s';\n${sql}\n`;

    it(`has no error but the value that is not written: ${title}, by git`, () => {
      const onBranch = { filesOnDefaultBranch: () => branchOf(['/m/1_shop.sql']) };
      assert.deepEqual(errorsAfterSplit(text, undefined, onBranch), errors);
    });

    it(`has no error but the value that is not written: ${title}, by "applied"`, () => {
      assert.deepEqual(errorsAfterSplit(text, '{ "applied": { "through": "1_shop.sql" } }', {}), errors);
    });
  }
});
