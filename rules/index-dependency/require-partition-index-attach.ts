import type { ParsedStatement } from '../../server/src/sql/statement.js';
import { constraintName } from '../../server/src/schema/names.js';
import type { Action, AddConstraint, AlterTableOther, CreateIndex } from '../../server/src/sql/action.js';
import { lex, nameOf as tokenName } from '../../server/src/sql/lexer.js';
import { hasDynamicSql } from '../questions/in-file.js';
import { defineRule, type RuleContext, type Severity } from '../engine/define-rule.js';
import { headOf, listed, nameOf } from '../engine/words.js';

/** An index ON ONLY a partitioned table is invalid until each partition has an index attached to it. */
export default defineRule({
  meta: {
    id: 'require-partition-index-attach',
    category: 'index-dependency',
    severity: 'warning',
    summary: 'Attach an index of every partition to an index that is made ON ONLY the partitioned table.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE'],
    messages: {
      missing:
        'An index ON ONLY {table} stays invalid until every partition has one attached, and nothing in this file attaches one of {partitions}.\nBuild an index on each with CONCURRENTLY, then run ALTER INDEX {index} ATTACH PARTITION for each.',
      keyMissing:
        'A key that is added to ONLY {table} stays invalid, and keeps no duplicate out of a partition, until every partition has one attached, and nothing in this file attaches one of {partitions}.\nGive each its key from an index that is built with CONCURRENTLY, then run ALTER INDEX {index} ATTACH PARTITION for each.',
      keyNone:
        'A key that is added to ONLY {table} builds nothing, and keeps no duplicate out of the partitions that are there, until every one has a key attached. This file attaches none.\nRun ALTER INDEX {index} ATTACH PARTITION for each in the following migration.',
      none: 'An index ON ONLY {table} builds nothing and stays invalid until every partition has one attached. This file attaches none.\nRun ALTER INDEX {index} ATTACH PARTITION for each in the following migration, or no query ever uses {index}.',
    },
  },

  check: {
    createIndex(action, context) {
      const found = leftOut(action, action.index, context);
      if (!found) return;
      const { some, ...rest } = found;
      return { ...rest, at: action.table.span ?? action.keyword, message: some ? 'missing' : 'none' };
    },
    addConstraint(action, context) {
      const { constraint, table } = action;
      if ((constraint.kind !== 'primaryKey' && constraint.kind !== 'unique') || constraint.usingIndex !== undefined)
        return;
      const name = constraintName(context.before, context.before.named(table), constraint);
      const found = leftOut(action, name, context);
      if (!found) return;
      const { some, ...rest } = found;
      return { ...rest, at: headOf(constraint.span, context.statement), message: some ? 'keyMissing' : 'keyNone' };
    },
  },
});

interface LeftOut {
  /** True when some partitions have one attached. */
  readonly some: boolean;
  readonly data: Readonly<Record<string, string>>;
  readonly severity?: Severity;
}

/** What is said of an index, or of the key with its index, that is made for ONLY a partitioned table; the name of it. */
function leftOut(
  { table: name, only }: CreateIndex | AddConstraint,
  index: string | undefined,
  { before, later, runsLater }: RuleContext,
): LeftOut | undefined {
  const table = before.table(name);
  if (!only || !table?.partitionBy || table.children.size === 0 || runsLater) return undefined;
  // A loop over the partitions is put together at run time.
  if (later.some(hasDynamicSql)) return undefined;
  const partitions = [...table.children].flatMap((key) => before.tableByKey(key)?.name ?? []);
  const isOfIndex = (each: Action): boolean => isAttach(each) && (index === undefined || each.table.name === index);
  const attached = [...later.statements(attachesIndex)].flatMap(({ actions, text }) =>
    actions.some(isOfIndex) ? [lastName(text)] : [],
  );
  if (attached.length >= partitions.length) return undefined;
  const data = { table: nameOf(name), index: index ?? 'that index' };
  if (attached.length === 0) return { some: false, data, severity: 'info' };
  const built = [
    ...[...later.actions('createIndex')].filter((each) => attached.includes(each.index ?? '')),
    ...[...later.actions('addConstraint')].filter((each) => attached.includes(each.constraint.name ?? '')),
  ].map((each) => each.table.name);
  const left = partitions.filter((each) => !built.includes(each));
  return { some: true, data: { ...data, partitions: left.length > 0 ? listed(left) : 'its partitions' } };
}

function isAttach(action: Action): action is AlterTableOther {
  return action.kind === 'alterTableOther' && action.subcommand === 'attachPartition' && action.objectKind === 'index';
}

function attachesIndex({ actions }: ParsedStatement): boolean {
  return actions.some(isAttach);
}

/** The index that ALTER INDEX … ATTACH PARTITION names last. */
function lastName(text: string): string {
  const last = lex(text).at(-1);
  return last ? tokenName(last) : '';
}
