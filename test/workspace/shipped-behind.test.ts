import assert from 'node:assert/strict';
import { ruleSet } from '../../rules/engine/run.js';
import { rules } from '../../rules/index.js';
import { type Analysis, analyze } from '../../server/src/analysis/analyze.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import type { Workspace } from '../../server/src/workspace/workspace.js';
import { analysisOf, MemoryFiles, workspaceOf } from './support/memory-files.js';

const folder = '/p/supabase/migrations';
const table = `${folder}/20240102090000_parcels.sql`;
const policies = `${folder}/20240103090000_policies.sql`;
const made = 'CREATE TABLE parcels (id bigint PRIMARY KEY);\n';
const secured = 'ALTER TABLE public.parcels ENABLE ROW LEVEL SECURITY;\n';

function project(
  texts: Readonly<Record<string, string>>,
  applied?: unknown,
): { files: MemoryFiles; workspace: Workspace } {
  const config = applied === undefined ? {} : { '/p/airlock.config.json': JSON.stringify({ applied }) };
  const files = new MemoryFiles({ '/p/supabase/config.toml': '', ...config, ...texts });
  return { files, workspace: workspaceOf(files) };
}

function findings(analysis: Analysis): string[] {
  return analysis.findings.flatMap(({ rule }) => (rule === 'require-row-security' ? rule : []));
}

describe('what is shipped with a migration and runs behind it', () => {
  before(initParser);

  it('may secure its tables', () => {
    const { workspace } = project({ [table]: made, [policies]: secured });
    assert.deepEqual(findings(analysisOf(workspace, table)), []);
  });

  it('may do so in a loop', () => {
    const loop = "DO $$ BEGIN EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', 'parcels'); END $$;";
    assert.deepEqual(findings(analysisOf(project({ [table]: made, [policies]: loop }).workspace, table)), []);
  });

  it('secures no other table', () => {
    for (const text of [secured.replace('parcels', 'lists'), '-- ENABLE ROW LEVEL SECURITY\n', 'SELECT 1;\n']) {
      const { workspace } = project({ [table]: made, [policies]: text });
      assert.deepEqual(findings(analysisOf(workspace, table)), ['require-row-security'], text);
    }
  });

  it('is no pending migration, for one that is applied', () => {
    const { workspace } = project({ [table]: made, [policies]: secured }, { through: '20240102090000' });
    assert.deepEqual(findings(analysisOf(workspace, table)), ['require-row-security']);
    assert.equal(analysisOf(workspace, table).applied, true);
  });

  it('is read again with each look at the file, whatever is kept of the last one', () => {
    const { files, workspace } = project({ [table]: made, [policies]: secured });
    const set = ruleSet(rules);
    const look = (former?: Analysis): Analysis =>
      analyze(workspace.inputFrom(table, made), set, (rule) => assert.fail(rule.meta.id), former);
    const kept = look(look());
    assert.deepEqual(findings(kept), []);
    files.texts.set(policies, 'SELECT 1;\n');
    workspace.changed(policies, true);
    assert.deepEqual(findings(look(kept)), ['require-row-security']);
  });
});
