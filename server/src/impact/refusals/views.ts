import { indexesOn } from '../../schema/renames.js';
import type { SchemaState } from '../../schema/state.js';
import type { CreateView, RefreshMaterializedView } from '../../sql/action.js';
import { type Failure, notConcurrently, viewColumns } from '../failure.js';

/** CREATE OR REPLACE VIEW may only append columns (measured: view-create-or-replace-drop-col). */
export function ofReplaceView(action: CreateView, before: SchemaState): Failure | undefined {
  const old = action.replace ? before.view(action.view)?.columns : undefined;
  const { columns } = action;
  if (!old || !columns) return undefined;
  for (const [index, name] of old.entries()) {
    if (index >= columns.length) return viewColumns('cannot drop columns from view');
    const now = columns[index];
    if (name === undefined || now === undefined || name === now) continue;
    return viewColumns(`cannot change name of view column "${name}" to "${now}"`);
  }
  return undefined;
}

/** REFRESH … CONCURRENTLY needs a unique index on plain columns, and rows to compare with (measured). */
export function ofRefresh(action: RefreshMaterializedView, before: SchemaState): Failure | undefined {
  const view = before.view(action.view);
  if (!action.concurrently || view?.kind !== 'materializedView') return undefined;
  if (!view.populated)
    return notConcurrently(
      '0A000',
      'CONCURRENTLY cannot be used when the materialized view is not populated',
      'Refresh it once without CONCURRENTLY, while nobody can read it anyway.',
    );
  if (hasUsableUniqueIndex(view.key, before)) return undefined;
  return notConcurrently(
    '55000',
    `cannot refresh materialized view "${view.schema}.${view.name}" concurrently`,
    'Give it a unique index on plain columns without WHERE first, or refresh it without CONCURRENTLY.',
  );
}

/** True when REFRESH … CONCURRENTLY can keep the rows apart. */
export function hasUsableUniqueIndex(view: string, before: SchemaState): boolean {
  return indexesOn(view, before).some(
    (index) => index.unique && index.predicate === undefined && index.expressions.length === 0,
  );
}
