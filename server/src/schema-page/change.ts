import type { ColumnDescription, Named, RelationDescription, SchemaDescription } from './describe.js';

/** What has become of one thing. */
export type Fate = 'new' | 'gone' | 'changed';

export interface ColumnChange {
  readonly fate: Fate;
  readonly name: string;
  /** "integer → bigint"; what it is or was, for one that comes or goes. */
  readonly words: string;
}

export interface NamedChange {
  readonly fate: Fate;
  /** "index", "constraint", "trigger" … */
  readonly kind: string;
  readonly name: string;
  readonly words: string;
}

/** What a migration does to a table or a view. */
export interface RelationChange {
  readonly fate: Fate;
  /** As it is behind the migration; as it was, where it is gone. */
  readonly relation: RelationDescription;
  readonly columns: readonly ColumnChange[];
  readonly others: readonly NamedChange[];
}

/**
 * How two schemas differ, table by table. In: schemas that are replayed from the same files, one of them from more, so
 * that what is renamed is known by its number.
 */
export function schemaChange(before: SchemaDescription, after: SchemaDescription): RelationChange[] {
  const [was, is] = [byOid(before.relations), byOid(after.relations)];
  const found: RelationChange[] = [];
  for (const relation of after.relations) {
    const old = was.get(relation.oid);
    if (!old) found.push({ fate: 'new', relation, columns: [], others: [] });
    else {
      const columns = columnChanges(old, relation);
      const others = [...renamed(old, relation), ...otherChanges(old, relation)];
      if (columns.length > 0 || others.length > 0) found.push({ fate: 'changed', relation, columns, others });
    }
  }
  for (const relation of before.relations)
    if (!is.has(relation.oid)) found.push({ fate: 'gone', relation, columns: [], others: [] });
  return found;
}

function renamed(old: RelationDescription, now: RelationDescription): NamedChange[] {
  return old.key === now.key ? [] : [{ fate: 'changed', kind: 'name', name: now.label, words: `was ${old.label}` }];
}

function byOid<T extends { readonly oid: number }>(all: readonly T[]): Map<number, T> {
  return new Map(all.map((each) => [each.oid, each]));
}

function columnChanges(old: RelationDescription, now: RelationDescription): ColumnChange[] {
  const [was, is] = [byOid(old.columns), byOid(now.columns)];
  return [
    ...now.columns.flatMap((column): ColumnChange[] => {
      const before = was.get(column.oid);
      if (!before) return [{ fate: 'new', name: column.name, words: columnWords(column) }];
      const words = changedWords(before, column);
      return words === '' ? [] : [{ fate: 'changed', name: column.name, words }];
    }),
    ...old.columns.flatMap((column): ColumnChange[] =>
      is.has(column.oid) ? [] : [{ fate: 'gone', name: column.name, words: columnWords(column) }],
    ),
  ];
}

/** A column in a line: type, NOT NULL, default. */
export function columnWords({ type, notNull, value }: ColumnDescription): string {
  return [
    type,
    ...(notNull ? ['NOT NULL'] : []),
    ...(value === '' ? [] : [`default ${value}`.replace(/^default (?=generated:|identity)/, '')]),
  ].join(' ');
}

function changedWords(before: ColumnDescription, now: ColumnDescription): string {
  const parts: string[] = [];
  if (before.name !== now.name) parts.push(`was ${before.name}`);
  if (before.type !== now.type) parts.push(`${before.type} → ${now.type}`);
  if (before.notNull !== now.notNull) parts.push(now.notNull ? 'NOT NULL now' : 'may be NULL now');
  if (before.value !== now.value) parts.push(`default ${before.value || 'none'} → ${now.value || 'none'}`);
  if (before.comment !== now.comment) parts.push('another comment');
  return parts.join(', ');
}

function otherChanges(old: RelationDescription, now: RelationDescription): NamedChange[] {
  const plain = (names: readonly string[]): Named[] => names.map((name) => ({ name, definition: '' }));
  return [
    ...namedChanges('constraint', old.constraints, now.constraints),
    ...namedChanges('index', old.indexes, now.indexes),
    ...namedChanges('partition', old.partitions, now.partitions),
    ...namedChanges('', plain(old.others), plain(now.others)),
  ];
}

function namedChanges(kind: string, old: readonly Named[], now: readonly Named[]): NamedChange[] {
  const [was, is] = [new Map(old.map((each) => [each.name, each])), new Map(now.map((each) => [each.name, each]))];
  return [
    ...now.flatMap(({ name, definition }): NamedChange[] => {
      const before = was.get(name);
      if (!before) return [{ fate: 'new', kind, name, words: definition }];
      return before.definition === definition
        ? []
        : [{ fate: 'changed', kind, name, words: `${before.definition} → ${definition}` }];
    }),
    ...old.flatMap(({ name, definition }): NamedChange[] =>
      is.has(name) ? [] : [{ fate: 'gone', kind, name, words: definition }],
    ),
  ];
}
