import type { SchemaState } from '../../schema/state.js';
import type { Action, Insert, Update } from '../../sql/action.js';
import { selected } from './computed.js';
import { contradiction, type Failure, wrongWidth } from '../failure.js';

/** INSERT and UPDATE whose columns and values do not fit together. */
export function ofWrittenColumns(action: Action, before: SchemaState): Failure | undefined {
  if (action.kind === 'insert') return ofInsert(action, before);
  return action.kind === 'update' ? ofUpdate(action) : undefined;
}

function ofInsert(action: Insert, before: SchemaState): Failure | undefined {
  const { columns, isUneven } = action;
  const twice = columns?.find((name, at) => columns.indexOf(name) < at);
  if (isUneven)
    return contradiction('42601', 'VALUES lists must all be the same length', 'Give every row as many values.');
  if (twice !== undefined)
    return contradiction('42701', `column "${twice}" specified more than once`, 'Name the column once.');
  const width = action.width ?? selected(action, before);
  if (width === undefined || width === 0) return undefined;
  const table = columns ? undefined : before.table(action.table);
  const most = columns?.length ?? (table?.complete ? table.columns.size : undefined);
  if (most !== undefined && width > most)
    return wrongWidth('INSERT has more expressions than target columns', !columns);
  // Without a list, the columns behind get their defaults.
  return columns && width < columns.length
    ? wrongWidth('INSERT has more target columns than expressions', false)
    : undefined;
}

function ofUpdate({ sets }: Update): Failure | undefined {
  const names = sets.map(({ column }) => column);
  const twice = names.find((name, at) => names.indexOf(name) < at);
  return twice === undefined
    ? undefined
    : contradiction('42601', `multiple assignments to same column "${twice}"`, 'Set the column once.');
}
