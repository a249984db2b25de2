import { codeSpan, markdownText, tableCell } from './markdown-text.js';

/** Which queries use an index that a migration makes or drops, as plain data: a review plans nothing. */
export interface ReviewedIndex {
  /** "index orders_at on orders, dropped by 0002_change.sql:4" */
  readonly title: string;
  /** In a sentence. */
  readonly verdict: string;
  readonly queries: readonly ReviewedQuery[];
}

/** How a query is planned, "Index Scan using orders_at, cost 8", before the migration and behind it. */
export interface ReviewedQuery {
  /** File and line. */
  readonly place: string;
  /** On one line. */
  readonly text: string;
  readonly before: string;
  readonly behind: string;
}

/** So much of a query stands in a cell. */
const MOST = 100;

/** The plans as Markdown, a short table for each index; nothing where there are none. */
export function planLines(plans: readonly ReviewedIndex[]): string[] {
  if (plans.length === 0) return [];
  return ['## Plans of queries', '', ...plans.flatMap(tableOf)];
}

function tableOf({ title, verdict, queries }: ReviewedIndex): string[] {
  return [
    `${markdownText(title)}: ${markdownText(verdict)}`,
    '',
    ...(queries.length === 0 ? [] : ['| Query | Before | After |', '| --- | --- | --- |', ...queries.map(rowOf), '']),
  ];
}

function rowOf({ place, text, before, behind }: ReviewedQuery): string {
  return `| ${codeSpan(place)} ${tableCell(shortened(text))} | ${tableCell(before)} | ${tableCell(behind)} |`;
}

/** The beginning of a query, for a line. */
export function shortened(text: string, most = MOST): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
