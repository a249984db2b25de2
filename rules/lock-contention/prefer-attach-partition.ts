import type { CreateTable } from '../../server/src/sql/action.js';
import { closeUp } from '../../server/src/sql/comments.js';
import { defineRule, type Fix, type RuleContext } from '../engine/define-rule.js';
import { inCaseOf, newlineOf, replace } from '../fixes/edit.js';
import { nameOf } from '../engine/words.js';

/** PARTITION OF takes ACCESS EXCLUSIVE on the parent, ATTACH only SHARE UPDATE EXCLUSIVE (measured: create-partition-of, attach-matching-check). */
export default defineRule({
  meta: {
    id: 'prefer-attach-partition',
    category: 'lock-contention',
    severity: 'warning',
    summary: 'Make a partition as a table of its own and attach it.',
    recommended: true,
    fix: 'safe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE'],
    messages: {
      locksParent:
        'PARTITION OF takes an ACCESS EXCLUSIVE lock on {parent}: it waits for every running query, and all reads and writes on {parent} wait behind it.\nMake {table} with LIKE {parent}, then ATTACH PARTITION: that lets reads and writes of {parent} go on.',
      scansDefault:
        'PARTITION OF takes an ACCESS EXCLUSIVE lock on {parent} and on its default partition {fallback}, and reads every row of {fallback} under it: all reads and writes wait.\nGive {fallback} a validated CHECK that excludes the new bounds, make {table} by itself, then ATTACH it.',
    },
  },

  check: {
    createTable(action, context) {
      const { before, impact, lockTimeout, runsLater } = context;
      const { partitionOf } = action;
      if (!partitionOf || runsLater || before.isUnused(partitionOf.parent)) return;
      if (action.ifNotExists && before.table(action.table)) return;
      const at = partitionOf.parent.span ?? action.span;
      const fallback = partitionOf.isDefault ? undefined : impact.scans.find((scan) => scan.why === 'partition');
      const data = { parent: nameOf(partitionOf.parent), table: nameOf(action.table) };
      if (fallback && !before.isUnused(fallback.relation)) {
        return { at, message: 'scansDefault', data: { ...data, fallback: fallback.relation.label } };
      }
      // The lock is held for a moment; with a bounded wait it hurts nobody.
      return lockTimeout
        ? undefined
        : { at, message: 'locksParent', data, severity: 'info', fixes: attach(action, context) };
    },
  },
});

/** Everything of the parent that its partition has from the start; indexes, keys and triggers come with ATTACH (measured). */
const copied = 'INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE INCLUDING COMPRESSION';

/** The same partition in two statements; only where nothing but the bounds is written behind the parent. */
function attach(action: CreateTable, { statement, transaction }: RuleContext): Fix[] {
  const { partitionOf, table } = action;
  const span = partitionOf?.parent.span;
  if (!span || !table.span || action.ifNotExists || action.temporary || action.unlogged) return [];
  const bounds = closeUp(statement.text.slice(span.end).trim());
  const plain = (text: string): string => text.replace(/^for\s+values\s+/i, '');
  if (plain(bounds) !== plain(partitionOf.bound) || partitionOf.isDefault) return [];
  const [name, parent] = [table.span, span].map(({ start, end }) => statement.text.slice(start, end));
  const words = (upper: string): string => inCaseOf(statement, upper);
  // In one transaction, so that no attempt leaves the table unattached: the next one would find its name taken.
  const text = [
    ...(transaction.open ? [] : [words('BEGIN')]),
    `${words('CREATE TABLE')} ${name} (${words('LIKE')} ${parent} ${words(copied)})`,
    `${words('ALTER TABLE')} ${parent} ${words('ATTACH PARTITION')} ${name} ${bounds}`,
    ...(transaction.open ? [] : [words('COMMIT')]),
  ].join(`;${newlineOf(statement)}`);
  return [
    {
      title: 'Make the table by itself and attach it',
      safety: 'safe',
      edits: [replace({ start: 0, end: statement.text.length }, text)],
    },
  ];
}
