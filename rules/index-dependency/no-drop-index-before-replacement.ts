import type { CreateIndex, DropIndex } from '../../server/src/sql/action.js';
import { rollsBack } from '../questions/in-file.js';
import { defineRule, type RuleContext } from '../engine/define-rule.js';
import { nameOf } from '../engine/words.js';

/** Between the drop and the end of the new build, queries that need the index read the whole table. */
export default defineRule({
  meta: {
    id: 'no-drop-index-before-replacement',
    category: 'index-dependency',
    severity: 'warning',
    summary: 'Build the new index before the old one is dropped.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-dropindex.html'],
    messages: {
      gap: '{index} is dropped before {replacement} is built: until that build ends, every query on {table} that needs the index reads the whole table.{unique}\nBuild {replacement} first{rename}, then drop {index}.',
      held: 'DROP INDEX takes an ACCESS EXCLUSIVE lock on {table} and the transaction keeps it while {replacement} is built: all reads and writes wait until then.\nBuild {replacement} first with CONCURRENTLY{rename}, in a migration that runs outside a transaction, then drop {index}.',
    },
  },

  check: {
    dropIndex(action, context) {
      const { before, transaction, runsLater } = context;
      if (runsLater) return;
      const index = before.index(action.index);
      // DROP … IF EXISTS of an index that nobody has heard of clears away what a failed build has left.
      if (!index && action.ifExists) return;
      const created = replacementOf(action, context);
      if (!created || before.isUnused(created.table)) return;
      const table = before.table(created.table);
      const leading = created.columns[0]?.name;
      const stays = [...(table?.indexes ?? [])].some((key) => {
        const other = before.relationByKey(key);
        return (
          other?.kind === 'index' &&
          other.key !== index?.key &&
          other.columns[0] === leading &&
          other.predicate === undefined
        );
      });
      // Another index with the same first column serves the queries in the meantime.
      if (stays && !index?.unique) return;
      const unique = index?.unique ? ' In the meantime duplicates get in, and then the build fails.' : '';
      const replacement = nameOfNew(created, action);
      const rename =
        created.index === action.index.name ? ' under another name, which ALTER INDEX changes afterwards' : '';
      const data = { index: nameOf(action.index), replacement, table: nameOf(created.table), rename };
      const at = action.index.span ?? action.keyword;
      return transaction.open ? { at, message: 'held', data } : { at, message: 'gap', data: { ...data, unique } };
    },
  },
});

/** An index without a name of its own is called by what it is on, and one that takes the old name is the new one. */
function nameOfNew({ index, columns, table }: CreateIndex, dropped: DropIndex): string {
  if (index !== undefined) return index === dropped.index.name ? `the new ${index}` : index;
  const names = columns.map(({ name }) => name).filter((name) => name !== undefined);
  return `the new index on ${nameOf(table)}${names.length === columns.length ? ` (${names.join(', ')})` : ''}`;
}

/** The index of the same name, or on the same first column of the same table, that this file builds further down. */
function replacementOf({ index: dropped }: DropIndex, { before, later }: RuleContext): CreateIndex | undefined {
  const index = before.index(dropped);
  const name = index ? before.relationByKey(index.table)?.name : dropped.name;
  if (name === undefined) return undefined;
  for (const action of later.until(rollsBack).naming(name)) {
    if (action.kind !== 'createIndex') continue;
    if (!index) {
      if (action.index === name) return action;
      continue;
    }
    const [first] = index.columns;
    if (
      before.table(action.table)?.key === index.table &&
      first !== undefined &&
      action.columns[0]?.name === first &&
      action.method === index.method
    )
      return action;
  }
  return undefined;
}
