import { nameOf } from '../../../rules/engine/words.js';
import type { Index } from '../schema/model.js';
import type { SchemaState } from '../schema/state.js';
import type { ObjectName } from '../sql/action.js';
import { changes, gone, type Loss } from './lost-ability.js';
import { isOfRelease, type ReleaseBounds } from './release.js';

// What code loses with a unique index or a key: a target of ON CONFLICT, and that rows are unique.

/** True where a whole unique index on just these columns is there. */
export function hasUnique(state: SchemaState, name: ObjectName, columns: readonly string[]): boolean {
  const table = state.table(name);
  if (!table) return false;
  const isSame = (others: readonly (string | undefined)[]): boolean =>
    others.length === columns.length && others.every((each) => each !== undefined && columns.includes(each));
  for (const key of table.indexes) {
    const index = state.relationByKey(key);
    if (index?.kind === 'index' && index.unique && index.predicate === undefined && isSame(index.columns)) return true;
  }
  return [...table.constraints.values()].some(
    ({ kind, columns: own }) => (kind === 'unique' || kind === 'primaryKey') && isSame(own),
  );
}

/** In: what stood behind ON CONFLICT, and the name of the constraint where it was one. */
export function withoutArbiter(table: ObjectName, target: string, constraint: string | undefined): Loss[] {
  const name = nameOf(table);
  const [on, code] =
    constraint === undefined ? [target, '42P10'] : [`${target} or ON CONSTRAINT ${constraint}`, '42P10, 42704'];
  return [
    gone(`INSERT INTO ${name} … ON CONFLICT ${on} fails (${code})`),
    changes(`nothing keeps a second row with the same ${target} out of ${name}`),
  ];
}

/** ON CONFLICT takes an exclusion constraint by its name alone. */
export function withoutExclusion(table: ObjectName, constraint: string): Loss[] {
  const name = nameOf(table);
  return [
    gone(`INSERT INTO ${name} … ON CONFLICT ON CONSTRAINT ${constraint} fails (42704)`),
    changes(`nothing keeps rows that collide out of ${name}`),
  ];
}

/** In: the index that goes; undefined for one that no file has made. */
export function withoutIndex(index: Index | undefined, before: SchemaState, bounds: ReleaseBounds): Loss[] {
  const on = index && before.tableByKey(index.table);
  if (!index?.unique || !on || index.release >= bounds.first || isOfRelease(on, bounds)) return [];
  const columns = index.columns.filter((column) => column !== undefined);
  const isWhole = columns.length === index.columns.length && index.predicate === undefined;
  const name = { schema: on.schema === 'public' ? undefined : on.schema, name: on.name, span: undefined };
  if (isWhole && hasUnique(bounds.end, name, columns)) return [];
  // One that is made anew under its name takes the place of the old one.
  const again = bounds.end.relationByKey(index.key);
  if (!isWhole && again?.kind === 'index' && again.unique) return [];
  const where = index.predicate === undefined ? '' : ` WHERE ${index.predicate}`;
  return withoutArbiter(name, `(${[...columns, ...index.expressions].join(', ')})${where}`, undefined);
}
