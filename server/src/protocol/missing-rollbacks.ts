import type { Analysis } from '../analysis/analyze.js';
import { fileTextOf } from '../analysis/positions.js';
import { authorsWayBack } from '../rehearsal/project.js';
import { markdownText } from '../review/markdown-text.js';
import { type Rollback, rollbacksInOrder } from '../rollback/rollback.js';
import type { Workspace } from '../workspace/workspace.js';
import type { MissingRollbacksResult } from './messages/messages.js';

interface Missing {
  readonly analysis: Analysis;
  readonly rollback: Rollback;
}

/** The rollbacks of the pending migrations of a folder that have none, and why some cannot be taken back. */
export function missingRollbacks(
  workspace: Workspace,
  path: string,
  { uriOf, exists }: { uriOf(path: string): string; exists(path: string): boolean },
): MissingRollbacksResult {
  const rollbackOf = rollbacksInOrder(workspace.historiesOf());
  const missing: Missing[] = [];
  const pending = workspace.migrationsWith(path).filter((each) => !workspace.isApplied(each));
  workspace.analyzeEach(pending, (result) => {
    if (!('document' in result) || result.leftAlone !== undefined) return;
    const { config, project } = result;
    if (authorsWayBack(workspace, { path: result.path, config, project }, fileTextOf(result)).length > 0) return;
    const rollback = rollbackOf(result);
    if (rollback.steps.length > 0) missing.push({ analysis: result, rollback });
  });
  const written = missing.filter(({ rollback }) => rollback.steps.some(({ sql }) => sql !== ''));
  return {
    files: written.flatMap(({ rollback }) =>
      rollback.files.map((file) => ({
        uri: uriOf(file.path),
        text: file.sql,
        exists: exists(file.path),
        summary: rollback.summary,
      })),
    ),
    markdown: irreversible(missing),
  };
}

/** What cannot be taken back, statement by statement, with the reason and a way around it. */
function irreversible(missing: readonly Missing[]): string {
  const parts = missing.flatMap(({ analysis, rollback }) => {
    const steps = rollback.steps.filter(({ grade }) => grade === 'impossible');
    const name = analysis.path.slice(analysis.path.lastIndexOf('/') + 1);
    if (steps.length === 0) return [];
    return [`## ${markdownText(name)}`, '', ...steps.map(({ reason }) => `- ${markdownText(reason)}`), ''];
  });
  if (parts.length === 0) return '';
  return [
    '# What cannot be taken back',
    '',
    'For these there is no rollback that brings everything back. Instead: rename aside and drop in a later release, keep the column, or copy the values into a table first and restore them from the copy.',
    '',
    ...parts,
  ].join('\n');
}
