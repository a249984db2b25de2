import type { Dependent, Relation, Table } from '../schema/model.js';
import type { SchemaState } from '../schema/state.js';
import type { ObjectKind } from '../sql/kinds.js';

/** An object that stands in the way of a statement, for people. */
export interface ObjectRef {
  readonly kind: ObjectKind;
  /** With its schema when that is not on the search path, and with its table: "tr of orders". */
  readonly label: string;
}

const relationKinds: Readonly<Record<Relation['kind'], ObjectKind>> = {
  table: 'table',
  foreignTable: 'foreign table',
  index: 'index',
  view: 'view',
  materializedView: 'materialized view',
  sequence: 'sequence',
};

const dependentKinds: Readonly<Record<Dependent['kind'], ObjectKind>> = {
  trigger: 'trigger',
  policy: 'policy',
  rule: 'rule',
  function: 'function',
  statistics: 'statistics',
  publication: 'publication',
  published: 'publication',
  aggregate: 'aggregate',
  'event trigger': 'event trigger',
};

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

/** The relations behind keys, as far as the state has them. */
export function relationRefs(keys: Iterable<string>, before: SchemaState): ObjectRef[] {
  return [...keys].flatMap((key) => {
    const relation = before.relationByKey(key);
    return relation ? relationRef(relation, before) : [];
  });
}

/** A trigger, policy, rule … with the table that it belongs to when it does. */
export function dependentRef({ kind, name, on }: Dependent, before: SchemaState): ObjectRef {
  const table = on === undefined ? undefined : before.relationByKey(on);
  const ownName = kind === 'published' || kind === 'statistics' || !table;
  return { kind: dependentKinds[kind], label: ownName ? name : `${name} of ${labelOf(table, before)}` };
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
