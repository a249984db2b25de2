import type { CatalogObject, Column, Oid, SqlText } from './model.js';
import { addToColumns, newColumn, newSequence } from './make.js';
import { addConstraint } from './constraints.js';
import { relationNameFor } from './names.js';
import { sequenceOptions } from './sequences.js';
import { scopeOf, tableScope, type Scope } from './scope.js';
import { fixed, nameText, type Source } from './source.js';
import { field, has, inner, list, strings, text, type Tree } from './tree.js';
import { serialType, typeKey, typeOf, typeWords } from './types.js';

/** A constraint at a column, which is made when all columns are there. */
export interface Waiting {
  readonly node: Tree;
  readonly from: number;
  readonly to: number;
  readonly column: Column;
}

interface Part {
  readonly node: Tree;
  readonly from: number;
  readonly to: number;
}

/** The constraints and clauses of a column definition, each with its tokens. */
function partsOf(source: Source, definition: Tree, to: number): Part[] {
  const nodes = list(definition, 'constraints').map((node) => ({ node: inner(node), from: source.at(inner(node)) }));
  const collate = field(definition, 'collClause');
  if (has(definition, 'collClause')) nodes.push({ node: collate, from: source.at(collate) });
  nodes.sort((a, b) => a.from - b.from);
  return nodes.map(({ node, from }, index) => ({ node, from, to: nodes[index + 1]?.from ?? to }));
}

/**
 * Puts the column of a definition, with the sequence of a serial or identity column.
 * In: the tokens of the definition; whether the table is there already (ADD COLUMN).
 * Out: the column and its constraints, to be made when every column is known.
 */
export function addColumn(
  source: Source,
  table: CatalogObject,
  definition: Tree,
  from: number,
  to: number,
): { readonly column: Column; readonly waiting: Waiting[] } {
  const { catalog } = source;
  const name = text(definition, 'colname') ?? '';
  const type = typeOf(definition);
  const parts = partsOf(source, definition, to);
  const typed = has(definition, 'typeName');
  const rawKey = typed ? typeKey(type, catalog) : undefined;
  const serial = serialType(rawKey);
  const known = catalog.column(table.oid, name);
  const typeFrom = from + 1;
  const stop = parts[0]?.from ?? to;
  const extra = source.find(['STORAGE', 'COMPRESSION', 'OPTIONS'], typeFrom, stop);
  const typeTo = extra < 0 ? stop : extra;
  let typeText: SqlText = typed ? source.cut(typeFrom, typeTo, [{ TypeName: type }]) : [];
  if (serial !== undefined) typeText = fixed(typeWords[serial] ?? serial);
  const base = known ?? newColumn(catalog, table.oid, name);
  let column: Column = {
    ...base,
    ...(typed ? { type: typeText, typeKey: serial ?? rawKey } : {}),
    notNull: serial !== undefined || base.notNull,
    storage: text(definition, 'storage_name')?.toUpperCase() ?? base.storage,
    compression: text(definition, 'compression') ?? base.compression,
    foreignOptions: optionsText(source, definition, typeFrom, stop) ?? base.foreignOptions,
    local: true,
  };
  catalog.put(column);
  if (!known) addToColumns(catalog, table.oid, column.oid);
  const scope = table.kind === 'table' ? tableScope(table) : scopeOf([]);
  const waiting: Waiting[] = [];
  if (serial !== undefined) column = withSerial(source, table, column, serial);
  for (const part of parts) column = applyPart(source, table, column, part, scope, waiting);
  catalog.put(column);
  return { column, waiting };
}

function optionsText(source: Source, definition: Tree, from: number, to: number): SqlText | undefined {
  if (!has(definition, 'fdwoptions')) return undefined;
  const at = source.find(['OPTIONS'], from, to);
  return at < 0 ? undefined : fixed(source.plain(at, to));
}

function withSerial(source: Source, table: CatalogObject, column: Column, serial: string): Column {
  const options = new Map(serial === 'int8' ? [] : [['as', typeWords[serial] ?? serial] as const]);
  const sequence = ownedSequence(source, table, column, 'serial', options, undefined);
  return { ...column, default: ['nextval(', { oid: sequence, as: 'literal' }, '::regclass)'] };
}

function ownedSequence(
  source: Source,
  table: CatalogObject,
  column: Column,
  implicit: 'serial' | 'identity',
  options: ReadonlyMap<string, string>,
  written: { readonly schema: string | undefined; readonly name: string } | undefined,
): Oid {
  const { catalog } = source;
  const name = written?.name ?? relationNameFor(catalog, table.schema, [table.name, column.name], 'seq');
  const sequence = newSequence(
    catalog,
    { schema: undefined, name },
    {
      schema: written?.schema ?? table.schema,
      qualified: table.qualified,
      options,
      ownedBy: column.oid,
      implicit,
      // Whoever adds it: PostgreSQL gives it to the owner of the table.
      owner: table.owner,
      persistence: table.kind === 'table' ? table.persistence : 'permanent',
    },
  );
  catalog.put(sequence);
  return sequence.oid;
}

/** Gives a column an identity; in: the options of its sequence. */
export function withIdentity(
  source: Source,
  table: CatalogObject,
  column: Column,
  generatedWhen: string | undefined,
  options: readonly Tree[],
): Column {
  const read = new Map(sequenceOptions(options));
  const given = options.map(inner).find((each) => text(each, 'defname') === 'sequence_name');
  const names = given ? strings(inner(field(given, 'arg')), 'items') : [];
  const written = names.length > 0 ? { schema: names.at(-2), name: names.at(-1) ?? '' } : undefined;
  const base = column.typeKey;
  const as = base === 'int8' || base === undefined ? undefined : (typeWords[base] ?? base);
  if (as !== undefined && !read.has('as')) read.set('as', as);
  ownedSequence(source, table, column, 'identity', read, written);
  return { ...column, identity: generatedWhen === 'a' ? 'ALWAYS' : 'BY DEFAULT', notNull: true };
}

function applyPart(
  source: Source,
  table: CatalogObject,
  column: Column,
  { node, from, to }: Part,
  scope: Scope,
  waiting: Waiting[],
): Column {
  switch (text(node, 'contype')) {
    case undefined:
      return { ...column, collation: nameText(strings(node, 'collname')) };
    case 'CONSTR_NOTNULL':
      return { ...column, notNull: true };
    case 'CONSTR_DEFAULT': {
      const at = source.find(['DEFAULT'], from, to) + 1;
      return { ...column, default: source.cut(at, to, [node.raw_expr], scopeOf([])) };
    }
    case 'CONSTR_GENERATED': {
      const [open, close] = source.inParentheses(from, to);
      const storage = source.find(['VIRTUAL'], close + 1, to) >= 0 ? 'VIRTUAL' : 'STORED';
      return { ...column, generated: { expression: source.cut(open, close, [node.raw_expr], scope), storage } };
    }
    case 'CONSTR_IDENTITY':
      return withIdentity(source, table, column, text(node, 'generated_when'), list(node, 'options'));
    case 'CONSTR_PRIMARY':
    case 'CONSTR_UNIQUE':
    case 'CONSTR_CHECK':
    case 'CONSTR_FOREIGN':
      waiting.push({ node, from, to, column });
      return column;
    case 'CONSTR_ATTR_DEFERRABLE':
    case 'CONSTR_ATTR_DEFERRED':
    case 'CONSTR_ATTR_NOT_ENFORCED': {
      // A clause by itself behind the constraint that it belongs to.
      const last = waiting.pop();
      const contype = text(node, 'contype');
      if (last) {
        const more =
          contype === 'CONSTR_ATTR_NOT_ENFORCED'
            ? { notEnforced: true }
            : { deferrable: true, ...(contype === 'CONSTR_ATTR_DEFERRED' ? { initdeferred: true } : {}) };
        waiting.push({ ...last, node: { ...last.node, ...more } });
      }
      return column;
    }
    default:
      return column;
  }
}

/** Makes the constraints that stand at columns. */
export function addWaiting(source: Source, table: CatalogObject, waiting: readonly Waiting[]): void {
  for (const { node, from, to, column } of waiting)
    addConstraint(source, table, node, from, to, source.catalog.as('column', column.oid) ?? column);
}
