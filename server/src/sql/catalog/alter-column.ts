import type { SubCommand } from './alter-table.js';
import type { Catalog } from './catalog.js';
import { needsOf } from './depend.js';
import { withIdentity } from './columns.js';
import { identitySequence } from './identity-copy.js';
import { columnOrUnknown, seen } from './make.js';
import type { CatalogObject, Column } from './model.js';
import { optionMap } from './options.js';
import { scopeOf, tableScope } from './scope.js';
import { sequenceOptions } from './sequences.js';
import { nameText, type Source } from './source.js';
import { field, has, inner, list, number, optionValue, strings, text, type Tree } from './tree.js';
import { typeKey, typeOf, typeWords } from './types.js';

/** Sub-commands on one column; false for a sub-command of another kind. */
export function alterColumn(source: Source, table: CatalogObject, command: SubCommand, subtype: string): boolean {
  const { catalog } = source;
  const { node } = command;
  const name = text(node, 'name') ?? '';
  if (subtype === 'AT_SetStatistics' && table.kind === 'index') {
    const value = optionValue(field(node, 'def')) ?? '-1';
    const statistics = new Map(table.statistics);
    if (value === '-1') statistics.delete(String(number(node, 'num')));
    else statistics.set(String(number(node, 'num')), value);
    catalog.put({ ...table, statistics });
    return true;
  }
  const change = changes[subtype];
  if (!change) return false;
  const column = columnOrUnknown(catalog, table, name);
  apply(catalog, table, column, (each) => change(source, each, command), only(subtype));
  return true;
}

function only(subtype: string): boolean {
  return /Identity|AlterColumnGenericOptions/.test(subtype);
}

/** Changes a column and, unless it is alone, the same column of every heir. */
function apply(
  catalog: Catalog,
  table: CatalogObject,
  column: Column,
  change: (column: Column) => Column,
  alone: boolean,
): void {
  catalog.put(change(column));
  if (alone) return;
  for (const heir of catalog.heirsOf(table.oid)) {
    const below = catalog.column(heir.oid, column.name);
    if (below) apply(catalog, heir, below, change, alone);
  }
}

type Change = (source: Source, column: Column, command: SubCommand) => Column;

const changes: Readonly<Record<string, Change>> = {
  AT_ColumnDefault: (source, column, { node, from, to }) => {
    if (!has(node, 'def')) return { ...column, default: undefined, seen: seen(column, 'default') };
    const at = source.find(['DEFAULT'], from, to) + 1;
    return { ...column, default: source.cut(at, to, [node.def], scopeOf([])), seen: seen(column, 'default') };
  },
  AT_SetNotNull: (_source, column) => ({ ...column, notNull: true, seen: seen(column, 'notNull') }),
  AT_DropNotNull: (_source, column) => ({ ...column, notNull: false, seen: seen(column, 'notNull') }),
  AT_AlterColumnType: setColumnType,
  AT_SetStatistics: (_source, column, { node }) => {
    const value = optionValue(field(node, 'def'));
    return { ...column, statistics: value === '-1' ? undefined : value, seen: seen(column, 'statistics') };
  },
  AT_SetStorage: (_source, column, { node }) => {
    const value = optionValue(field(node, 'def'))?.toUpperCase();
    return { ...column, storage: value === 'DEFAULT' ? undefined : value, seen: seen(column, 'storage') };
  },
  AT_SetCompression: (_source, column, { node }) => {
    const value = optionValue(field(node, 'def'));
    return { ...column, compression: value === 'default' ? undefined : value, seen: seen(column, 'compression') };
  },
  AT_SetOptions: (_source, column, { node }) => withOptions(column, node, false),
  AT_ResetOptions: (_source, column, { node }) => withOptions(column, node, true),
  AT_DropExpression: (_source, column) => ({ ...column, generated: undefined, seen: seen(column, 'generated') }),
  AT_SetExpression: (source, column, { node, from, to }) => {
    const table = source.catalog.get(column.parent);
    const [open, close] = source.inParentheses(from, to);
    const expression = source.cut(open, close, [node.def], table && tableScope(table));
    return {
      ...column,
      generated: { expression, storage: column.generated?.storage ?? 'STORED' },
      seen: seen(column, 'generated'),
    };
  },
  AT_AddIdentity: (source, column, { node }) => {
    const table = source.catalog.get(column.parent);
    const constraint = inner(field(node, 'def'));
    if (!table) return column;
    const made = withIdentity(source, table, column, text(constraint, 'generated_when'), list(constraint, 'options'));
    return { ...made, seen: seen(column, 'identity') };
  },
  AT_DropIdentity: (source, column) => {
    const sequence = identitySequence(source.catalog, column);
    if (sequence) source.catalog.delete(sequence.oid);
    return { ...column, identity: undefined, seen: seen(column, 'identity') };
  },
  AT_SetIdentity: (source, column, { node }) => {
    const items = list(node, 'def');
    const inside = items.length > 0 ? items : list(inner(field(node, 'def')), 'items');
    const generated = inside.map(inner).find((each) => text(each, 'defname') === 'generated');
    const kind = generated && number(field(inner(field(generated, 'arg')), 'ival'), 'ival');
    const letter = generated && (optionValue(field(generated, 'arg')) ?? String(kind));
    const sequence = identitySequence(source.catalog, column);
    const options = sequenceOptions(inside.filter((each) => text(inner(each), 'defname') !== 'generated'));
    if (sequence && options.length > 0) source.catalog.put({ ...sequence, options: merged(sequence.options, options) });
    if (letter === undefined) return column;
    const always = letter === 'a' || letter === '97';
    return { ...column, identity: always ? 'ALWAYS' : 'BY DEFAULT', seen: seen(column, 'identity') };
  },
};

/** The options of a sequence after more of them; "default" takes one away. */
export function merged(
  before: ReadonlyMap<string, string>,
  more: readonly (readonly [string, string])[],
): Map<string, string> {
  const options = new Map(before);
  for (const [name, value] of more)
    if (value === 'default') options.delete(name);
    else options.set(name, value);
  return options;
}

function withOptions(column: Column, node: Tree, reset: boolean): Column {
  const items = list(node, 'def').length > 0 ? list(node, 'def') : list(inner(field(node, 'def')), 'items');
  const options = new Map(column.options);
  const given = optionMap(items);
  for (const [name, value] of given)
    if (reset) options.delete(name);
    else options.set(name, value);
  return { ...column, options, seen: seen(column, ...[...given.keys()].map((name) => `option ${name}`)) };
}

/** Extended statistics over the column are made anew, without their target; an identity's sequence takes the type. */
function forgetTargets(catalog: Catalog, column: Column): void {
  const table = column.parent;
  if (table === undefined) return;
  for (const each of catalog.childrenOfKind(table, 'definition'))
    if (each.type === 'STATISTICS' && each.detail !== undefined && needsOf(each).includes(column.oid))
      catalog.put({ ...each, detail: undefined });
  // Its indexes are made anew, and the targets of their expressions are not carried over.
  for (const index of catalog.indexesOf(table))
    if (index.statistics.size > 0 && needsOf(index).includes(column.oid))
      catalog.put({ ...index, statistics: new Map() });
}

function setColumnType(source: Source, column: Column, { node, to }: SubCommand): Column {
  const definition = inner(field(node, 'def'));
  const type = typeOf(definition);
  const start = source.at(type);
  forgetTargets(source.catalog, column);
  const stops = [source.find(['USING', 'COLLATE', 'CASCADE', 'RESTRICT'], start, to)].filter((at) => at >= 0);
  const collate = field(definition, 'collClause');
  const key = typeKey(type, source.catalog);
  const sequence = identitySequence(source.catalog, column);
  if (sequence) {
    const options = new Map(sequence.options);
    if (key === 'int8') options.delete('as');
    else options.set('as', typeWords[key] ?? key);
    source.catalog.put({ ...sequence, options });
  }
  return {
    ...column,
    type: source.cut(start, stops[0] ?? to, [{ TypeName: type }]),
    typeKey: key,
    collation: has(definition, 'collClause') ? nameText(strings(collate, 'collname')) : undefined,
    // They become what the type has by itself.
    storage: undefined,
    compression: undefined,
    seen: seen(column, 'type'),
  };
}
