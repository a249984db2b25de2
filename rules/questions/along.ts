import { inWords, refsOf } from '../../server/src/impact/object-refs.js';
import { goingAlong } from '../../server/src/schema/dependents/along.js';
import type { DependentObject, Target } from '../../server/src/schema/dependents/model.js';
import type { Column } from '../../server/src/schema/model.js';
import type { SchemaState } from '../../server/src/schema/state.js';
import type { Action } from '../../server/src/sql/action.js';
import type { FileSide, RuleContext } from '../engine/define-rule.js';

/** What goes without a word when the target is dropped and `counts`, in words: "the index i"; "" for nothing. */
export function quietly(
  target: Target,
  { before, target: server }: RuleContext,
  counts: (each: DependentObject) => boolean = () => true,
): string {
  const all = goingAlong(target, before);
  const gone = all.filter((each) => {
    const { kind, onDrop, certain, refusesSince = 0 } = each;
    return (
      counts(each) &&
      certain &&
      kind !== 'setting' &&
      kind !== 'default value' &&
      (onDrop === 'goes' || refusesSince > server.postgres)
    );
  });
  const keys = new Set(all.map(({ key }) => key));
  // A part of what goes is not named beside it, nor the index of a constraint beside that.
  const whole = gone.filter(
    (each) => !isPartOf(each, keys) && !isIndexOfConstraint(each, keys, before) && !isBelow(each, target, before),
  );
  return inWords(refsOf(whole, before));
}

function isPartOf({ kind, on }: DependentObject, keys: ReadonlySet<string>): boolean {
  return kind !== 'sequence' && on !== undefined && keys.has(`relation ${on}`);
}

/** The same column of a partition, and the part of an index in it: everybody means them with the whole. */
function isBelow({ kind, key, onDrop }: DependentObject, target: Target, before: SchemaState): boolean {
  if (kind === 'column') return target.kind === 'column' && onDrop === 'goes';
  const index = kind === 'index' ? before.relationByKey(key.slice('relation '.length)) : undefined;
  return index?.kind === 'index' && index.partOf !== undefined;
}

function isIndexOfConstraint({ kind, key }: DependentObject, keys: ReadonlySet<string>, before: SchemaState): boolean {
  const index = kind === 'index' ? before.relationByKey(key.slice('relation '.length)) : undefined;
  return (
    index?.kind === 'index' &&
    index.constraint !== undefined &&
    keys.has(`table constraint ${index.table}.${index.constraint}`)
  );
}

/** The column of a default that is NOT NULL, so that INSERTs which leave it out fail without the default. */
export function neededDefault({ kind, on, name }: DependentObject, before: SchemaState): Column | undefined {
  const column = kind === 'default value' && on !== undefined ? before.tableByKey(on)?.columns.get(name) : undefined;
  return column?.notNull === true ? column : undefined;
}

/** True for what the author drops as well, or makes again: it is no surprise. */
export function isNamed(each: DependentObject, side: FileSide, before: SchemaState): boolean {
  const table = each.on === undefined ? undefined : before.relationByKey(each.on);
  const names =
    each.kind === 'default value' || each.kind === 'table constraint' ? [each.name, table?.name ?? ''] : [each.name];
  return names.some((name) => side.naming(name).some((action) => isAbout(action, each, before)));
}

function isAbout(action: Action, { kind, key, name, on }: DependentObject, before: SchemaState): boolean {
  const isOn = (table: Parameters<SchemaState['relation']>[0]): boolean => before.relation(table)?.key === on;
  switch (action.kind) {
    case 'dropTable':
      return key === `relation ${before.relation(action.table)?.key}` || isOn(action.table);
    case 'dropObject':
      return action.table
        ? kind === action.objectKind && action.object.name === name
        : isSameObject(action.object, key, before);
    case 'dropIndex':
      return kind === 'index' && action.index.name === name;
    case 'createView':
      return (kind === 'view' || kind === 'materialized view') && action.view.name === name;
    case 'createFunction':
      return kind === 'function' && action.function.name === name;
    case 'createTrigger':
      return kind === 'trigger' && action.trigger === name;
    case 'createIndex':
      return kind === 'index' && action.index === name;
    case 'setDefault':
      return kind === 'default value' && action.column === name && isOn(action.table);
    case 'addConstraint': {
      if (kind !== 'table constraint' || !isOn(action.table)) return false;
      const known = on === undefined ? undefined : before.tableByKey(on)?.constraints.get(name);
      const { constraint } = action;
      return constraint.name === undefined
        ? constraint.kind === known?.kind && constraint.columns.join() === known.columns.join()
        : constraint.name === name;
    }
    case 'dropConstraint':
      return kind === 'table constraint' && action.constraint === name && isOn(action.table);
    case 'alterTableOther':
      return (
        kind === 'default value' && action.subcommand === 'addIdentity' && action.name === name && isOn(action.table)
      );
    case 'other':
      return (kind === 'policy' || kind === 'rule') && action.name?.name === name;
    default:
      return false;
  }
}

function isSameObject(name: Parameters<SchemaState['relation']>[0], key: string, before: SchemaState): boolean {
  const [relation, fn, type] = [before.relation(name), before.function(name), before.type(name)];
  return key === `relation ${relation?.key}` || key === `function ${fn?.key}` || key === `type ${type?.key}`;
}
