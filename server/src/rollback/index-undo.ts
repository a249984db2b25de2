import { indexName } from '../schema/names.js';
import type { Index } from '../schema/model.js';
import { keyOf } from '../schema/state.js';
import type { CreateIndex, DropIndex } from '../sql/action.js';
import { qualify, quoteIdentifier } from '../sql/quote.js';
import type { Definition } from './history.js';
import { impossible, lossless, lossy, type Undo, type UndoContext } from './undo.js';

export function undoCreateIndex(action: CreateIndex, { before, concurrently }: UndoContext): Undo | undefined {
  const table = before.relation(action.table);
  const schema = table?.schema ?? before.schemaFor(action.table);
  const base = indexName(before, schema, action);
  if (action.ifNotExists && before.relationByKey(keyOf(schema, base))) {
    return undefined;
  }
  // PostgreSQL numbers a name that it makes up and that is taken.
  let name = base;
  for (let number = 1; action.index === undefined && before.relationByKey(keyOf(schema, name)); number += 1) {
    name = `${base}${number}`;
  }
  // The index of a partitioned table cannot be dropped CONCURRENTLY.
  const isPartitioned = table?.kind === 'table' && table.partitionBy !== undefined;
  const quietly = concurrently && !isPartitioned;
  return lossless(
    `DROP INDEX ${quietly ? 'CONCURRENTLY ' : ''}IF EXISTS ${qualify(action.table.schema, name)};\n`,
    `Queries that use ${name} become slow again; no row changes.`,
    !quietly,
  );
}

export function undoDropIndex(action: DropIndex, context: UndoContext): Undo | undefined {
  const was = context.before.index(action.index);
  if (!was) {
    return action.ifExists &&
      context.history.last('createIndex', ({ index }) => index === action.index.name) === undefined
      ? impossible(`The history does not tell whether ${action.index.name} was there, or on which columns.`)
      : impossible(`The history does not tell how ${action.index.name} was defined.`);
  }
  const found = recreateIndexSql(was, context);
  if (!found) {
    return impossible(`The history does not tell how ${action.index.name} was defined.`);
  }
  const reason = 'The index is built anew, which takes as long as the first time.';
  if (action.cascade) {
    return lossy(found.sql, `${reason} What CASCADE dropped with it does not come back.`, found.transactional);
  }
  return lossless(found.sql, reason, found.transactional);
}

/** The CREATE INDEX of the history: by its name, or by its table and columns when it was renamed since. */
export function indexDefinition(index: Index, { before, history }: UndoContext): Definition<CreateIndex> | undefined {
  const sameColumns = ({ columns, unique }: CreateIndex): boolean =>
    unique === index.unique &&
    columns.length === index.columns.length &&
    columns.every(({ name }, at) => name === index.columns[at]);
  return (
    history.last('createIndex', (action) => action.index === index.name && sameColumns(action)) ??
    history.last('createIndex', (action) => {
      return action.table.name === before.relationByKey(index.table)?.name && sameColumns(action);
    })
  );
}

/**
 * CREATE INDEX as the history has it, under its present name and on its present table. Undefined when the history
 * does not have it, or has it with columns that are called otherwise today.
 */
export function recreateIndexSql(
  index: Index,
  context: UndoContext,
): { sql: string; transactional: boolean } | undefined {
  const table = context.before.relationByKey(index.table);
  const found = indexDefinition(index, context);
  if (!found || !table) {
    return undefined;
  }
  const { action, statement } = found;
  const quietly = context.concurrently && !(table.kind === 'table' && table.partitionBy !== undefined);
  const words = [
    'CREATE',
    action.unique ? 'UNIQUE' : '',
    'INDEX',
    quietly ? 'CONCURRENTLY' : '',
    quoteIdentifier(index.name),
    'ON',
    action.only ? 'ONLY' : '',
  ];
  const rest = statement.text.slice(action.table.span?.end ?? statement.text.length).trim();
  const schema = table.schema === 'public' ? undefined : table.schema;
  const sql = `${words.filter((word) => word !== '').join(' ')} ${qualify(schema, table.name)} ${rest};\n`;
  return { sql, transactional: !quietly };
}
