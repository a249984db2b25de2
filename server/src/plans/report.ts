import { counted } from '../../../rules/engine/words.js';
import type { OldQueries } from '../rehearsal/queries.js';
import type { ReviewedIndex } from '../review/index-plans.js';
import type { Plan } from './explain.js';
import type { IndexPlans, QueryPlans } from './plans.js';

/** In: the file of the migration, as people know it. */
export function indexReport({ change, queries, isFilled }: IndexPlans, file: string): ReviewedIndex {
  const { what, index, table, line } = change;
  return {
    title: `index ${index} on ${table}, ${what} by ${file}:${line}`,
    verdict: verdictOf(what, index, queries, isFilled),
    queries: ofInterest(queries, index).map(({ query, before, behind }) => ({
      place: `${query.file}:${query.line}`,
      text: query.text.replace(/\s+/g, ' ').trim(),
      before: planWords(before),
      behind: planWords(behind),
    })),
  };
}

/** So many queries are shown of an index that none uses. */
const MOST = 5;

/** The queries that read the index, or a few of those that do not. */
function ofInterest(queries: readonly QueryPlans[], index: string): readonly QueryPlans[] {
  const using = queries.filter(({ before, behind }) => isUsed(before, index) || isUsed(behind, index));
  return using.length > 0 ? using : queries.slice(0, MOST);
}

function verdictOf(what: 'made' | 'dropped', index: string, queries: readonly QueryPlans[], isFilled: boolean): string {
  const all = queries.length;
  if (all === 0) return 'No query that was found reads its table.';
  const small = isFilled
    ? ''
    : ' Its table could not be filled with many rows, so PostgreSQL may rather read all of it.';
  const used = queries.filter(({ before, behind }) => isUsed(what === 'made' ? behind : before, index)).length;
  const of = `${used} of ${counted(all, 'query', 'queries')} on its table`;
  if (what === 'made')
    return used === 0
      ? `Not used: none of ${counted(all, 'query', 'queries')} on its table reads it.${small}`
      : `Used by ${of}.`;
  if (used === 0) return `Not missed: none of ${counted(all, 'query', 'queries')} on its table read it.${small}`;
  const slower = queries.filter(({ before, behind }) => isUsed(before, index) && reads(behind, 'Seq Scan')).length;
  return slower === 0
    ? `Used by ${of}; another index takes its place.`
    : `Used by ${of}; ${slower} ${slower === 1 ? 'reads' : 'read'} the whole table behind it.`;
}

export function isUsed(plan: Plan | undefined, index: string): boolean {
  return plan?.scans.some(({ indexes }) => indexes.includes(index)) === true;
}

function reads(plan: Plan | undefined, node: string): boolean {
  return plan?.scans.some((scan) => scan.node === node) === true;
}

/** "Index Scan using orders_status, cost 8". */
export function planWords(plan: Plan | undefined): string {
  if (!plan) return 'not planned: PostgreSQL refuses it';
  if (plan.scans.length === 0) return `does not read the table, cost ${rounded(plan.cost)}`;
  const scans = plan.scans.map(({ node, indexes }) =>
    indexes.length === 0 ? node : `${node} using ${indexes.join(' and ')}`,
  );
  return `${[...new Set(scans)].join(', ')}, cost ${rounded(plan.cost)}`;
}

function rounded(cost: number): string {
  return cost < 10 ? cost.toFixed(1) : Math.round(cost).toLocaleString('en');
}

/** What was not looked at, a sentence each. */
export function notesOf({ source, dynamic, isCut, queries }: OldQueries): string[] {
  return [
    source === 'configured'
      ? `${counted(queries.length, 'query', 'queries')} of "rehearsal.queries".`
      : `${counted(queries.length, 'query', 'queries')} found in strings of the code.`,
    ...(dynamic > 0 ? [`${counted(dynamic, 'query', 'queries')} put together at run time were not seen.`] : []),
    ...(isCut ? ['There are more than were looked at.'] : []),
  ];
}
