import type { Analysis } from '../analysis/analyze.js';
import type { Step } from '../analysis/finding.js';
import { baseName } from '../frameworks/framework.js';
import { atLeast } from '../impact/locks.js';
import { type RetryLimits, retryBlock, type WantedLock } from '../rewrite/lock-retry.js';
import type { Refusal } from '../rewrite/plan.js';
import { objectSql } from '../sql/quote.js';

/** A file whose short steps try again until they get their locks. */
export interface RetriedFile {
  readonly text: string;
  /** The tables whose locks are waited for, as people know them. */
  readonly tables: readonly string[];
}

/** A statement of the file with what it does. */
interface Top {
  readonly start: number;
  /** Before its semicolon. */
  readonly end: number;
  readonly sql: string;
  readonly steps: readonly Step[];
  readonly locks: readonly WantedLock[];
}

/**
 * The file with its statements that take blocking locks in blocks that try again. In one transaction it is one block
 * from the first statement that locks anything on: what a transaction has locked before stays locked while it waits, and
 * an attempt gives back only what it has locked itself. A refusal where that cannot be.
 */
export function planRetry(analysis: Analysis, text: string, limits?: RetryLimits): RetriedFile | Refusal {
  const { host, sections, project, path } = analysis;
  const name = baseName(path);
  if (host) return { refused: `${name} is code: run its tool again instead, with --as node.` };
  const ups = sections.filter(({ direction }) => direction === 'up');
  const [section, ...more] = ups;
  if (!section || more.length > 0) return { refused: `${name} has ${ups.length} parts that run apart.` };
  if (section.scope === 'all-pending')
    return {
      refused: `${project.framework.title} runs all pending files in one transaction, so that the locks of the files before ${name} stay while it waits: run the tool again instead, with --as node.`,
    };
  const tops = topsOf(analysis, text).filter(({ start }) => start >= section.span.start && start < section.span.end);
  const own = tops.find(({ steps }) => steps.some(({ statement }) => statement.actions[0]?.kind === 'transaction'));
  if (own) return { refused: `${name} begins or ends a transaction by itself, so that its locks stay while it waits.` };
  const first = tops.findIndex(({ steps }) => steps.some(locksRows));
  const wanted = tops.filter(({ locks }) => locks.length > 0);
  if (wanted.length === 0) return { refused: `No statement of ${name} takes a lock that others wait for.` };
  const groups = section.scope === 'none' ? wanted.map((each) => [each]) : [tops.slice(first)];
  for (const each of groups.flat()) {
    const why = outsideBlock(each);
    if (why !== undefined) return { refused: `${each.sql.split(/[\r\n]/, 1)[0]} cannot stand in a block: ${why}.` };
  }
  let retried = text;
  for (const group of [...groups].reverse()) {
    const [from, to] = [group[0], group.at(-1)];
    if (!from || !to) continue;
    const body = group.filter(({ sql }) => !/^set\s+(?:local\s+|session\s+)?lock_timeout\b/i.test(sql));
    const block = retryBlock(
      body.map(({ sql }) => sql),
      unique(group.flatMap(({ locks }) => locks)),
      limits,
    );
    retried = retried.slice(0, from.start) + block + retried.slice(to.end);
  }
  return { text: retried, tables: [...new Set(wanted.flatMap(({ locks }) => locks.map(({ table }) => table)))] };
}

function topsOf({ document, steps }: Analysis, text: string): Top[] {
  return document.statements.map(({ span }, top) => {
    const own = steps.filter((step) => step.top === top && step.origin !== 'function');
    return {
      start: span.start,
      end: span.end,
      sql: text.slice(span.start, span.end).replace(/;\s*$/, ''),
      steps: own,
      locks: unique(own.flatMap(blockingLocks)),
    };
  });
}

function blockingLocks({ impact, statement }: Step): WantedLock[] {
  const asks = statement.actions.some(({ kind }) => kind === 'select');
  return impact.locks.flatMap(({ mode, relation, kind, isNew }) =>
    kind === 'table' && !isNew && !asks && atLeast(mode, 'ShareLock')
      ? [{ table: objectSql({ schema: relation.schema, name: relation.name }), mode }]
      : [],
  );
}

/** It locks a table that was there before, or rows of it, for as long as the transaction lasts. */
function locksRows({ impact }: Step): boolean {
  return impact.locks.some(({ isNew, mode }) => !isNew && atLeast(mode, 'RowShareLock'));
}

/** Why a statement cannot stand in PL/pgSQL, if so. */
function outsideBlock({ sql, steps }: Top): string | undefined {
  if (steps.some(({ impact }) => impact.transaction === 'forbidden')) return 'PostgreSQL refuses it in a transaction';
  if (steps.some(({ statement }) => statement.problem)) return 'PostgreSQL does not read it';
  if (/^(?:select|with|values|table|show|explain)\b/i.test(sql)) return 'it gives back rows';
  if (/^copy\b/i.test(sql)) return 'its rows stand behind it';
  return undefined;
}

function unique(locks: readonly WantedLock[]): WantedLock[] {
  const strongest = new Map<string, WantedLock>();
  for (const each of locks) {
    const known = strongest.get(each.table);
    if (!known || atLeast(each.mode, known.mode)) strongest.set(each.table, each);
  }
  return [...strongest.values()];
}
