import type { TransactionMode } from '../../analysis/sections.js';
import { lineOfMessage } from '../../analysis/finding-message.js';
import { byteWords, rangeWords } from '../../review/durations.js';
import { categoryTitles, review } from '../../review/review.js';
import { losingSteps } from '../../review/losses.js';
import type { Rollback } from '../../rollback/rollback.js';
import type { PlannedMigration } from '../migration.js';
import { type Block, blank, code, heading, joined, list, strong, table, type Text } from '../../page/page.js';
import { deployOrder } from './deploy-order.js';

/** Verdict, tables, how long, who: what one reads first. */
export function summary(migrations: readonly PlannedMigration[]): Block[] {
  const result = review(
    migrations.map(({ analysis }) => ({ ...analysis, applied: false })),
    (analysis) => migrations.find((each) => each.analysis.path === analysis.path)?.rollback ?? nothingBack,
  );
  const tables = [...new Set(migrations.flatMap((each) => each.tables.map(({ label }) => label)))];
  const issues = result.categories.flatMap((category) => category.issues);
  const [first] = migrations;
  return [
    heading(2, 'Summary'),
    list([
      ['Verdict: ', strong(result.verdict), `. ${result.reason}`],
      [`PostgreSQL: ${result.postgres} or newer. Run by: ${runBy(migrations)}.`],
      ['Tables: ', ...(tables.length > 0 ? joined(tables.map(code)) : ['only new ones']), '.'],
      ['Expected: ', ...expected(migrations)],
      ['Way back: ', ...wayBack(migrations)],
    ]),
    table(['Role', 'Who'], people(first?.analysis.config.contacts ?? {})),
    ...deployOrder(migrations),
    ...(issues.length > 0
      ? [
          heading(3, 'Before it may run'),
          list(
            issues.map(({ finding, file, line }) => [
              strong(finding.status),
              ` (${categoryTitles[finding.category]}, ${migrations.length > 1 ? `${file}, ` : ''}line ${line}): ${lineOfMessage(finding)}`,
            ]),
          ),
        ]
      : []),
  ];
}

const nothingBack: Rollback = { files: [], steps: [], worst: 'impossible', summary: '' };

function runBy(migrations: readonly PlannedMigration[]): string {
  const ways = migrations.map(
    ({ analysis }) => `${analysis.framework.title}, ${transactionWords(analysis.transaction)}`,
  );
  return [...new Set(ways)].join('; ');
}

function transactionWords(transaction: TransactionMode): string {
  switch (transaction) {
    case 'none':
      return 'each statement by itself';
    case 'all-pending':
      return 'all pending files in one transaction';
    case 'per-section':
      return 'in several transactions, see the steps';
    case 'pipeline':
    case 'one-query':
    case 'per-file':
      return 'the whole file in one transaction';
  }
}

function expected(migrations: readonly PlannedMigration[]): Text {
  const estimates = migrations.flatMap(({ steps }) => steps.flatMap((step) => step.estimates));
  if (estimates.length === 0)
    return ['no step works through a table that was there before. Waiting for a lock is not counted.'];
  const total = (of: 'low' | 'high'): number => estimates.reduce((sum, each) => sum + each[of], 0);
  const wal = estimates.reduce((sum, { walBytes }) => sum + walBytes, 0);
  const assumed = estimates.some(({ isAssumed }) => isAssumed);
  return [
    `${rangeWords(total('low'), total('high'))} of work, about ${byteWords(wal)} of WAL`,
    assumed
      ? '. Sizes are assumed where no statistics are known: see each step, and run pg-airlock stats for real ones. '
      : ', by the table statistics. ',
    'Staging took: ',
    blank('to fill in'),
  ];
}

function wayBack(migrations: readonly PlannedMigration[]): Text {
  const lost = migrations.flatMap(({ analysis, rollback, name, steps }) => {
    const [losing] = losingSteps(analysis, rollback);
    const step =
      losing && steps.find(({ step: { span } }) => span.start <= losing.span.start && losing.span.start < span.end);
    return losing ? [`${migrations.length > 1 ? `${name}, ` : ''}step ${step?.number ?? '?'}`] : [];
  });
  const [first] = lost;
  return first === undefined
    ? ['no step destroys what was there before. What is written to new objects since goes with them.']
    : ['point of no return is ', strong(first), ': behind it data is lost, or nobody knows how it was.'];
}

const roles = [
  ['Owner', 'owner'],
  ['Reviewer', 'reviewer'],
  ['On call', 'onCall'],
  ['Escalation', 'escalation'],
] as const;

function people(contacts: Readonly<Partial<Record<(typeof roles)[number][1], string | undefined>>>): Text[][] {
  return roles.map(([title, key]) => {
    const who = contacts[key];
    return [[title], who === undefined || who === '' ? [blank('to fill in')] : [who]];
  });
}
