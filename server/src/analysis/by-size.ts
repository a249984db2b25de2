import type { Reported } from '../../../rules/engine/run.js';
import { keyFor } from '../schema/keys.js';
import type { SchemaState } from '../schema/state.js';
import type { Action } from '../sql/action.js';
import { restorePlaceholders } from '../sql/placeholders.js';
import { visibleLine } from '../sql/visible.js';
import type { MigrationInput } from './analyze.js';
import { type Finding, statusOf } from './finding.js';

/**
 * The finding on a table whose rows the statistics know: where its harm is only that the work takes long
 * (`meta.byRows`, `meta.bySize`), it is information on a small table. Everything else stays as it is.
 */
export function bySize(
  finding: Finding,
  { rule, action }: Reported,
  before: SchemaState,
  { config: { statistics, thresholds }, today }: Pick<MigrationInput, 'config' | 'today'>,
): Finding {
  if (!statistics || !(rule.meta.byRows ?? rule.meta.bySize) || finding.status === 'PASS') return finding;
  const table = tableOf(action, before);
  if (!table) return finding;
  const { smallTableRows: rows, statisticsDays: days } = thresholds;
  const judged = statistics.judge(table.key, table.label, { rows, days, today: today?.() });
  if (!judged) return finding;
  const message = `${finding.message} ${judged.words}`;
  return judged.isSmall ? { ...finding, message, severity: 'info', status: statusOf('info') } : { ...finding, message };
}

/** The table whose rows an action works through. */
function tableOf(
  action: Action | undefined,
  before: SchemaState,
): { readonly key: string; readonly label: string } | undefined {
  if (!action || !('table' in action) || !action.table) return undefined;
  // How long these take is decided by the rows of another table: of what they read, or of what refers to it.
  if (action.kind === 'insert' || action.kind === 'merge' || action.kind === 'copy' || action.kind === 'delete')
    return undefined;
  const { table } = action;
  // A name without its schema that no file has made may be another table than the one in the first schema.
  if (table.schema === undefined && !before.table(table)) return undefined;
  const label = table.schema === undefined ? table.name : `${table.schema}.${table.name}`;
  return { key: keyFor(before, table), label: visibleLine(restorePlaceholders(label)) };
}
