import type { SchemaState } from '../../server/src/schema/state.js';
import type { Action, AlterColumnType } from '../../server/src/sql/action.js';
import type { FileSide, RuleContext } from '../engine/define-rule.js';
import { isSame } from './in-file.js';

/** An enum that is made anew with more values, although ALTER TYPE … ADD VALUE would rewrite nothing. */
export interface EnumAnew {
  /** There and back: by way of another type, which this is the first half of. */
  readonly kind: 'anew' | 'there' | 'back';
  /** The enum, as the file calls it. */
  readonly type: string;
  /** What it has more than before; empty where that is not known. */
  readonly added: readonly string[];
}

/** Undefined where a column does not change from an enum to one with the same values, in their order, and others. */
export function enumAnew(action: AlterColumnType, context: RuleContext): EnumAnew | undefined {
  const { before, earlier, later } = context;
  const column = before.table(action.table)?.columns.get(action.column);
  const old = valuesOf(column?.type, before);
  const next = valuesOf(action.type, before);
  if (old && next) {
    const added = addedTo(old, next);
    return added && { kind: 'anew', type: column?.type?.text ?? '', added };
  }
  if (old && column?.type) {
    const enumName = column.type.name;
    const isBack = changesBack(later, action, enumName);
    const made = isBack ? later.actions('createEnum').find((each) => each.type.name === enumName) : undefined;
    const added = made && addedTo(old, made.values);
    return added && { kind: 'there', type: column.type.text, added };
  }
  const { name } = action.type;
  const isDropOf = (each: Action): boolean => each.kind === 'dropObject' && each.objectKind === 'type';
  const wasDropped = next !== undefined && earlier.naming(name).some(isDropOf);
  const cameFrom = wasDropped && earlier.actions('alterColumnType').some((each) => isSameColumn(each, action));
  return cameFrom ? { kind: 'back', type: action.type.text, added: [] } : undefined;
}

/** "'c'" or "'c' and 'd'" are added; undefined where one goes or the order changes, which ADD VALUE cannot do. */
function addedTo(old: readonly string[], next: readonly string[]): string[] | undefined {
  const kept = next.filter((value) => old.includes(value));
  const isSameOrder = kept.length === old.length && kept.every((value, index) => value === old[index]);
  return isSameOrder && next.length > old.length ? next.filter((value) => !old.includes(value)) : undefined;
}

function valuesOf(
  type: { readonly schema: string | undefined; readonly name: string; readonly arrayDimensions: number } | undefined,
  before: SchemaState,
): readonly string[] | undefined {
  if (!type || type.arrayDimensions > 0) return undefined;
  const known = before.type(type);
  return known?.kind === 'enum' ? known.values : undefined;
}

function changesBack(later: FileSide, action: AlterColumnType, type: string): boolean {
  return later.actions('alterColumnType').some((each) => each.type.name === type && isSameColumn(each, action));
}

function isSameColumn(one: AlterColumnType, other: AlterColumnType): boolean {
  return one.column === other.column && isSame(one.table, other.table);
}
