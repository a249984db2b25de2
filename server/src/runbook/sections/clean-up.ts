import { knownIndexName } from '../../schema/names.js';
import type { SchemaState } from '../../schema/state.js';
import type { Action } from '../../sql/action.js';
import { objectSql, qualify, quoteIdentifier } from '../../sql/quote.js';
import type { PlannedMigration } from '../migration.js';
import { type Block, code, heading, paragraph, query, sql, type Text } from '../../page/page.js';
import { leftovers } from '../queries/leftovers.js';

/** Something that a stopped step may leave, and what removes it. */
interface Leftover {
  readonly text: Text;
  readonly sql: string;
}

/** What is cleared away when a step has stopped half way, and what the migration leaves open on purpose. */
export function cleanUp(migrations: readonly PlannedMigration[]): Block[] {
  const found = migrations.flatMap(leftoversOf);
  const tables = [...new Set(migrations.flatMap((each) => each.tables.map(({ sql: name }) => name)))];
  return [
    heading(2, 'Clean up'),
    ...(found.length === 0
      ? [
          paragraph(
            'When a step fails, PostgreSQL takes back that statement, or its transaction: see the step. Nothing half done stays.',
          ),
        ]
      : found.flatMap(({ text, sql: remove }) => [paragraph(...text), sql(remove)])),
    ...(tables.length > 0 ? [query(leftovers(tables))] : []),
  ];
}

function leftoversOf({ analysis }: PlannedMigration): Leftover[] {
  const found = new Map<string, Leftover>();
  analysis.walk(({ origin, statement }, before) => {
    if (origin !== 'file') return;
    for (const action of statement.actions) {
      const each = leftoverOf(action, before, analysis.after);
      if (each) found.set(each.sql, each);
    }
  });
  return [...found.values()];
}

function leftoverOf(action: Action, before: SchemaState, after: SchemaState): Leftover | undefined {
  switch (action.kind) {
    case 'createIndex': {
      if (!action.concurrently) return undefined;
      const name = knownIndexName(before, action);
      if (name === undefined) return undefined;
      const index = qualify(action.table.schema, name);
      return {
        text: [
          'A failed build of ',
          code(index),
          ' leaves an invalid index, which slows writes and serves no query. Drop it before trying again:',
        ],
        sql: `DROP INDEX CONCURRENTLY IF EXISTS ${index};`,
      };
    }
    case 'reindex': {
      if (!action.concurrently || !action.object) return undefined;
      const rebuilt = action.target === 'index' ? action.object.name : `${action.object.name}_…`;
      const name = quoteIdentifier(`${rebuilt}_ccnew`);
      return {
        text: [
          'A failed REINDEX CONCURRENTLY leaves an invalid index whose name ends in ',
          code('_ccnew'),
          ' (or ',
          code('_ccold'),
          ', where the old one could not be dropped; then the new one is good). The query below names it:',
        ],
        sql: `DROP INDEX CONCURRENTLY IF EXISTS ${qualify(action.object.schema, name.replaceAll('"', ''))};`,
      };
    }
    case 'detachPartition':
      return action.concurrently && !action.finalize
        ? {
            text: ['A stopped DETACH CONCURRENTLY leaves the partition half detached. This ends it:'],
            sql: `ALTER TABLE ${objectSql(action.table)} DETACH PARTITION ${objectSql(action.partition)} FINALIZE;`,
          }
        : undefined;
    case 'addConstraint': {
      const { name, notValid } = action.constraint;
      const known = name === undefined ? undefined : after.table(action.table)?.constraints.get(name);
      return notValid && name !== undefined && known?.validated === false
        ? {
            text: [
              'The constraint ',
              code(name),
              ' stays NOT VALID behind this migration. When the old rows are right:',
            ],
            sql: `ALTER TABLE ${objectSql(action.table)} VALIDATE CONSTRAINT ${quoteIdentifier(name)};`,
          }
        : undefined;
    }
    case 'createTrigger':
      return /^~?airlock_/.test(action.trigger)
        ? {
            text: [
              'The trigger ',
              code(action.trigger),
              ' keeps two forms equal while old and new code run. When no old code runs:',
            ],
            sql: `DROP TRIGGER IF EXISTS ${quoteIdentifier(action.trigger)} ON ${objectSql(action.table)};`,
          }
        : undefined;
    case 'createTable':
      return /^airlock_/.test(action.table.name) && !action.temporary
        ? {
            text: ['The table ', code(action.table.name), ' holds how far a backfill is. When it is through:'],
            sql: `DROP TABLE IF EXISTS ${objectSql(action.table)};`,
          }
        : undefined;
    default:
      return undefined;
  }
}
