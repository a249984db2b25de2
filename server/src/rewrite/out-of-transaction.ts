import { indexName } from '../schema/names.js';
import type { Action, CreateIndex, DetachPartition, DropIndex, Reindex } from '../sql/action.js';
import type { Span } from '../sql/span.js';
import { objectSql, qualify, quoteIdentifier, quoteLiteral } from '../sql/quote.js';
import { nameOf } from '../../../rules/engine/words.js';
import { type Phase, type PlanOutcome, type RewriteContext, slugOf, unbounded } from './plan.js';

/**
 * A statement that has to run outside a transaction to block nobody, taken out of the one that is open around it: a
 * migration of its own, with CONCURRENTLY. Undefined for every other statement.
 */
export function outOfTransactionPlan(context: RewriteContext): PlanOutcome {
  const [action, ...others] = context.statement.actions;
  if (!action || others.length > 0) return undefined;
  const phase = phaseFor(action, context);
  if (!phase) return undefined;
  return {
    title: 'Add CONCURRENTLY, outside a transaction',
    phases: [phase],
    mends: [
      'require-concurrent-index',
      'require-concurrent-index-drop',
      'require-concurrent-reindex',
      'require-concurrent-detach',
      'no-concurrently-in-transaction',
    ],
  };
}

function phaseFor(action: Action, context: RewriteContext): Phase | undefined {
  switch (action.kind) {
    case 'createIndex':
      return createPhase(action, context);
    case 'dropIndex':
      return dropPhase(action, context);
    case 'reindex':
      return reindexPhase(action, context);
    case 'detachPartition':
      return action.concurrently ? detachPhase(action, context) : undefined;
    default:
      return undefined;
  }
}

function createPhase(action: CreateIndex, { statement, before }: RewriteContext): Phase | undefined {
  if (action.only || before.table(action.table)?.partitionBy || before.isUnused(action.table)) return undefined;
  const { schema } = before.named(action.table);
  const name = action.index ?? indexName(before, schema, action);
  const index = qualify(action.table.schema === undefined ? undefined : schema, name);
  return {
    slug: slugOf('index', name),
    title: `Build ${name} beside reads and writes`,
    why: 'CONCURRENTLY cannot run inside a transaction. It waits for transactions that are open, and blocks none.',
    notes: [
      `If it stops half way, it leaves ${name} behind as an INVALID index: DROP INDEX CONCURRENTLY ${index}, then run it again.`,
    ],
    statements: [unbounded(withConcurrently(statement.text, action))],
    transactional: false,
    verify: `SELECT indisvalid FROM pg_index WHERE indexrelid = ${quoteLiteral(index)}::regclass; -- true`,
    back: [unbounded(`DROP INDEX CONCURRENTLY IF EXISTS ${index}`)],
    backTransactional: false,
  };
}

function dropPhase(action: DropIndex, { statement, before }: RewriteContext): Phase | undefined {
  if (action.cascade || action.among > 1) return undefined;
  const index = before.index(action.index);
  if (index?.constraint !== undefined || (index && before.tableByKey(index.table)?.partitionBy)) return undefined;
  const name = nameOf(action.index);
  return {
    slug: slugOf('drop', action.index.name),
    title: `Drop ${name} beside reads and writes`,
    why: 'CONCURRENTLY cannot run inside a transaction. It waits for transactions that are open, and blocks none.',
    statements: [unbounded(withConcurrently(statement.text, action))],
    transactional: false,
    back: [],
    backNote: `The migration that this was taken out of builds ${name} again, or nothing does.`,
    backTransactional: true,
  };
}

function reindexPhase(action: Reindex, { statement }: RewriteContext): Phase | undefined {
  if (action.target === 'system') return undefined;
  const what = action.object?.name ?? action.target;
  return {
    slug: slugOf('reindex', what),
    title: `Rebuild ${what} beside reads and writes`,
    why: 'CONCURRENTLY cannot run inside a transaction. It waits for transactions that are open, and blocks none.',
    notes: ['If it stops half way, it leaves an INVALID index behind whose name ends in _ccnew: drop that one.'],
    statements: [unbounded(withConcurrently(statement.text, action))],
    transactional: false,
    back: [],
    backTransactional: true,
  };
}

function detachPhase({ partition, table }: DetachPartition, { statement }: RewriteContext): Phase {
  return {
    slug: slugOf('detach', partition.name),
    title: `Detach ${partition.name} beside reads and writes`,
    why: 'DETACH PARTITION … CONCURRENTLY cannot run inside a transaction.',
    notes: [
      `If it stops half way, ALTER TABLE ${objectSql(table)} DETACH PARTITION ${quoteIdentifier(partition.name)} FINALIZE ends it.`,
    ],
    statements: [unbounded(statement.text)],
    transactional: false,
    back: [],
    backNote: `The migration that this was taken out of attaches ${partition.name} again, or nothing does.`,
    backTransactional: true,
  };
}

/** The statement with CONCURRENTLY where PostgreSQL wants it: behind INDEX, or behind what REINDEX is of. */
function withConcurrently(text: string, action: (CreateIndex | DropIndex | Reindex) & { keyword: Span }): string {
  if (action.concurrently) return text;
  const behind = text.slice(action.keyword.end);
  const [kind = ''] = action.kind === 'reindex' ? (/^\s*(?:\([^)]*\)\s*)?\w+/.exec(behind) ?? []) : [];
  const at = action.keyword.end + kind.length;
  return `${text.slice(0, at)} CONCURRENTLY${text.slice(at)}`;
}
