import type { CatalogObject, Index } from '../sql/catalog/model.js';
import { fullName } from '../sql/catalog/print.js';
import { quoteIdentifier } from '../sql/quote.js';
import { rightsSql } from './print/common.js';
import { alter, concurrent, kindAndName, label, locking, plain, sqlOf } from './print/sql.js';
import { impossible, lossless, lossy, type Undo, type UndoContext } from './undo.js';

/** Takes back that an object was made. */
export function removal(object: CatalogObject, context: UndoContext): Undo | undefined {
  if (object.origin !== 'defined') return uncertain(object, context);
  if (isReplacement(object, context))
    return staying(
      object,
      context,
      `${label(object, context.now.catalog)} stands in the place of one that no file makes. Nothing is dropped.`,
      `Only if there was no ${object.name} before`,
    );
  const { now } = context;
  const { catalog } = now;
  const parent = catalog.get(object.parent);
  if (parent && parent.kind !== 'definition' && isReplacement(parent, context))
    return staying(
      object,
      context,
      `${label(object, catalog)} belongs to ${label(parent, catalog)}, which stands in the place of one that no file makes. Nothing is dropped.`,
      `Only if there was no ${object.name} before`,
    );
  const isUnnamed = (object.kind === 'constraint' || object.kind === 'index') && !object.named;
  if (isUnnamed && parent && parent.origin !== 'defined')
    return impossible(
      `Which name PostgreSQL gave to the new ${object.kind} of ${parent.name} depends on what no file says. Look it up and drop it by hand.`,
    );
  const quoted = quoteIdentifier(object.name);
  if (object.kind === 'definition' && object.type === 'ROLE' && context.grantees.has(object.name))
    return impossible(`${object.name} keeps a right, and PostgreSQL does not drop it then.`, {
      condition: 'When it has no right any more',
      sql: `DROP ROLE ${quoted};`,
    });
  switch (object.kind) {
    case 'table':
      return object.persistence === 'temporary'
        ? undefined
        : lossy(
            [locking(`DROP ${kindAndName(object, now)}`)],
            `Rows that were written into ${object.name} since are lost.`,
          );
    case 'column': {
      if (!parent) return undefined;
      if (parent.kind === 'type')
        return lossy(
          [locking(alter(parent, `DROP ATTRIBUTE ${quoted}${hasTypedTables(object, context) ? ' CASCADE' : ''}`))],
          `What was written into ${parent.name}.${object.name} since is lost.`,
        );
      return lossy(
        [locking(alter(parent, `DROP COLUMN ${quoted}`))],
        `What was written into ${label(object, catalog)} since is lost. To keep it, leave the column: old code does not see it.`,
      );
    }
    case 'constraint':
      if (!parent) return undefined;
      if (object.type === 'CHECK' && staysAttached(parent, context))
        return impossible(
          `${parent.name} stays attached, and PostgreSQL keeps a CHECK that the table above it has too.`,
          {
            condition: `When ${parent.name} is detached`,
            sql: `${alter(parent, `DROP CONSTRAINT IF EXISTS ${quoted}`)};`,
          },
        );
      return lossless([locking(alter(parent, `DROP CONSTRAINT IF EXISTS ${quoted}`))], 'No row changes.');
    case 'index':
      return lossless(dropIndex(object, context), 'An index holds no data of its own.');
    case 'view':
      return lossless(
        [locking(`DROP ${kindAndName(object, now)}`)],
        object.materialized ? 'Its rows can be computed again.' : 'A view holds no data.',
      );
    case 'sequence':
      return lossless(
        [locking(`DROP SEQUENCE ${fullName(object)}`)],
        'The numbers that it gave stay where they were written.',
      );
    case 'definition':
      if (object.type === 'EXTENSION')
        return lossless(
          [plain(`DROP ${kindAndName(object, now)}`)],
          'It fails, and changes nothing, when something still uses it.',
        );
      if (object.type === 'SCHEMA')
        return lossless(
          [plain(`DROP ${kindAndName(object, now)}`)],
          'It fails, and changes nothing, when something has come into it since.',
        );
      if (object.type === 'OPERATOR CLASS' && !/\bFAMILY\b/i.test(sqlOf(object.text, now)))
        return lossless(
          [
            plain(`DROP ${kindAndName(object, now)}`),
            plain(`DROP ${kindAndName({ ...object, type: 'OPERATOR FAMILY' }, now)}`),
          ],
          'No row changes.',
        );
      return lossless(
        [
          object.type === 'TRIGGER' || object.type === 'RULE'
            ? locking(`DROP ${kindAndName(object, now)}`)
            : plain(`DROP ${kindAndName(object, now)}`),
        ],
        'No row changes.',
      );
    case 'policy':
      return lossless([locking(`DROP ${kindAndName(object, now)}`)], 'No row changes.');
    case 'setting':
      return removeSetting(object, context);
    default:
      return lossless([plain(`DROP ${kindAndName(object, now)}`)], 'No row changes.');
  }
}

/** Where no file makes the type, CASCADE of its author says that it may have typed tables. */
function hasTypedTables(object: CatalogObject, { after, text }: UndoContext): boolean {
  const mayHave = after.get(object.parent)?.origin !== 'defined' && /\bcascade\b/i.test(text);
  return object.parent !== undefined && (mayHave || after.linkedTo(object.parent).length > 0);
}

/** True for a partition that this migration has attached, where no file says enough to detach it again. */
function staysAttached({ oid }: CatalogObject, { start, end }: UndoContext): boolean {
  const table = end.as('table', oid);
  const above = end.get(table?.partitionOf);
  const isNew = above !== undefined && start.as('table', oid)?.partitionOf === undefined;
  return isNew && (table?.origin !== 'defined' || above.origin !== 'defined');
}

function removeSetting(object: CatalogObject, { now }: UndoContext): Undo | undefined {
  if (object.kind !== 'setting') return undefined;
  if (object.type === 'membership')
    return lossless([plain(`REVOKE ${object.head.replace(' TO ', ' FROM ')}`)], 'The role is a member no more.');
  const sql = rightsSql(object, object.rights, new Map(), now);
  return sql.length > 0 ? lossless(sql, 'New objects get the rights that they got before.') : undefined;
}

/** An index on its own; the parts of a partitioned one go with it. */
export function dropIndex(index: Index, { now }: UndoContext) {
  const table = now.catalog.get(index.parent);
  const partitioned = table?.kind === 'table' && table.partitionBy !== undefined;
  // Of a table that no file makes nobody knows whether it is partitioned, and then CONCURRENTLY is refused.
  const isKnown = table !== undefined && table.origin !== 'unknown';
  const concurrently = now.concurrently && !partitioned && isKnown;
  const text = `DROP INDEX ${concurrently ? 'CONCURRENTLY ' : ''}IF EXISTS ${fullName(index)}`;
  return [concurrently ? concurrent(text) : locking(text)];
}

/** DROP, and CREATE of the same name: where the database holds more than the files, it was there in another form. */
function isReplacement({ kind, name, parent }: CatalogObject, { replaced }: UndoContext): boolean {
  if (kind === 'column') return replaced.has(`${parent}.${name}`);
  const kinds: readonly CatalogObject['kind'][] = [
    'table',
    'index',
    'view',
    'routine',
    'type',
    'sequence',
    'policy',
    'definition',
  ];
  return replaced.has(name) && kinds.includes(kind);
}

/** IF NOT EXISTS, OR REPLACE: it may have been there before. */
function uncertain(object: CatalogObject, context: UndoContext): Undo | undefined {
  if (object.origin === 'unknown') return undefined;
  const name = label(object, context.now.catalog);
  return staying(
    object,
    context,
    `No file makes ${name} for certain: it may have been there before this migration. Nothing is dropped.`,
    `Only if ${name} was not there before`,
  );
}

function staying(object: CatalogObject, { now, stays }: UndoContext, reason: string, condition: string): Undo {
  const parent = now.catalog.get(object.parent);
  const drop =
    (object.kind === 'column' || object.kind === 'constraint') && parent
      ? alter(parent, `DROP ${object.kind.toUpperCase()} ${quoteIdentifier(object.name)}`)
      : object.kind === 'setting'
        ? `REVOKE ${object.head.replace(' TO ', ' FROM ')}`
        : `DROP ${kindAndName(object, now)}`;
  for (const { oid } of [object, ...now.catalog.childrenOf(object.oid)]) stays.add(oid);
  return impossible(reason, { condition, sql: `${drop};` });
}
