import type { Table } from '../schema/model.js';
import type {
  AttachPartition,
  CreateTable,
  DetachPartition,
  DropTable,
  ObjectName,
  RenameConstraint,
  RenameTable,
} from '../sql/action.js';
import { qualify, quoteIdentifier } from '../sql/quote.js';
import { columnText } from './column-undo.js';
import { addConstraintSql } from './constraint-undo.js';
import { sameName } from './history.js';
import { recreateIndexSql } from './index-undo.js';
import { alterTable, impossible, lossless, lossy, sqlName, type Undo, type UndoContext } from './undo.js';

export function undoCreateTable(
  { table, ifNotExists, temporary }: CreateTable,
  { before }: UndoContext,
): Undo | undefined {
  const isThere = before.relation(table) !== undefined;
  if (temporary || (ifNotExists && isThere)) {
    return undefined;
  }
  return lossy(
    `DROP TABLE ${ifNotExists ? 'IF EXISTS ' : ''}${sqlName(table)};\n`,
    `Rows that were written into ${table.name} since are lost. To keep them: ALTER TABLE ${sqlName(table)} RENAME TO ${quoteIdentifier(`${table.name}_unused`)};`,
  );
}

/** The table comes back empty, from what the history tells of it. */
export function undoDropTable(action: DropTable, context: UndoContext): Undo | undefined {
  const { table, ifExists, cascade } = action;
  const was = context.before.table(table);
  if (ifExists && context.before.relation(table) === undefined) {
    return impossible(`The history does not tell whether ${table.name} was there, or what was in it.`);
  }
  const hasLinks =
    was !== undefined && (was.partitionOf !== undefined || was.partitionBy !== undefined || was.children.size > 0);
  if (!was?.complete || hasLinks) {
    return impossible(
      `The history does not tell all of ${table.name}. Restore it from a backup; the next time rename it aside first.`,
    );
  }
  const parts: ({ sql: string; transactional: boolean } | undefined)[] = [
    { sql: createTableSql(was), transactional: true },
  ];
  for (const constraint of was.constraints.values()) {
    if (constraint.kind !== 'notNull') {
      parts.push(addConstraintSql(table, constraint, { ...context, concurrently: false }));
    }
  }
  for (const key of was.indexes) {
    const index = context.before.relationByKey(key);
    if (index?.kind === 'index' && index.constraint === undefined) {
      // The table is empty: nothing is gained by CONCURRENTLY.
      parts.push(recreateIndexSql(index, { ...context, concurrently: false }));
    }
  }
  const missing = parts.includes(undefined) || cascade;
  return lossy(
    parts.map((part) => part?.sql ?? '').join(''),
    `The rows of ${table.name} are gone, and its triggers, comments and rights do not come back. To be able to go back, rename the table aside and drop it later.${missing ? ' Not all that went with it comes back.' : ''}`,
  );
}

function createTableSql({ schema, name, columns, unlogged }: Table): string {
  const lines = [...columns.values()].map((column) => `  ${columnText(column, true)}`);
  return `CREATE ${unlogged ? 'UNLOGGED ' : ''}TABLE ${qualify(schema === 'public' ? undefined : schema, name)} (\n${lines.join(',\n')}\n);\n`;
}

export function undoRenameTable({ table, to }: RenameTable): Undo {
  return lossless(
    alterTable({ schema: table.schema, name: to }, `RENAME TO ${quoteIdentifier(table.name)}`),
    'Code that uses the new name fails from this moment on.',
  );
}

export function undoRenameConstraint({ table, constraint, to }: RenameConstraint): Undo {
  return lossless(
    alterTable(table, `RENAME CONSTRAINT ${quoteIdentifier(to)} TO ${quoteIdentifier(constraint)}`),
    'Only the name changes.',
  );
}

export function undoAttachPartition({ table, partition }: AttachPartition): Undo {
  return lossless(
    alterTable(table, `DETACH PARTITION ${sqlName(partition)}`),
    `The rows stay in ${partition.name}. Indexes that ATTACH built on it stay, too. It locks ${table.name} for a moment.`,
  );
}

export function undoDetachPartition({ table, partition, finalize }: DetachPartition, { history }: UndoContext): Undo {
  const bound = finalize ? undefined : boundOf(partition, history);
  if (bound === undefined) {
    return impossible(
      `The history does not tell the bounds of ${partition.name}. Attach it again with ALTER TABLE ${sqlName(table)} ATTACH PARTITION … FOR VALUES …`,
    );
  }
  return lossless(
    alterTable(table, `ATTACH PARTITION ${sqlName(partition)} ${bound}`),
    `ATTACH scans ${partition.name} while nobody can write to it, unless a valid CHECK proves its bounds.`,
  );
}

/** FOR VALUES … or DEFAULT, as the newest ATTACH or PARTITION OF says. */
function boundOf(partition: ObjectName, history: UndoContext['history']): string | undefined {
  const attached = history.last('attachPartition', (action) => sameName(action.partition, partition));
  const created = history.last(
    'createTable',
    (action) => sameName(action.table, partition) && action.partitionOf !== undefined,
  );
  const bound = attached?.action.bound ?? created?.action.partitionOf?.bound;
  // The bound of CREATE TABLE … PARTITION OF is told without its first words.
  return bound === undefined || /^(for|default)\b/i.test(bound) ? bound : `FOR VALUES ${bound}`;
}
