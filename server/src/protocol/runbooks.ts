import type { Analysis } from '../analysis/analyze.js';
import type { Rollback } from '../rollback/rollback.js';
import { runbook, type RunbookFormat, type RunbookMigration } from '../runbook/runbook.js';
import type { Workspace } from '../workspace/workspace.js';
import type { RunbookResult } from './messages/documents.js';

/** In: how a migration is taken back, and a path as people write it in their workspace. */
export function runbookResult(
  analyses: readonly Analysis[],
  name: string,
  rollbackOf: (analysis: Analysis) => Rollback,
  shown: (path: string) => string,
  format: RunbookFormat = 'markdown',
): RunbookResult {
  const migrations = analyses.map(
    (analysis): RunbookMigration => ({ analysis, rollback: rollbackOf(analysis), shown }),
  );
  return { text: runbook(migrations, format), name };
}

/** The migrations of a folder that are not applied yet, in their order. Throws where there are none. */
export function pendingOf({ path: of }: Analysis, workspace: Workspace | undefined): Analysis[] {
  const paths = workspace?.migrationsWith(of).filter((path) => !workspace.isApplied(path)) ?? [];
  if (paths.length === 0) throw new Error('No migration of this folder is pending: all of them count as applied.');
  const analyses: Analysis[] = [];
  workspace?.analyzeEach(paths, (result) => {
    if ('findings' in result) analyses.push(result);
  });
  return analyses;
}
