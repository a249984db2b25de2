import type { Constraint, Index, Table } from '../../schema/model.js';
import { freeConstraintName, freeRelationName } from '../../schema/names.js';
import { buildName } from '../../schema/own-names.js';
import type { ObjectName, QualifiedName } from '../../sql/action.js';
import { objectSql, qualify, quoteIdentifier } from '../../sql/quote.js';
import { hangsOnColumn } from '../hangs-on-column.js';
import { alterTable, isRefused, type Refusal } from '../plan.js';
import { freeColumn, lastTrigger } from '../sync-trigger.js';
import { knownColumn, type KnownColumn, knownTable, onlyStatement, type PatternContext } from './pattern.js';

/** A column of a smaller integer type that a bigint column takes the place of. */
export interface WidenedColumn {
  readonly column: KnownColumn;
  /** The bigint column until the swap, and the old one behind it. */
  readonly next: string;
  readonly old: string;
  /** Its sequence by schema and name, where one belongs to it. */
  readonly sequence: QualifiedName | undefined;
}

/** An index over widened columns. */
export interface WidenedIndex {
  readonly index: Index;
  /** What it is built as for the new columns, until the swap gives it its name. */
  readonly build: string;
  /** The index of the old columns from the swap on. That of a constraint goes with it, so that one more is built for it. */
  readonly aside: string;
  /** The constraint that it belongs to: "PRIMARY KEY" or "UNIQUE" and its name. */
  readonly constraint: { readonly name: string; readonly words: string } | undefined;
}

/** A foreign key of one column that refers to a widened one. */
export interface WidenedKey {
  readonly name: string;
  /** Its name until the swap, for the new columns. */
  readonly next: string;
  readonly column: string;
  readonly parent: WidenedTable;
  readonly parentColumn: string;
  /** ON DELETE and what else stands behind the columns. */
  readonly tail: string;
}

/** A table with columns to widen, or with foreign keys to such alone. */
export interface WidenedTable {
  readonly table: ObjectName;
  readonly known: Table;
  readonly columns: WidenedColumn[];
  readonly indexes: WidenedIndex[];
  readonly keys: WidenedKey[];
  /** The trigger that keeps the columns equal. */
  readonly sync: string;
}

const smaller = ['int2', 'int4'];

/**
 * The primary key column of a table and every column that refers to it, directly or through others, table by table:
 * those that refer to others come before those. A refusal that names what cannot be carried over.
 */
export function widenedTables(table: ObjectName, known: Table, context: PatternContext): WidenedTable[] | Refusal {
  const primary = [...known.constraints.values()].find(({ kind }) => kind === 'primaryKey');
  const [key, ...more] = primary?.columns ?? [];
  if (key === undefined || more.length > 0)
    return {
      refused: `${table.name} has ${key === undefined ? 'no primary key' : 'a primary key of several columns'}: only one of a single column is widened with what refers to it.`,
    };
  const found = new Map<string, WidenedTable>();
  const main = add(found, table, known, context);
  const open: { readonly at: WidenedTable; readonly column: string }[] = [{ at: main, column: key }];
  for (let next = open.shift(); next; next = open.shift()) {
    const { at, column } = next;
    const taken = at.columns.some((each) => each.column.name === column);
    if (taken) continue;
    const widened = widen(at, column, context);
    if (isRefused(widened)) return widened;
    at.columns.push(widened);
    const referring = referringTo(at, column, found, context);
    if (isRefused(referring)) return referring;
    open.push(...referring);
  }
  for (const each of found.values()) {
    const refused = carry(each, [...found.values()], context);
    if (refused) return refused;
  }
  return childrenFirst([...found.values()]);
}

function add(
  found: Map<string, WidenedTable>,
  table: ObjectName,
  known: Table,
  { state }: PatternContext,
): WidenedTable {
  const sync = lastTrigger(known, state, `${known.name}_widened`);
  const made: WidenedTable = { table, known, columns: [], indexes: [], keys: [], sync };
  found.set(known.key, made);
  return made;
}

function widen({ known, table }: WidenedTable, name: string, { state }: PatternContext): WidenedColumn | Refusal {
  const column = knownColumn(known, name);
  if (isRefused(column)) return column;
  const isSmall = column.type !== undefined && column.type.arrayDimensions === 0 && smaller.includes(column.type.name);
  if (!isSmall || column.type?.schema !== undefined)
    return { refused: `${table.name}.${name} is of type ${column.sqlType}: only smallint and integer become bigint.` };
  if (column.sequence === undefined && column.default !== undefined && /\bnextval\s*\(/i.test(column.default))
    return {
      refused: `The sequence in the default of ${table.name}.${name} does not belong to the column: ALTER SEQUENCE … OWNED BY first.`,
    };
  const sequence = column.sequence === undefined ? undefined : state.relationByKey(column.sequence);
  return {
    column,
    next: freeColumn(known, `${name}_new`),
    old: freeColumn(known, `${name}_old`),
    sequence: sequence && { schema: table.schema, name: sequence.name },
  };
}

/** The columns that refer to one, to be widened too; their keys are noted at their tables. */
function referringTo(
  parent: WidenedTable,
  parentColumn: string,
  found: Map<string, WidenedTable>,
  context: PatternContext,
): { at: WidenedTable; column: string }[] | Refusal {
  const { state } = context;
  const open: { at: WidenedTable; column: string }[] = [];
  for (const tableKey of parent.known.referencedBy) {
    const child = state.tableByKey(tableKey);
    for (const key of child?.constraints.values() ?? []) {
      if (!child || key.kind !== 'foreignKey' || key.references?.table !== parent.known.key) continue;
      const to = referredColumns(key, parent.known);
      if (!to.includes(parentColumn)) continue;
      const name: ObjectName = {
        schema: state.searchPath.includes(child.schema) ? undefined : child.schema,
        name: child.name,
        span: undefined,
      };
      const known = knownTable(context, name);
      if (isRefused(known)) return known;
      const at = found.get(child.key) ?? add(found, name, child, context);
      const carried = keyOf(key, at, parent, parentColumn, context);
      if (isRefused(carried)) return carried;
      at.keys.push(carried);
      const type = child.columns.get(carried.column)?.type;
      if (type?.name !== 'int8') open.push({ at, column: carried.column });
    }
  }
  return open;
}

function referredColumns({ references }: Constraint, parent: Table): readonly string[] {
  if (references && references.columns.length > 0) return references.columns;
  return [...parent.constraints.values()].find(({ kind }) => kind === 'primaryKey')?.columns ?? [];
}

/** REFERENCES, a name with or without its schema, and the columns. */
const referencesWords =
  /\breferences\s+(?:(?:"(?:[^"]|"")*"|[\w$]+)\s*\.\s*)?(?:"(?:[^"]|"")*"|[\w$]+)(?:\s*\([^()]*\))?/i;

function keyOf(
  key: Constraint,
  { table, known }: WidenedTable,
  parent: WidenedTable,
  parentColumn: string,
  { state }: PatternContext,
): WidenedKey | Refusal {
  const label = `The foreign key ${key.name} of ${table.name}`;
  const [column, ...more] = key.columns;
  if (column === undefined || more.length > 0) return { refused: `${label} is one of several columns.` };
  if (!key.validated || !key.enforced) return { refused: `${label} is not proven yet: validate it first.` };
  const written = referencesWords.exec(key.definition);
  const tail = written ? key.definition.slice(written.index + written[0].length).trim() : '';
  const next = freeConstraintName(state, known.schema, [key.name], 'airlock_new');
  const carried: WidenedKey = { name: key.name, next, column, parent, parentColumn, tail };
  const [action] = onlyStatement(addKeySql(table, key.name, carried, column, parentColumn)).actions;
  const again = action?.kind === 'addConstraint' ? action.constraint : undefined;
  if (!written || again?.kind !== 'foreignKey' || again.references?.onDelete !== key.references?.onDelete)
    return { refused: `${label} is not written so that it can be made again.` };
  return carried;
}

/** The statement that adds a key, NOT VALID. In: names as the catalog has them. */
export function addKeySql(
  table: ObjectName,
  name: string,
  { parent, tail }: Pick<WidenedKey, 'parent' | 'tail'>,
  column: string,
  parentColumn: string,
): string {
  const words = `ADD CONSTRAINT ${quoteIdentifier(name)} FOREIGN KEY (${quoteIdentifier(column)}) REFERENCES ${objectSql(parent.table)} (${quoteIdentifier(parentColumn)})`;
  return alterTable(table, `${words}${tail === '' ? '' : ` ${tail}`} NOT VALID`);
}

/** Notes the indexes that are carried over. Out: why it cannot be done, if so. */
function carry(at: WidenedTable, all: readonly WidenedTable[], { state }: PatternContext): Refusal | undefined {
  const { known, table } = at;
  const names = new Set(at.columns.map(({ column }) => column.name));
  for (const key of known.indexes) {
    const index = state.relationByKey(key);
    if (index?.kind !== 'index') continue;
    const text = `${index.predicate ?? ''} ${index.expressions.join(' ')}`;
    const isOver = [...index.columns, ...index.include].some((name) => name !== undefined && names.has(name));
    const owner = index.constraint === undefined ? undefined : known.constraints.get(index.constraint);
    const words = new Set(text.toLowerCase().split(/[^\w$\u0080-\uffff]+/));
    if (!isOver || [...names].some((name) => words.has(name.toLowerCase()))) continue;
    const form = /^(unique|primary\s+key)(?:\s*\([^()]*\))?$/i.exec(owner?.definition.trim() ?? '');
    if (index.constraint !== undefined && !form) continue;
    at.indexes.push({
      index,
      build: buildName(state, known.schema, index.name),
      aside: freeRelationName(state, known.schema, [index.name], 'airlock_old'),
      constraint: form
        ? { name: index.constraint ?? '', words: /^u/i.test(form[1] ?? '') ? 'UNIQUE' : 'PRIMARY KEY' }
        : undefined,
    });
  }
  const carried = new Set(carriedNames(at, all));
  for (const { column } of at.columns) {
    const left = hangsOnColumn(known, column, state).filter((name) => name !== 'its sequence' && !carried.has(name));
    if (left.length > 0)
      return {
        refused: `More hangs on ${table.name}.${column.name} than is taken along: ${left.join(', ')}. Move that first, by hand.`,
      };
  }
  return undefined;
}

/** Constraints, indexes and sequences that a table's widened columns take along, by name. */
export function carriedNames(at: WidenedTable, all: readonly WidenedTable[]): string[] {
  const referring = all.flatMap(({ keys }) => keys.filter(({ parent }) => parent === at));
  return [
    ...at.indexes.flatMap(({ index, constraint }) => [index.name, ...(constraint ? [constraint.name] : [])]),
    ...[...at.keys, ...referring].map(({ name }) => name),
    ...at.columns.flatMap(({ sequence }) => (sequence ? [sequence.name] : [])),
  ];
}

/** The keys of all tables that refer to one. */
export function referring(
  to: WidenedTable,
  all: readonly WidenedTable[],
): { readonly at: WidenedTable; readonly key: WidenedKey }[] {
  return all.flatMap((at) => at.keys.filter(({ parent }) => parent === to).map((key) => ({ at, key })));
}

function childrenFirst(all: readonly WidenedTable[]): WidenedTable[] | Refusal {
  const sorted: WidenedTable[] = [];
  while (sorted.length < all.length) {
    const next = all.find(
      (each) => !sorted.includes(each) && referring(each, all).every(({ at }) => at === each || sorted.includes(at)),
    );
    if (!next) {
      const left = all.filter((each) => !sorted.includes(each)).map(({ table }) => table.name);
      return {
        refused: `${left.join(' and ')} refer to each other in a circle: drop one of those foreign keys first.`,
      };
    }
    sorted.push(next);
  }
  return sorted;
}

/** The name of a column of a table before the swap (`next`) or behind it (`old`), for those that are widened. */
export function renamedBy({ columns }: WidenedTable, which: 'next' | 'old'): (column: string) => string {
  return (name) => columns.find(({ column }) => column.name === name)?.[which] ?? name;
}

/** An index of a table as SQL text. */
export function indexSqlName({ table }: WidenedTable, name: string): string {
  return qualify(table.schema, name);
}
