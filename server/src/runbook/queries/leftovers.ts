import type { Query } from '../../page/page.js';
import { regclass } from './server.js';

/** What a stopped migration may have left on its tables. In: the tables, as SQL names them. */
export function leftovers(relations: readonly string[]): Query {
  const tables = relations.map(regclass).join(', ');
  return {
    title: 'What is half done on these tables',
    sql: [
      "SELECT 'invalid index' AS what, indexrelid::regclass::text AS name, indrelid::regclass AS table_name",
      `FROM pg_index WHERE NOT indisvalid AND indrelid IN (${tables})`,
      'UNION ALL',
      "SELECT 'constraint NOT VALID', conname, conrelid::regclass",
      `FROM pg_constraint WHERE NOT convalidated AND conrelid IN (${tables})`,
      'UNION ALL',
      "SELECT 'partition half detached', inhrelid::regclass::text, inhparent::regclass",
      `FROM pg_inherits WHERE inhdetachpending AND inhparent IN (${tables})`,
      'UNION ALL',
      "SELECT 'trigger of a change under way', tgname, tgrelid::regclass",
      `FROM pg_trigger WHERE tgname ~ '^~?airlock_' AND tgrelid IN (${tables})`,
      'UNION ALL',
      "SELECT 'progress of a backfill', oid::regclass::text, NULL",
      "FROM pg_class WHERE relkind = 'r' AND relname ~ '^airlock_';",
    ].join('\n'),
    read: 'No row: nothing is left. An index of a partitioned table is invalid until each partition has its part.',
  };
}
