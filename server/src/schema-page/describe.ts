import type { Catalog } from '../sql/catalog/catalog.js';
import { isKind } from '../sql/catalog/catalog.js';
import type { Column, Constraint, Table, View } from '../sql/catalog/model.js';
import { render } from '../sql/catalog/print.js';
import { constraintSql, indexSql } from '../rollback/print/tables.js';
import type { Printing } from '../rollback/print/sql.js';

/** A column as a page shows it. */
export interface ColumnDescription {
  /** The same in each schema that is replayed from the same files. */
  readonly oid: number;
  readonly name: string;
  /** "" where no file shows it. */
  readonly type: string;
  readonly notNull: boolean;
  /** A default, what it is generated from, or "identity". */
  readonly value: string;
  readonly comment: string;
  readonly isPrimaryKey: boolean;
  /** The keys of the tables that it refers to. */
  readonly references: readonly string[];
}

/** A table or a view. */
export interface RelationDescription {
  /** As of a column. */
  readonly oid: number;
  /** With its schema: one for each. */
  readonly key: string;
  /** Without the schema where that is public. */
  readonly label: string;
  readonly kind: 'table' | 'partitioned table' | 'partition' | 'foreign table' | 'view' | 'materialized view';
  readonly comment: string;
  readonly columns: readonly ColumnDescription[];
  /** Name and definition, NOT NULL and primary keys of one column left out of neither. */
  readonly constraints: readonly Named[];
  readonly indexes: readonly Named[];
  /** Its partitions, with their bounds. */
  readonly partitions: readonly Named[];
  /** Triggers and policies, by their first words. */
  readonly others: readonly string[];
  /** The tables whose foreign keys point here, with the columns. */
  readonly referencedBy: readonly Reference[];
  readonly references: readonly Reference[];
  /** False where the files do not hold the whole of it. */
  readonly isWhole: boolean;
}

export interface Named {
  readonly name: string;
  readonly definition: string;
}

export interface Reference {
  readonly constraint: string;
  /** The key of the other table, and its label. */
  readonly key: string;
  readonly label: string;
  readonly columns: readonly string[];
  readonly onDelete: string;
  /** False where a column of it may be NULL. */
  readonly isRequired: boolean;
  /** True where its columns are a key, so that there is at most one row. */
  readonly isOne: boolean;
}

export interface SchemaDescription {
  readonly relations: readonly RelationDescription[];
  readonly enums: readonly { readonly name: string; readonly labels: readonly string[]; readonly comment: string }[];
}

/** What a catalog holds, sorted by name. Temporary objects, and those of which the files only know the name, are left out. */
export function describeSchema(catalog: Catalog, postgres: number): SchemaDescription {
  const printing: Printing = { catalog, postgres, concurrently: false };
  const relations: RelationDescription[] = [];
  const enums: SchemaDescription['enums'][number][] = [];
  const pointing = new Map<number, Constraint[]>();
  for (const object of catalog.all())
    if (isKind(object, 'constraint') && object.references)
      pointing.set(object.references.table, [...(pointing.get(object.references.table) ?? []), object]);
  for (const object of catalog.all()) {
    if (object.schema === 'pg_temp') continue;
    if (isKind(object, 'table') && object.persistence !== 'temporary') {
      if (object.origin === 'unknown' && object.columns.length === 0) continue;
      relations.push(tableOf(object, pointing.get(object.oid) ?? [], printing));
    } else if (isKind(object, 'view')) relations.push(viewOf(object, printing));
    else if (isKind(object, 'type') && object.type === 'enum')
      enums.push({ name: labelOf(object), labels: object.labels, comment: object.comment ?? '' });
  }
  return {
    relations: relations.sort((one, two) => compare(one.key, two.key)),
    enums: enums.sort((one, two) => compare(one.name, two.name)),
  };
}

function compare(one: string, two: string): number {
  return one < two ? -1 : one > two ? 1 : 0;
}

function labelOf({ schema, name }: { readonly schema: string | undefined; readonly name: string }): string {
  return schema === undefined || schema === 'public' ? name : `${schema}.${name}`;
}

function keyOf({ schema, name }: { readonly schema: string | undefined; readonly name: string }): string {
  return `${schema ?? 'public'}.${name}`;
}

/** In: the foreign keys that point to the table. */
function tableOf(table: Table, pointing: readonly Constraint[], printing: Printing): RelationDescription {
  const { catalog } = printing;
  const parts = catalog.childrenOf(table.oid);
  const constraints = parts.filter((each) => isKind(each, 'constraint')).filter(({ type }) => type !== 'NOT NULL');
  const primary = new Set(constraints.filter(({ type }) => type === 'PRIMARY KEY').flatMap(({ columns }) => columns));
  const columns = table.columns.flatMap((oid) => {
    const column = catalog.get(oid);
    return column && isKind(column, 'column') ? [columnOf(column, constraints, primary.has(oid), printing)] : [];
  });
  const kind = table.foreign
    ? 'foreign table'
    : table.partitionOf !== undefined
      ? 'partition'
      : table.partitionBy
        ? 'partitioned table'
        : 'table';
  return {
    oid: table.oid,
    key: keyOf(table),
    label: labelOf(table),
    kind,
    comment: table.comment ?? '',
    columns,
    constraints: constraints.map((each) => ({
      name: each.name,
      definition: constraintSql(each, printing).replace(/^CONSTRAINT (?:"(?:[^"]|"")*"|\S+) /, ''),
    })),
    indexes: catalog
      .indexesOf(table.oid)
      .filter(({ constraint, partOf }) => constraint === undefined && partOf === undefined)
      .map((each) => ({
        name: each.name,
        definition: indexSql(each, printing, { concurrently: false, only: false }).replace(
          /^CREATE (UNIQUE )?INDEX [\s\S]*? USING /,
          '$1',
        ),
      })),
    partitions: catalog
      .heirsOf(table.oid)
      .filter(({ partitionOf }) => partitionOf === table.oid)
      .map((each) => ({ name: labelOf(each), definition: each.bound ? render(each.bound, catalog) : 'DEFAULT' })),
    others: parts.flatMap((each) =>
      isKind(each, 'definition') && (each.type === 'TRIGGER' || each.type === 'RULE')
        ? [`${each.type.toLowerCase()} ${each.name}`]
        : isKind(each, 'policy')
          ? [`policy ${each.name}`]
          : [],
    ),
    references: constraints.flatMap((each) => referenceOf(each, 'to', catalog, constraints)),
    referencedBy: pointing.flatMap((each) => {
      const siblings = catalog.childrenOf(each.parent ?? -1).filter((one) => isKind(one, 'constraint'));
      return referenceOf(each, 'from', catalog, siblings);
    }),
    isWhole: table.origin === 'defined',
  };
}

function columnOf(
  column: Column,
  constraints: readonly Constraint[],
  isPrimaryKey: boolean,
  { catalog }: Printing,
): ColumnDescription {
  const value = column.generated
    ? `generated: ${render(column.generated.expression, catalog)}`
    : column.identity
      ? 'identity'
      : column.default
        ? render(column.default, catalog)
        : '';
  const references = constraints.flatMap((each) => {
    const to = each.columns.includes(column.oid) && each.references ? catalog.get(each.references.table) : undefined;
    return to ? [keyOf(to)] : [];
  });
  return {
    oid: column.oid,
    name: column.name,
    type: column.type ? render(column.type, catalog) : '',
    notNull: column.notNull || isPrimaryKey,
    value,
    comment: column.comment ?? '',
    isPrimaryKey,
    references,
  };
}

/** A foreign key as one of its two tables sees it. In: all constraints of the table that has it. */
function referenceOf(
  each: Constraint,
  direction: 'to' | 'from',
  catalog: Catalog,
  siblings: readonly Constraint[],
): Reference[] {
  const other = catalog.get(direction === 'to' ? each.references?.table : each.parent);
  if (!each.references || !other) return [];
  const columns = each.columns.flatMap((oid) => {
    const column = catalog.get(oid);
    return column && isKind(column, 'column') ? [column] : [];
  });
  const isKey = ({ type, columns: own }: Constraint): boolean =>
    (type === 'PRIMARY KEY' || type === 'UNIQUE') && own.length > 0 && own.every((oid) => each.columns.includes(oid));
  const inPrimary = (oid: number): boolean =>
    siblings.some(({ type, columns: own }) => type === 'PRIMARY KEY' && own.includes(oid));
  return [
    {
      constraint: each.name,
      key: keyOf(other),
      label: labelOf(other),
      columns: columns.map(({ name }) => name),
      onDelete: each.references.onDelete,
      isRequired: columns.every(({ oid, notNull }) => notNull || inPrimary(oid)),
      isOne: siblings.some(isKey),
    },
  ];
}

function viewOf(view: View, printing: Printing): RelationDescription {
  const { catalog } = printing;
  return {
    oid: view.oid,
    partitions: [],
    key: keyOf(view),
    label: labelOf(view),
    kind: view.materialized ? 'materialized view' : 'view',
    comment: view.comment ?? '',
    columns: view.columns.flatMap((oid) => {
      const column = catalog.get(oid);
      return column && isKind(column, 'column') ? [columnOf(column, [], false, printing)] : [];
    }),
    constraints: [],
    indexes: catalog.indexesOf(view.oid).map((each) => ({
      name: each.name,
      definition: indexSql(each, printing, { concurrently: false, only: false }).replace(
        /^CREATE (UNIQUE )?INDEX [\s\S]*? USING /,
        '$1',
      ),
    })),
    others: [],
    references: [],
    referencedBy: [],
    isWhole: view.origin === 'defined',
  };
}
