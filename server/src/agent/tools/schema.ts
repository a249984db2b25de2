import * as v from 'valibot';
import type { Constraint, Index, Table } from '../../schema/model.js';
import type { SchemaState } from '../../schema/state.js';
import { open } from '../desk.js';
import { analysed, firstOf, readable } from '../judged.js';
import { notes } from '../shapes.js';
import { defineTool, described, ToolError } from '../tool.js';

const MOST_TABLES = 20;
const MOST_NAMES = 300;

const table = v.object({
  name: v.string(),
  complete: described(v.boolean(), 'False where no file makes it: it may have more than is here.'),
  columns: v.array(
    v.object({
      name: v.string(),
      type: described(v.nullable(v.string()), 'null: not known.'),
      notNull: described(v.nullable(v.boolean()), 'null: not known.'),
      default: v.optional(v.string()),
      generated: v.optional(v.string()),
      identity: v.optional(v.picklist(['always', 'byDefault'])),
    }),
  ),
  indexes: v.array(
    v.object({
      name: v.string(),
      unique: v.boolean(),
      method: v.string(),
      columns: described(v.array(v.nullable(v.string())), 'null: an expression.'),
      where: v.optional(v.string()),
    }),
  ),
  constraints: v.array(
    v.object({
      name: v.string(),
      kind: v.string(),
      columns: v.array(v.string()),
      definition: described(v.string(), 'As it was written: behind a column it does not name it.'),
      validated: v.boolean(),
    }),
  ),
  referencedBy: described(v.array(v.string()), 'Tables whose foreign keys point here.'),
  partitionOf: v.optional(v.string()),
  partitionedBy: v.optional(v.string()),
});

export const schemaAt = defineTool({
  name: 'schema_at',
  title: 'Show the schema as of a migration',
  summary: 'tables, columns, indexes and constraints behind or before a migration, read from the files',
  description:
    'Tables with their columns, indexes and constraints as the migrations have made them, behind (or before) a migration. Read from the files, without a database: what no file shows is not known.',
  input: v.strictObject({
    path: described(v.string(), 'A migration; of a folder its last one.'),
    when: v.optional(described(v.picklist(['after', 'before']), 'Default: after.')),
    tables: v.optional(described(v.array(v.string()), 'Only these, with or without their schema.')),
  }),
  output: v.object({
    file: v.string(),
    when: v.picklist(['after', 'before']),
    tables: v.array(table),
    otherTables: described(v.array(v.string()), 'The names of those that were left out here.'),
    notFound: described(v.array(v.string()), 'Asked for, and in no file. They may be in the database all the same.'),
    notes,
  }),
  async run({ path, when = 'after', tables: wanted }, desk) {
    const opened = await open({ paths: [path] }, desk);
    const { workspace } = opened;
    const ups = opened.files.filter((each) => !workspace.isDown(each.path));
    const file = ups.at(-1) ?? opened.files[0];
    if (opened.files.length > 1 && new Set(ups.map((each) => workspace.projectOf(each.path))).size > 1)
      throw new ToolError('There are several folders of migrations here. Name a file, or one of them.');
    const state =
      when === 'after'
        ? analysed(workspace.analyze(file.path), file.name).after
        : analysed(workspace.inputFor(file.path), file.name).before;
    const all = tablesOf(state);
    const isWanted = ({ name, schema }: Table): boolean =>
      wanted === undefined || wanted.includes(name) || wanted.includes(`${schema}.${name}`);
    const chosen = all.filter(isWanted);
    const shown = firstOf(chosen, MOST_TABLES);
    const names = new Set(chosen.flatMap(({ name, schema }) => [name, `${schema}.${name}`]));
    return {
      file: file.name,
      when,
      tables: shown.map((each) => shownTable(each, state)),
      otherTables: firstOf(chosen.slice(MOST_TABLES), MOST_NAMES).map(nameOf),
      notFound: (wanted ?? []).filter((name) => !names.has(name)).map(readable),
      notes: opened.problems(),
    };
  },
});

function tablesOf(state: SchemaState): Table[] {
  return [...state.relations()]
    .filter((each): each is Table => each.kind === 'table' || each.kind === 'foreignTable')
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Without the schema that every session has in its path. */
function nameOf({ schema, name }: Pick<Table, 'schema' | 'name'>): string {
  return readable(schema === 'public' ? name : `${schema}.${name}`);
}

function shownTable(each: Table, state: SchemaState) {
  const named = (key: string | undefined): string | undefined => {
    const found = key === undefined ? undefined : state.tableByKey(key);
    return found && nameOf(found);
  };
  const partitionOf = named(each.partitionOf);
  return {
    name: nameOf(each),
    complete: each.complete,
    columns: [...each.columns.values()].map((column) => ({
      name: readable(column.name),
      type: column.type === undefined ? null : readable(column.type.text),
      notNull: column.notNull ?? null,
      ...(column.default === undefined ? {} : { default: readable(column.default) }),
      ...(column.generated === undefined ? {} : { generated: readable(column.generated.expression) }),
      ...(column.identity === undefined ? {} : { identity: column.identity }),
    })),
    indexes: [...each.indexes].flatMap((key) => {
      const index = state.relationByKey(key);
      return index?.kind === 'index' ? [shownIndex(index)] : [];
    }),
    constraints: [...each.constraints.values()].map(shownConstraint),
    referencedBy: [...each.referencedBy].flatMap((key) => named(key) ?? []),
    ...(partitionOf === undefined ? {} : { partitionOf }),
    ...(each.partitionBy === undefined
      ? {}
      : { partitionedBy: readable(`${each.partitionBy.strategy} (${each.partitionBy.columns.join(', ')})`) }),
  };
}

function shownIndex({ name, unique, method, columns, predicate }: Index) {
  return {
    name: readable(name),
    unique,
    method,
    columns: columns.map((column) => (column === undefined ? null : readable(column))),
    ...(predicate === undefined ? {} : { where: readable(predicate) }),
  };
}

function shownConstraint({ name, kind, columns, definition, validated }: Constraint) {
  return { name: readable(name), kind, columns: columns.map(readable), definition: readable(definition), validated };
}
