import { indexesOn } from '../../schema/renames.js';
import type { SchemaState } from '../../schema/state.js';
import type { CreateView, RefreshMaterializedView } from '../../sql/action.js';
import { contradiction, type Failure, notConcurrently, viewColumns } from '../failure.js';
import { outputTypes, typeName } from '../../schema/view-types.js';

/** CREATE OR REPLACE VIEW may only append columns (measured: view-create-or-replace-drop-col). */
export function ofReplaceView(action: CreateView, before: SchemaState): Failure | undefined {
  const view = action.replace ? before.view(action.view) : undefined;
  const old = view?.columns;
  const { columns } = action;
  if (!old || !columns) return undefined;
  const types = view.outputTypes && outputTypes(action, before);
  for (const [index, name] of old.entries()) {
    if (index >= columns.length) return viewColumns('cannot drop columns from view');
    const now = columns[index];
    if (name === undefined || now === undefined) continue;
    if (name !== now) return viewColumns(`cannot change name of view column "${name}" to "${now}"`);
    const [one, two] = [view.outputTypes?.[index], types?.[index]].map((type) => type && typeName(type));
    if (one !== undefined && two !== undefined && one !== two)
      return viewColumns(`cannot change data type of view column "${name}" from ${one} to ${two}`);
  }
  return undefined;
}

/** Two columns of one name, as `SELECT a.id, b.id` gives them (measured: 42701). */
export function ofRepeatedOutput({ columns }: CreateView): Failure | undefined {
  const twice = columns?.find((name, at) => name !== undefined && columns.indexOf(name) < at);
  return twice === undefined
    ? undefined
    : contradiction('42701', `column "${twice}" specified more than once`, 'Give one of the two another name with AS.');
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
