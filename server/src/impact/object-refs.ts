import type { DependentObject } from '../schema/dependents/model.js';
import { relationKinds } from '../schema/dependents/model.js';
import type { Relation, Table } from '../schema/model.js';
import type { SchemaState } from '../schema/state.js';
import type { ObjectKind } from '../sql/kinds.js';

/** An object that stands in the way of a statement, for people. */
export interface ObjectRef {
  readonly kind: ObjectKind;
  /** With its schema when that is not on the search path, and with its table: "tr of orders". */
  readonly label: string;
}

/** The schema that has to be written before the name of a relation; undefined where the search path finds it. */
export function schemaToWrite({ schema }: Pick<Relation, 'schema'>, before: SchemaState): string | undefined {
  return before.searchPath.includes(schema) || schema === 'pg_temp' ? undefined : schema;
}

function labelOf(relation: Pick<Relation, 'schema' | 'name'>, before: SchemaState): string {
  const schema = schemaToWrite(relation, before);
  return schema === undefined ? relation.name : `${schema}.${relation.name}`;
}

export function relationRef(relation: Relation, before: SchemaState): ObjectRef {
  return { kind: relationKinds[relation.kind], label: labelOf(relation, before) };
}

/** An object that depends on others, with the relation that it is a part of. */
export function refOf({ kind, name, schema, on }: DependentObject, before: SchemaState): ObjectRef {
  if (kind === 'table of publication') return { kind: 'publication', label: name };
  const shown = kind === 'setting' ? 'column' : kind;
  const owner = on === undefined ? undefined : before.relationByKey(on);
  if (kind === 'default value') return { kind, label: `of ${owner ? labelOf(owner, before) : on}.${name}` };
  const standsAlone = kind === 'index' || kind === 'sequence' || kind === 'statistics';
  if (on !== undefined && !standsAlone)
    return { kind: shown, label: `${name} of ${owner ? labelOf(owner, before) : on.slice(on.indexOf('.') + 1)}` };
  return { kind: shown, label: schema === undefined ? name : labelOf({ schema, name }, before) };
}

export function refsOf(objects: readonly DependentObject[], before: SchemaState): ObjectRef[] {
  return objects.map((each) => refOf(each, before));
}

/** A part of a table: a column or a constraint. */
export function partRef(kind: 'column' | 'table constraint', name: string, of: Table, before: SchemaState): ObjectRef {
  return { kind, label: `${name} of ${labelOf(of, before)}` };
}

/** More names than these would not be read. */
const MOST = 3;

/** "the views a and b and the trigger tr of orders"; of many of a kind the first, and how many more there are. */
export function inWords(objects: readonly ObjectRef[]): string {
  const kinds = new Map<string, Set<string>>();
  for (const { kind, label } of objects) {
    const word = kind === 'table constraint' ? 'constraint' : kind;
    kinds.set(word, (kinds.get(word) ?? new Set()).add(label));
  }
  return joined(
    [...kinds].map(([kind, labels]) => `the ${labels.size === 1 ? kind : plural(kind)} ${named([...labels])}`),
  );
}

function named(labels: readonly string[]): string {
  const more = labels.length - MOST;
  return joined(more > 1 ? [...labels.slice(0, MOST), `${more} more`] : labels);
}

function joined(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

function plural(kind: string): string {
  if (kind === 'statistics') return kind;
  return kind === 'policy' ? 'policies' : kind === 'index' ? 'indexes' : `${kind}s`;
}
