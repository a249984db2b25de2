import { isRoutine } from '../../sql/kinds.js';
import type { SchemaState } from '../state.js';
import { type DependentObject, isRelationKind, relationObject, type Target, whole } from './model.js';
import { ofColumn } from './of-column.js';
import { ofExtension } from './of-extension.js';
import { ofFunction, recordsCalling } from './of-function.js';
import { ofConstraint, ofRelation } from './of-relation.js';
import { ofType } from './of-type.js';

/**
 * What depends on this, directly: the one answer, which refusals, cascades, splits and findings are made of.
 * In: the state in which the target stands. Bodies of functions are not among it (see code.ts).
 */
export function dependentsOn(target: Target, state: SchemaState): DependentObject[] {
  switch (target.kind) {
    case 'column':
      return ofColumn(target.table, target.column, state);
    case 'constraint':
      return ofConstraint(target.table, target.constraint, state);
    case 'relation':
      return ofRelation(target.relation, state);
    case 'function':
      return ofFunction(target.function, target.arguments, state);
    case 'type':
      return ofType(target.type, state);
    case 'dependent':
      // An aggregate is no function of the state, so that what calls it knows it by its bare name.
      return target.dependent.kind === 'aggregate' ? recordsCalling(target.dependent.name, true, state) : [];
    case 'extension':
      return ofExtension(target.name, state);
    case 'schema':
      return ofSchema(target.name, state);
  }
}

function ofSchema(schema: string, state: SchemaState): DependentObject[] {
  const how = { onDrop: 'refuses' } as const;
  const found: DependentObject[] = [];
  for (const relation of state.relations())
    if (relation.schema === schema && relation.kind !== 'index') found.push(relationObject(relation, how));
  for (const fn of state.functions()) if (fn.schema === schema) found.push(whole('function', fn, how));
  for (const type of state.types())
    if (type.schema === schema) found.push(whole(type.kind === 'domain' ? 'domain' : 'type', type, how));
  return found;
}

/**
 * Everything that goes when the target is dropped with CASCADE, each once, without the target: what depends on it, what
 * depends on that, and so on. `onDrop` of each says what DROP without CASCADE makes of it; where one way lets it go
 * without a word, it goes without a word, as in PostgreSQL (reportDependentObjects).
 */
export function goingAlong(target: Target, state: SchemaState): DependentObject[] {
  const found = new Map<string, DependentObject>();
  const open: Open[] = [{ target, recurses: true, onDrop: undefined, certain: true }];
  const self = keyOfTarget(target);
  for (let next = open.pop(); next; next = open.pop()) {
    for (const direct of dependentsOn(next.target, state)) {
      const each = asReached(direct, next);
      if (!each || each.key === self || each.onDrop === 'stays') continue;
      const isBelow = next.target.kind === each.kind.replace('table ', '') && each.onDrop === 'goes';
      // ALTER TABLE walks down to the children of the table that it names; what CASCADE reaches is dropped by itself.
      if (isBelow && !next.recurses) continue;
      const known = found.get(each.key);
      // An index that goes with its constraint says nothing new of that.
      if (known && direct.onDrop === 'requires') continue;
      const now = known ? both(known, each) : each;
      found.set(each.key, now);
      // Looked at once more where another way makes it certain, and with it what hangs on it.
      if (known && (known.certain || !now.certain)) continue;
      const further = each.onDrop === 'requires' ? undefined : targetOf(each, state);
      if (further) open.push({ target: further, recurses: isBelow, onDrop: each.onDrop, certain: now.certain });
    }
  }
  return withOwner(target, [...found.values()]);
}

/**
 * What makes PostgreSQL refuse to drop the target without CASCADE, as far as it is certain: as its DETAIL lists it.
 * In: the major version; the keys of what the same statement drops as well.
 */
export function refusing(
  target: Target,
  state: SchemaState,
  postgres: number,
  gone: ReadonlySet<string> = new Set(),
): DependentObject[] {
  return goingAlong(target, state).filter(
    ({ key, on, onDrop, certain, refusesSince = 0 }) =>
      (onDrop === 'refuses' || onDrop === 'requires') &&
      certain &&
      refusesSince <= postgres &&
      !gone.has(key) &&
      !(on !== undefined && gone.has(`relation ${on}`)),
  );
}

interface Open {
  readonly target: Target;
  /** ALTER TABLE walks down from it to the children of its table. */
  readonly recurses: boolean;
  /** How it was reached; undefined for what is dropped itself. */
  readonly onDrop: DependentObject['onDrop'] | undefined;
  readonly certain: boolean;
}

/**
 * A dependent by the way on which it was reached. Only what is dropped itself can be kept by its whole: the constraint of
 * an index that goes, goes as well. What hangs on something that may go, may go.
 */
function asReached(each: DependentObject, { onDrop, certain }: Open): DependentObject | undefined {
  const own = certain || !each.certain ? each : { ...each, certain: false };
  if (own.onDrop !== 'requires' || onDrop === undefined) return own;
  return own.kind === 'table constraint' ? { ...own, onDrop } : undefined;
}

/** A part of a relation that goes without a word goes without a word itself, whatever else it depends on. */
function withOwner(target: Target, all: readonly DependentObject[]): DependentObject[] {
  const quiet = new Set(all.flatMap(({ key, onDrop }) => (onDrop === 'goes' ? key : [])));
  const self = keyOfTarget(target);
  if (self !== undefined) quiet.add(self);
  return all.map((each) => {
    const owned =
      each.on !== undefined && (quiet.has(`relation ${each.on}`) || quiet.has(`column ${each.on}.${each.name}`));
    return owned && each.onDrop === 'refuses' ? { ...each, onDrop: 'goes' } : each;
  });
}

const strength = { goes: 3, requires: 2, refuses: 1, stays: 0 } as const;

function both(a: DependentObject, b: DependentObject): DependentObject {
  const stronger = strength[b.onDrop] > strength[a.onDrop] ? b : a;
  return { ...stronger, certain: a.certain || b.certain };
}

/** The key that a target has as a dependent of others. */
export function keyOfTarget(target: Target): string | undefined {
  switch (target.kind) {
    case 'column':
      return `column ${target.table.key}.${target.column}`;
    case 'constraint':
      return `table constraint ${target.table.key}.${target.constraint.name}`;
    case 'relation':
      return `relation ${target.relation.key}`;
    case 'function':
      return `function ${target.function.key}`;
    case 'type':
      return `type ${target.type.key}`;
    default:
      return undefined;
  }
}

/** A dependent as a target of its own; undefined for what nothing can depend on. */
export function targetOf(object: DependentObject, state: SchemaState): Target | undefined {
  const { kind, on, name } = object;
  const key = object.key.slice(object.key.indexOf(' ') + 1);
  if (isRelationKind(kind)) {
    const relation = state.relationByKey(key);
    return relation && { kind: 'relation', relation };
  }
  if (kind === 'aggregate') {
    const dependent = state.dependent(object.key);
    return dependent && { kind: 'dependent', dependent };
  }
  const table = on === undefined ? undefined : state.tableByKey(on);
  if (kind === 'column') return table && { kind: 'column', table, column: name };
  if (kind === 'table constraint') {
    const constraint = table?.constraints.get(name);
    return table && constraint && { kind: 'constraint', table, constraint };
  }
  if (isRoutine(kind as Parameters<typeof isRoutine>[0])) {
    const found = state.functionByKey(key);
    return found && { kind: 'function', function: found };
  }
  if (kind === 'type' || kind === 'domain') {
    const type = state.typeByKey(key);
    return type && { kind: 'type', type };
  }
  return undefined;
}
