import { outputType, type OutputType, plainType, typeName } from '../../schema/view-types.js';
import type { SchemaState } from '../../schema/state.js';
import type { Action, Insert, Update } from '../../sql/action.js';
import { converts } from '../casts.js';
import { type Failure, typeMismatch } from '../failure.js';

/** A value that PostgreSQL does not convert to the type of its column by itself (measured on 15: 42804). */
export function ofAssigned(action: Action, before: SchemaState): Failure | undefined {
  if (action.kind !== 'update' && action.kind !== 'insert') return undefined;
  return action.typed && ofValues(action, action.typed, before);
}

function ofValues(
  action: Insert | Update,
  typed: NonNullable<Update['typed']>,
  before: SchemaState,
): Failure | undefined {
  const table = before.table(action.table);
  // A cast that somebody has made may convert it.
  if (!table || before.made('a cast')) return undefined;
  const names = action.kind === 'insert' ? (action.columns ?? (table.complete ? [...table.columns.keys()] : [])) : [];
  for (const { to, output } of typed) {
    const name = typeof to === 'number' ? names[to] : to;
    const column = name === undefined ? undefined : table.columns.get(name);
    const from = outputType(output, before);
    if (!column?.type || !from) continue;
    const type = plainType(column.type);
    if (converts({ ...from, text: '' }, { ...type, text: '' }, before)) continue;
    const [own, other] = [shown(type, before), shown(from, before)];
    if (own === undefined || other === undefined) continue;
    return typeMismatch(
      `column "${column.name}" is of type ${own} but expression is of type ${other}`,
      `Cast the value: (…)::${own}.`,
    );
  }
  return undefined;
}

/** As PostgreSQL writes it in an error, without its length. */
function shown(type: OutputType, before: SchemaState): string | undefined {
  const builtIn = typeName({ ...type, modifiers: [] });
  if (builtIn !== undefined) return builtIn;
  const user = before.type(type);
  // Outside of the search path it is written with its schema.
  if (user?.kind !== 'enum' || user.schema !== 'public' || !before.hasDefaultPath) return undefined;
  return `${user.name}${type.arrayDimensions > 0 ? '[]' : ''}`;
}
