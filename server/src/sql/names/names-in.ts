import type { Action, ActionOf, AlterTableOther, ObjectName, TableAction, UsedName } from '../action.js';
import type { ObjectKind } from '../kinds.js';
import { isRoutine } from '../kinds.js';
import { nameOf } from '../lexer.js';
import { chooseName } from '../quote.js';
import { shift } from '../span.js';
import type { ParsedStatement } from '../statement.js';
import type { NameKind, NameRole, NameUse } from './name-use.js';
import { isPlainWord, isWord, NameWriter } from './name-writer.js';

const known = new WeakMap<ParsedStatement, readonly NameUse[]>();

/** The same, kept for as long as the statement is: for a document that is typed in. */
export function keptNamesIn(statement: ParsedStatement): readonly NameUse[] {
  const kept = known.get(statement);
  if (kept) return kept;
  const found = namesIn(statement);
  known.set(statement, found);
  return found;
}

/**
 * The names in a statement and in the SQL inside it, with what the statement does to them; of names that stand in one
 * place the likeliest first. Offsets are relative to the statement.
 */
export function namesIn(statement: ParsedStatement): readonly NameUse[] {
  const writer = new NameWriter(statement);
  for (const action of statement.actions) ofAction(action, writer);
  for (const { relation, column, span } of statement.columnUses) writer.part('column', 'use', relation, column, span);
  for (const stray of statement.strayNames) {
    const [only, ...more] = stray.kind === 'column' ? stray.relations : [];
    if (stray.kind !== 'column' || !only) continue;
    const among = more.length === 0 ? {} : { among: stray.relations };
    writer.part('column', 'use', only, stray.column, stray.span, among);
  }
  byWords(writer);
  const inside = statement.embedded.flatMap(({ parsed, start }) =>
    namesIn(parsed).map((use) => ({ ...use, span: shift(use.span, start) })),
  );
  return [...inside, ...writer.found];
}

/** Functions that are called and types that are cast to, where no action has their places. */
function byWords(writer: NameWriter): void {
  const tokens = writer.tokens();
  const known = new Set(writer.found.map(({ span, isImplied }) => (isImplied ? -1 : span.start)));
  tokens.forEach((token, index) => {
    if (!isWord(token) || isPlainWord(token) || known.has(token.start)) return;
    const before = tokens[index - 1];
    const schema = before?.kind === 'dot' ? tokens[index - 2] : undefined;
    const name = { schema: schema && isWord(schema) ? nameOf(schema) : undefined, name: nameOf(token) };
    const next = tokens[index + 1];
    const first = schema ? tokens[index - 3] : before;
    if (first?.kind === 'operator' && first.text === '::') writer.cast(name, token);
    else if (next?.kind === 'open' && next.text === '(') writer.call(name, token);
  });
}

function ofAction(action: Action, writer: NameWriter): void {
  switch (action.kind) {
    case 'createTable':
      return createTable(action, writer);
    case 'createIndex':
      return createIndex(action, writer);
    case 'dropIndex':
      return writer.object('relation', 'drop', action.index, cascading(action));
    case 'reindex':
      return action.object && writer.object('relation', 'use', action.object);
    case 'dropTable':
      return writer.object('relation', 'drop', action.table, cascading(action));
    case 'dropObject':
      return dropObject(action, writer);
    case 'renameTable':
      writer.object('relation', 'rename', action.table, { to: { schema: action.table.schema, name: action.to } });
      return writer.add('relation', 'named', { schema: action.table.schema, name: action.to }, action.toSpan);
    case 'renameColumn':
      writer.object('relation', 'change', action.table);
      writer.part('column', 'rename', action.table, action.column, action.columnSpan, {
        to: { schema: undefined, name: action.to },
      });
      return writer.part('column', 'named', action.table, action.to, action.toSpan);
    case 'renameConstraint':
      return renamePart('constraint', action.table, action.constraint, action.to, writer);
    case 'renameObject':
      return renameObject(action, writer);
    case 'setSchema': {
      const kind = kindOf(action.objectKind);
      const to = { schema: action.to, name: action.object.name };
      if (!kind) return;
      writer.object(kind, 'rename', action.object, { to });
      return writer.add(kind, 'named', to, writer.placeOf(action.object));
    }
    case 'truncate':
    case 'lockTable':
      return writer.object('relation', 'use', action.table);
    case 'insert':
    case 'update':
    case 'delete':
    case 'merge':
      writer.object('relation', 'use', action.table);
      return writer.relations('use', action.reads);
    case 'select':
      return writer.relations('use', action.reads);
    case 'copy':
      return writer.relations('use', action.table ? [action.table, ...action.reads] : action.reads);
    case 'vacuum':
      return writer.relations('use', action.tables);
    case 'cluster':
      return writer.relations('use', action.table ? [action.table] : []);
    case 'refreshMaterializedView':
      return writer.object('relation', 'use', action.view);
    case 'createEnum':
      return writer.object('type', 'make', action.type, { what: 'enum' });
    case 'createDomain':
      writer.object('type', 'make', action.domain, { what: 'domain' });
      return writer.type(action.type);
    case 'addEnumValue':
    case 'renameEnumValue':
      return writer.object('type', 'change', action.type);
    case 'alterDomain':
      return writer.object('type', 'change', action.domain);
    case 'createView':
      writer.object('relation', action.replace ? 'replace' : 'make', action.view, {
        what: action.materialized ? 'materialized view' : 'view',
        ...(action.ifNotExists && { isMaybe: true as const }),
      });
      return writer.relations('use', action.reads);
    case 'createFunction':
      writer.object('function', action.replace ? 'replace' : 'make', action.function, {
        what: action.procedure ? 'procedure' : 'function',
      });
      for (const type of action.types) writer.type(type);
      return;
    case 'createTrigger':
      writer.object('relation', 'change', action.table);
      writer.part(
        'trigger',
        action.replace ? 'replace' : 'make',
        action.table,
        action.trigger,
        writer.word(action.trigger),
      );
      return writer.object('function', 'use', action.function);
    case 'createSchema':
      return writer.add(
        'schema',
        'make',
        { schema: undefined, name: action.schema },
        writer.word(action.schema),
        action.ifNotExists ? { isMaybe: true } : {},
      );
    case 'createSequence':
    case 'alterSequence':
      writer.object('relation', action.kind === 'createSequence' ? 'make' : 'change', action.sequence, {
        ...(action.kind === 'createSequence' && { what: 'sequence' }),
        ...(action.kind === 'createSequence' && action.ifNotExists && { isMaybe: true as const }),
      });
      if (action.ownedBy && action.ownedBy !== 'none') {
        writer.object('relation', 'use', action.ownedBy.table);
        writer.part('column', 'use', action.ownedBy.table, action.ownedBy.column, writer.word(action.ownedBy.column));
      }
      return;
    case 'comment':
      return comment(action, writer);
    case 'call':
      return writer.object('function', 'use', action.procedure);
    case 'other':
      return other(action, writer);
    case 'setVariable':
    case 'transaction':
    case 'createExtension':
    case 'doBlock':
      return;
    default:
      return ofTable(action, writer);
  }
}

function createTable(action: ActionOf<'createTable'>, writer: NameWriter): void {
  const { table, columns, constraints, partitionOf, inherits, like, ofType, reads, ifNotExists } = action;
  const maybe = ifNotExists ? ({ isMaybe: true } as const) : {};
  writer.object('relation', 'make', table, { what: 'table', ...maybe });
  for (const column of columns) columnMade(table, column, writer, maybe);
  for (const each of constraints) writer.constraint(table, each);
  if (partitionOf) writer.object('relation', 'change', partitionOf.parent);
  writer.relations('use', [...inherits, ...like, ...reads]);
  if (ofType) writer.object('type', 'use', ofType);
}

function columnMade(
  table: UsedName,
  column: ActionOf<'addColumn'>['column'],
  writer: NameWriter,
  maybe: { readonly isMaybe?: true },
): void {
  writer.part('column', 'make', table, column.name, column.nameSpan, maybe);
  writer.type(column.type);
  if (column.identity || /^(?:big|small)?serial[248]?$/.test(column.type?.name ?? ''))
    writer.add(
      'relation',
      'make',
      { schema: table.schema, name: chooseName([table.name, column.name], 'seq') },
      column.nameSpan,
      { isImplied: true, what: 'sequence' },
    );
  if (column.generated) writer.columnsIn(table, column.generated.expression.span);
  for (const each of column.constraints) writer.constraint(table, each);
}

function createIndex(action: ActionOf<'createIndex'>, writer: NameWriter): void {
  const { index, table, columns, include, predicate, keyword, span, ifNotExists } = action;
  const { schema } = table;
  const extra = { what: 'index', ...(ifNotExists && { isMaybe: true as const }) };
  if (index !== undefined) {
    const place = writer.word(index, { start: keyword.end, end: span.end });
    writer.add('relation', 'make', { schema, name: index }, place, extra);
  } else {
    // An INCLUDE counts for the name (measured), an expression is "expr".
    const parts = [table.name, ...columns.map(({ name }) => name ?? 'expr'), ...include];
    const name = chooseName(parts, 'idx');
    writer.add('relation', 'make', { schema, name }, keyword, { ...extra, isImplied: true });
  }
  writer.object('relation', 'change', table);
  const from = writer.placeOf(table)?.end ?? span.start;
  for (const { name } of columns)
    if (name !== undefined) writer.partWithin('column', 'use', table, name, { start: from, end: span.end });
  for (const each of include) writer.partWithin('column', 'use', table, each, { start: from, end: span.end });
  if (columns.some(({ name }) => name === undefined)) writer.columnsIn(table, { start: from, end: span.end });
  else if (predicate) writer.columnsIn(table, predicate.span);
}

/** The name space of a kind of object; undefined where nobody looks for it. */
function kindOf(kind: ObjectKind): NameKind | undefined {
  if (isRoutine(kind) || kind === 'aggregate') return 'function';
  switch (kind) {
    case 'table':
    case 'foreign table':
    case 'view':
    case 'materialized view':
    case 'index':
    case 'sequence':
      return 'relation';
    case 'type':
    case 'domain':
      return 'type';
    case 'trigger':
    case 'policy':
    case 'schema':
      return kind;
    default:
      return undefined;
  }
}

function cascading({ cascade }: { readonly cascade: boolean }): Pick<NameUse, 'isCascade'> {
  return cascade ? { isCascade: true } : {};
}

function dropObject(action: ActionOf<'dropObject'>, writer: NameWriter): void {
  const kind = kindOf(action.objectKind);
  if (!kind) return;
  if (!action.table) return writer.object(kind, 'drop', action.object, cascading(action));
  writer.object('relation', 'change', action.table);
  writer.part(kind, 'drop', action.table, action.object.name, writer.placeOf(action.object));
}

function renamePart(kind: NameKind, table: ObjectName, name: string, to: string, writer: NameWriter): void {
  writer.object('relation', 'change', table);
  const behind = { start: table.span?.end ?? 0, end: writer.text.length };
  const place = writer.word(name, behind);
  writer.part(kind, 'rename', table, name, place, { to: { schema: undefined, name: to } });
  writer.part(kind, 'named', table, to, writer.word(to, { start: place?.end ?? behind.start, end: behind.end }));
}

function renameObject(action: ActionOf<'renameObject'>, writer: NameWriter): void {
  const { objectKind, object, part, to } = action;
  const kind = kindOf(objectKind);
  if (!kind) return writer.object('relation', 'use', object);
  if (part !== undefined) {
    writer.object('relation', 'change', object);
    const place = writer.word(part);
    writer.part(kind, 'rename', object, part, place, { to: { schema: undefined, name: to } });
    return writer.part(kind, 'named', object, to, lastWord(to, writer));
  }
  writer.object(kind, 'rename', object, { to: { schema: object.schema, name: to } });
  writer.add(kind, 'named', { schema: object.schema, name: to }, lastWord(to, writer));
}

function lastWord(name: string, writer: NameWriter) {
  return writer
    .tokens()
    .filter((token) => isWord(token) && nameOf(token) === name)
    .at(-1);
}

function comment(action: ActionOf<'comment'>, writer: NameWriter): void {
  const { objectKind, object, table, column } = action;
  if (table) writer.object('relation', 'use', table);
  if (!object) return;
  if (objectKind === 'column' || column !== undefined) {
    const place = writer.placeOf(object);
    writer.add('relation', 'use', object, place);
    if (column !== undefined)
      writer.partWithin('column', 'use', object, column, { start: place?.end ?? 0, end: writer.text.length });
    return;
  }
  const kind = objectKind === 'table constraint' ? 'constraint' : kindOf(objectKind);
  if (kind && table) writer.part(kind, 'use', table, object.name, writer.placeOf(object));
  else if (kind) writer.object(kind, 'use', object);
}

function other(action: ActionOf<'other'>, writer: NameWriter): void {
  const { statement, name, relations } = action;
  const isMade = /^create (?:composite |range )?type$/.test(statement);
  if (name && isMade) return writer.object('type', 'make', name, { what: 'type' });
  const isPolicy = statement === 'create policy' || statement === 'alter policy';
  writer.relations(isPolicy ? 'change' : 'use', relations);
  const [table] = relations;
  if (name && isPolicy && table)
    writer.part('policy', statement === 'create policy' ? 'make' : 'change', table, name.name, writer.placeOf(name));
  if (name && statement === 'create foreign table') writer.object('relation', 'make', name, { what: 'foreign table' });
}

/** What the sub-commands of ALTER TABLE name besides the table. */
function ofTable(action: TableAction, writer: NameWriter): void {
  const { table, objectKind } = action;
  const kind = objectKind === undefined ? 'relation' : kindOf(objectKind);
  if (kind !== 'relation') return kind && writer.object(kind, 'change', table);
  writer.object('relation', 'change', table);
  switch (action.kind) {
    case 'addColumn':
      return columnMade(table, action.column, writer, action.ifNotExists ? { isMaybe: true } : {});
    case 'dropColumn':
      return writer.part('column', 'drop', table, action.column, action.columnSpan, cascading(action));
    case 'alterColumnType':
      writer.part('column', 'change', table, action.column, action.columnSpan);
      writer.type(action.type);
      return action.using && writer.columnsIn(table, action.using.span);
    case 'setDefault':
    case 'dropDefault':
    case 'setNotNull':
    case 'dropNotNull':
      return writer.part('column', 'change', table, action.column, action.columnSpan);
    case 'addConstraint':
      return writer.constraint(table, action.constraint);
    case 'validateConstraint':
      return writer.part('constraint', 'change', table, action.constraint, action.constraintSpan);
    case 'dropConstraint':
      return writer.part('constraint', 'drop', table, action.constraint, action.constraintSpan);
    case 'attachPartition':
    case 'detachPartition':
      return writer.object('relation', 'change', action.partition);
    case 'alterTableOther':
      return otherSubcommand(action, table, writer);
  }
}

function otherSubcommand(action: AlterTableOther, table: ObjectName, writer: NameWriter): void {
  const { subcommand, name, other: second, replicaIdentity, span } = action;
  if (second) writer.object(subcommand === 'of' ? 'type' : 'relation', 'use', second);
  if (typeof replicaIdentity === 'object') {
    const { index } = replicaIdentity;
    writer.add('relation', 'use', { schema: table.schema, name: index }, writer.word(index, span));
  }
  if (name === undefined) return;
  const role: NameRole = 'change';
  if (subcommand === 'alterConstraint') writer.partWithin('constraint', role, table, name, span);
  else if (subcommand === 'clusterOn')
    writer.add('relation', 'use', { schema: table.schema, name }, writer.word(name, span));
  else if (/Trigger$/.test(subcommand)) writer.partWithin('trigger', role, table, name, span);
  else if (!/Rule|owner|tablespace|accessMethod/i.test(subcommand))
    writer.partWithin('column', role, table, name, span);
}
