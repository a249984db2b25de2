import type { Analysis } from '../analysis/analyze.js';
import type { Step } from '../analysis/finding.js';
import { lockName, whoWaits } from '../impact/locks.js';
import { codeSpan } from '../review/markdown-text.js';
import type { Span } from '../sql/span.js';

/** A hover: Markdown, and the part of the text that it is about (absolute). */
export interface HoverText {
  readonly markdown: string;
  readonly span: Span;
}

/** Words that name a schema change. Hovers stay on them, so as not to cover what other extensions say of names. */
const keywords = new Set(
  (
    'ADD ALTER ATTACH CASCADE CHECK CLUSTER COLUMN CONCURRENTLY CONSTRAINT CREATE DEFAULT DELETE DETACH DROP EXCLUDE ' +
    'FOREIGN FROM FULL GENERATED IDENTITY INDEX INSERT INTO KEY LOCK MATERIALIZED NOT NULL PARTITION PRIMARY ' +
    'REFERENCES REFRESH REINDEX RENAME SET TABLE TO TRIGGER TRUNCATE TYPE UNIQUE UPDATE VACUUM VALID VALIDATE VIEW'
  ).split(' '),
);

/**
 * What the statement at `offset` locks; undefined where there is nothing to say. It stands on the keywords of schema
 * changes and on findings. The findings themselves are left to the editor, which shows its diagnostics in the same box.
 */
export function hoverAt(analysis: Analysis, offset: number): HoverText | undefined {
  const step = stepAt(analysis, offset);
  if (step === undefined) return undefined;
  const found = analysis.findings.find(({ span }) => span.start <= offset && offset <= span.end);
  const span = found?.span ?? keywordAt(step, offset);
  const impact = span === undefined ? '' : impactText(step, analysis.target.postgres);
  const markdown = impact === '' ? '' : [impact, ...toolText(step, analysis)].join('\n\n');
  return span === undefined || markdown === '' ? undefined : { markdown, span };
}

/** Which tool runs it, and in which transaction; nothing for plain SQL. */
function toolText({ transaction, span }: Step, { framework, project, sections }: Analysis): string[] {
  if (framework.id === 'sql') return [];
  const { mark } = sections.find((each) => span.start >= each.span.start && span.start < each.span.end) ?? {};
  const why = mark === undefined ? '' : ` (${codeSpan(mark)})`;
  const where =
    transaction.by === 'begin'
      ? 'in the transaction that the file begins'
      : transaction.open
        ? 'in a transaction'
        : 'outside a transaction';
  return [`${framework.title} runs it ${where}${why}: ${project.because}.`];
}

/** The innermost step around an offset: SQL in a DO block stands behind the block in the list. */
function stepAt(analysis: Analysis, offset: number): Step | undefined {
  let found: Step | undefined;
  for (const step of analysis.steps) {
    if (step.span.start > offset) break;
    if (offset <= step.span.end) found = step;
  }
  return found;
}

function keywordAt(step: Step, offset: number): Span | undefined {
  const at = offset - step.span.start;
  const token = step.statement.tokens().find(({ start, end }) => start <= at && at <= end);
  if (token?.kind !== 'word' || !keywords.has(token.text.toUpperCase())) return undefined;
  return { start: token.start + step.span.start, end: token.end + step.span.start };
}

/** Lock, who waits, for how long in principle; "" for a statement that takes no lock worth a word. */
export function impactText(step: Step, postgres: number): string {
  const { impact } = step;
  if (step.statement.problem !== undefined) return '';
  if (!impact.known)
    return `Airlock has no measured fact about this statement on PostgreSQL ${postgres}: check what it locks.`;
  const lines = impact.locks
    .filter((lock) => lock.kind !== 'index' || impact.locks.length === 1)
    .map((lock) => {
      const wait = lock.isNew ? 'new in this release, so nobody waits' : `${whoWaits(lock.mode)} wait`;
      return `**${lockName(lock.mode)}** on ${codeSpan(lock.relation.label)}: ${wait}.`;
    });
  if (lines.length === 0) return '';
  lines.push(howLong(step));
  if (impact.transaction === 'forbidden') lines.push('It cannot run inside a transaction block.');
  if (step.origin === 'function') lines.push('It happens when the function is called, not when this migration runs.');
  return [...lines, `PostgreSQL ${postgres}.`].join('  \n');
}

function howLong({ impact, transaction }: Step): string {
  const work = [
    ...impact.rewrites.map((table) => `every row of ${codeSpan(table.label)} is written anew`),
    // A build reads its table, too, which goes without saying.
    ...impact.scans
      .filter(({ isNew, why }) => !isNew && why !== 'index')
      .map(({ relation }) => `${codeSpan(relation.label)} is read from end to end`),
    ...impact.indexBuilds
      .filter(({ isNew }) => !isNew)
      .map(({ relation }) => `an index on ${codeSpan(relation.label)} is built`),
  ];
  const until = transaction.open ? ', and until the transaction ends' : '';
  if (work.length > 0) return `How long: while ${[...new Set(work)].join(' and ')}${until}.`;
  return transaction.open
    ? 'How long: a moment for the statement, but the lock is held until the transaction ends.'
    : 'How long: a moment, once it has the lock. Until then it waits, and everybody waits behind it.';
}
