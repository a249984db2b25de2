import { blockedBy, lockName, type LockMode } from '../impact/locks.js';
import { tableCell } from './markdown-text.js';
import type { ReviewedMigration, ReviewedStatement } from './statements.js';

/** What one statement means for one table. */
export interface TimelineCell {
  readonly mode: LockMode;
  /** False where an earlier statement of the transaction has taken the lock. */
  readonly isTaken: boolean;
  /** True while a whole table is read or written under it. */
  readonly isLong: boolean;
}

/** Statements across, tables down: which lock each holds on each. */
export interface Timeline {
  readonly file: string;
  readonly statements: readonly ReviewedStatement[];
  readonly rows: readonly { readonly relation: string; readonly cells: readonly (TimelineCell | undefined)[] }[];
}

/** The picture of a migration; undefined for one that holds no lock on what was there before. */
export function timelineOf({ file, statements }: ReviewedMigration): Timeline | undefined {
  const shown = statements.filter(({ locks, held }) => locks.length + held.length > 0);
  const relations = new Map(
    shown.flatMap(({ locks, held }) => [...held, ...locks].map(({ key, relation }) => [key, relation])),
  );
  if (relations.size === 0) return undefined;
  return {
    file,
    statements: shown,
    rows: [...relations].map(([key, relation]) => ({ relation, cells: shown.map((each) => cellOf(each, key)) })),
  };
}

function cellOf({ locks, held, isLong }: ReviewedStatement, key: string): TimelineCell | undefined {
  const own = locks.find((lock) => lock.key === key);
  const before = held.find((lock) => lock.key === key);
  if (own && !(before && blockedBy(before.mode).length > blockedBy(own.mode).length))
    return { mode: own.mode, isTaken: true, isLong: own.isLong || (own.mode !== 'ShareUpdateExclusiveLock' && isLong) };
  return before && { mode: before.mode, isTaken: false, isLong };
}

/** Wider tables are hard to read, so that a long migration is drawn in several pieces. */
const WIDTH = 8;

/** What more pieces would show, the review says in words. */
const MOST_PIECES = 4;

/** The picture as a table of Markdown, which GitHub, GitLab and VS Code's preview all draw. */
export function timelineMarkdown(timeline: Timeline): string[] {
  const lines: string[] = [];
  const count = timeline.statements.length;
  for (let from = 0; from < count && from < WIDTH * MOST_PIECES; from += WIDTH) {
    const part = timeline.statements.slice(from, from + WIDTH);
    lines.push(
      `| | ${part.map(({ line, words }) => `line ${line}: ${tableCell(words)}`).join(' | ')} |`,
      `| --- |${' :---: |'.repeat(part.length)}`,
      ...timeline.rows
        .map(({ relation, cells }) => ({ relation, cells: cells.slice(from, from + WIDTH) }))
        .filter(({ cells }) => cells.some((cell) => cell !== undefined))
        .map(({ relation, cells }) => `| **${tableCell(relation)}** | ${cells.map(drawn).join(' | ')} |`),
      '',
    );
  }
  const left = count - WIDTH * MOST_PIECES;
  if (left > 0) lines.push(`${left} more statement${left === 1 ? '' : 's'} stand in words below.`, '');
  return lines;
}

/** Says what the marks of the picture mean. */
export const timelineLegend =
  '🟥 reads and writes wait · 🟧 writes wait · 🟩 nobody waits · ⏳ while a whole table is read or written · held: since an earlier statement of the transaction';

function drawn(cell: TimelineCell | undefined): string {
  if (!cell) return '';
  const waits = blockedBy(cell.mode).length;
  const colour = waits === 4 ? '🟥' : waits > 0 ? '🟧' : '🟩';
  const words = cell.isTaken ? lockName(cell.mode) : 'held';
  return `${colour}${cell.isLong ? '⏳' : ''} ${words}`;
}
