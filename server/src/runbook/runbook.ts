import { type Analysis, titleOf } from '../analysis/analyze.js';
import type { Step } from '../analysis/finding.js';
import { lineOfMessage } from '../analysis/finding-message.js';
import { type Positions, positionsOf } from '../analysis/positions.js';
import type { RelationRef } from '../impact/impact.js';
import { atLeast, lockName, whoWaits } from '../impact/locks.js';
import type { Rollback, RollbackStep } from '../rollback/rollback.js';
import { rangeWords } from '../review/durations.js';
import { codeSpan, fencedBlock, markdownText, tableCell } from '../review/markdown-text.js';
import { categoryTitles, review } from '../review/review.js';
import { type Estimate, estimatesOf } from '../sizes/estimate.js';
import type { Action, CreateIndex } from '../sql/action.js';
import { objectSql, qualify } from '../sql/quote.js';
import { withoutSecrets } from '../sql/secrets.js';
import { baseName } from '../frameworks/framework.js';
import * as queries from './queries.js';

/** What the runbook gets from outside. */
export interface RunbookInput {
  readonly analysis: Analysis;
  readonly rollback: Rollback;
  /** How the project runs this file, such as `psql -v ON_ERROR_STOP=1 -f 0007_x.sql`. */
  readonly command: string;
}

function code(sql: string): string[] {
  return [...fencedBlock('sql', sql), ''];
}

function query(each: queries.Query): string[] {
  return [`**${markdownText(each.title)}**`, '', ...code(each.sql), each.read, ''];
}

/** Markdown of the page that a person has open while the migration runs. Pure: no clock, no database. */
export function runbook({ analysis, rollback, command }: RunbookInput): string {
  const { thresholds, contacts } = analysis.config;
  const result = review([{ ...analysis, applied: false }], () => rollback);
  const steps = analysis.steps.filter((step) => step.origin !== 'function' && !isSession(step));
  const existing = tablesOf(steps);
  const lines: string[] = [
    `# Runbook: ${markdownText(titleOf(analysis))}`,
    '',
    '## Summary',
    '',
    `- Verdict: **${result.verdict}**. ${result.reason}`,
    `- PostgreSQL: ${analysis.target.postgres} or newer. Run by: ${analysis.framework.title}, ${transactionWords(analysis)}.`,
    `- Tables: ${existing.length > 0 ? existing.map(({ label }) => codeSpan(label)).join(', ') : 'only new ones'}.`,
    `- Rollback: ${rollbackWords(rollback.steps)}`,
    '',
    '| Role | Who |',
    '| --- | --- |',
    `| Owner | ${tableCell(contacts.owner ?? '')} |`,
    `| Reviewer | ${tableCell(contacts.reviewer ?? '')} |`,
    `| On call | ${tableCell(contacts.onCall ?? '')} |`,
    `| Escalation | ${tableCell(contacts.escalation ?? '')} |`,
    '',
  ];
  const issues = result.categories.flatMap((category) => category.issues);
  if (issues.length > 0) {
    lines.push('### Before it may run', '');
    for (const issue of issues)
      lines.push(
        `- **${issue.finding.status}** (${categoryTitles[issue.finding.category]}, line ${issue.line}): ${markdownText(lineOfMessage(issue.finding))}`,
      );
    lines.push('');
  }

  lines.push('## Preconditions', '', 'Run these on the primary, right before the start. Each reads only.', '');
  if (existing.length > 0) lines.push(...query(queries.sizes(existing.map(objectSql))));
  lines.push(...query(queries.longTransactions()));
  if (existing.length > 0) lines.push(...query(queries.invalidIndexes(existing.map(objectSql))));
  lines.push(...query(queries.replicas()));

  lines.push('## Stop when', '');
  lines.push('| What | Staging | Production | Then |', '| --- | --- | --- | --- |');
  lines.push(
    `| The migration blocks others | ${thresholds.lockSecondsStaging} s | ${thresholds.lockSecondsProduction} s | Cancel it with pg_cancel_backend, find the blocker, start again |`,
  );
  lines.push(
    `| A replica is behind | ${thresholds.replicationLagSeconds} s | ${thresholds.replicationLagSeconds} s | Pause between batches until it has caught up |`,
  );
  lines.push('| A step fails | – | – | Read its error, clean up (below), decide: again or back |', '');

  lines.push('## Steps', '', 'Command:', '', ...fencedBlock('sh', command), '');
  const positions = positionsOf(analysis);
  const durations = estimatesByStep(analysis);
  for (const [index, step] of steps.entries())
    lines.push(...stepLines(step, index + 1, { positions, estimates: durations.get(step) ?? [] }));
  if (steps.length === 0) lines.push('There is nothing to run in this file.', '');

  lines.push('## Watch while it runs', '', 'In a second session.', '');
  lines.push(...query(queries.blockers()));
  if (steps.some((step) => step.impact.indexBuilds.length > 0)) lines.push(...query(queries.indexProgress()));

  lines.push('## Verify', '');
  const checks = verifications(steps);
  if (checks.length === 0)
    lines.push('Nothing in the catalog shows that this migration has run; check the rows that it changes.', '');
  for (const check of checks) lines.push(...query(check));

  lines.push('## Rollback', '', ...rollbackLines(rollback, analysis));
  lines.push('## Clean up', '', ...cleanUp(steps));
  lines.push(
    '## Log',
    '',
    '| Time | Step | Result | Who |',
    '| --- | --- | --- | --- |',
    ...Array.from({ length: 4 }, () => '|  |  |  |  |'),
    '',
  );
  return `${lines.join('\n').trimEnd()}\n`;
}

/** How long each step works on the tables that were there before. */
function estimatesByStep(analysis: Analysis): Map<Step, readonly Estimate[]> {
  // A walk is the same replay once more: its steps are equal ones in the same order.
  const found: (readonly Estimate[])[] = [];
  analysis.walk((step, before) => void found.push(estimatesOf(step, before, analysis.config.statistics)));
  return new Map(analysis.steps.map((step, index) => [step, found[index] ?? []]));
}

/** SET, BEGIN and COMMIT are part of how it runs, not steps of their own. */
function isSession(step: Step): boolean {
  return (
    step.statement.actions.length > 0 &&
    step.statement.actions.every((action) => action.kind === 'setVariable' || action.kind === 'transaction')
  );
}

/** The existing tables that are locked, each once, in the spelling that comes first. */
function tablesOf(steps: readonly Step[]): RelationRef[] {
  const found = new Map<string, RelationRef>();
  for (const { relation, kind, isNew } of steps.flatMap((step) => step.impact.locks))
    if (!isNew && kind === 'table' && !found.has(relation.key)) found.set(relation.key, relation);
  return [...found.values()];
}

function transactionWords(analysis: Analysis): string {
  if (analysis.transaction === 'none') return 'each statement by itself';
  return analysis.transaction === 'per-file'
    ? 'the whole file in one transaction'
    : 'all pending files in one transaction';
}

function rollbackWords(steps: readonly RollbackStep[]): string {
  const count = (grade: string): number => steps.filter((step) => step.grade === grade).length;
  if (steps.length === 0) return 'there is nothing to take back.';
  const parts = (['lossless', 'lossy', 'impossible'] as const).flatMap((grade) =>
    count(grade) > 0 ? [`${count(grade)} ${grade}`] : [],
  );
  return `${parts.join(', ')} (below).`;
}

function durationLines(step: Step, estimates: readonly Estimate[]): string[] {
  const { impact, statement } = step;
  if (impact.fails?.certain || statement.problem) return [];
  if (!impact.known && estimates.length === 0) return ['- Duration: not known to Airlock.'];
  const line = (words: string): string => `- Duration: ${words}. Staging took: \\_\\_\\_\\_\\_\\_`;
  if (estimates.length > 0)
    return estimates.map(({ work, table, low, high, basis }) =>
      line(`${work} of ${codeSpan(table.label)} ${rangeWords(low, high)} (${markdownText(basis.replace(/\.$/, ''))})`),
    );
  const changesRows = statement.actions.some(({ kind }) => kind === 'update' || kind === 'delete' || kind === 'insert');
  return [
    changesRows ? line('grows with the rows that it changes') : '- Duration: an instant, once its lock is granted.',
  ];
}

function stepLines(
  step: Step,
  number: number,
  { positions, estimates }: { readonly positions: Positions; readonly estimates: readonly Estimate[] },
): string[] {
  const { impact, statement } = step;
  const lines = [
    `### Step ${number} (line ${positions.at(step.span.start).line + 1})`,
    '',
    ...code(shortened(withoutSecrets(statement.written))),
  ];
  const locks = impact.locks.filter((lock) => !lock.isNew && atLeast(lock.mode, 'RowExclusiveLock'));
  if (locks.length === 0) lines.push('- Locks: nothing that others use.');
  for (const lock of locks)
    lines.push(`- Lock: ${lockName(lock.mode)} on ${codeSpan(lock.relation.label)}; ${whoWaits(lock.mode)} wait.`);
  lines.push(...durationLines(step, estimates));
  if (step.origin === 'do') lines.push('- It runs inside a DO block, in one transaction unless the block commits.');
  if (step.transaction.by === 'begin')
    lines.push('- It runs inside the transaction of the file; its locks are held until COMMIT.');
  if (step.transaction.by === 'framework')
    lines.push("- It runs inside the tool's transaction; its locks are held until that commits.");
  if (impact.transaction === 'forbidden')
    lines.push('- It must run outside a transaction. If it fails it may leave something half done: see Clean up.');
  if (impact.fails) lines.push(`- It fails: ${impact.fails.code}, ${markdownText(impact.fails.message)}.`);
  if (statement.problem)
    lines.push(
      `- ${statement.problem.isOwnLimit ? 'Not checked' : 'It fails'}: ${markdownText(statement.problem.message)}.`,
    );
  lines.push('');
  return lines;
}

/** A data load of thousands of lines is not for reading. */
function shortened(text: string): string {
  const lines = text.split(/\r?\n/);
  return lines.length <= 40
    ? lines.join('\n')
    : [...lines.slice(0, 30), `-- … ${lines.length - 30} more lines`].join('\n');
}

/** The name of an index, also where PostgreSQL chooses it; undefined for one on a partitioned table without a name. */
function indexOf(action: CreateIndex, { impact }: Step): string | undefined {
  const name = action.index ?? impact.indexBuilds[0]?.index.name;
  return name === undefined ? undefined : qualify(action.table.schema, name);
}

function verificationsOf(action: Action, step: Step): queries.Query[] {
  switch (action.kind) {
    case 'addColumn':
      return [queries.columnState(objectSql(action.table), action.column.name)];
    case 'setNotNull':
    case 'dropNotNull':
    case 'alterColumnType':
    case 'setDefault':
    case 'dropDefault':
      return [queries.columnState(objectSql(action.table), action.column)];
    case 'renameColumn':
      return [queries.columnState(objectSql(action.table), action.to)];
    case 'addConstraint':
      return action.constraint.name === undefined
        ? []
        : [queries.constraintState(objectSql(action.table), action.constraint.name)];
    case 'validateConstraint':
      return [queries.constraintState(objectSql(action.table), action.constraint)];
    case 'createIndex': {
      const index = indexOf(action, step);
      return index === undefined ? [] : [queries.indexState(index)];
    }
    case 'createTable':
    case 'dropTable':
      return [queries.relationState(objectSql(action.table))];
    case 'dropIndex':
      return [queries.relationState(objectSql(action.index))];
    case 'renameTable':
      return [queries.relationState(qualify(action.table.schema, action.to))];
    default:
      return [];
  }
}

function verifications(steps: readonly Step[]): queries.Query[] {
  const unique = new Map<string, queries.Query>();
  for (const step of steps)
    for (const action of step.statement.actions)
      for (const each of verificationsOf(action, step)) unique.set(each.sql, each);
  return [...unique.values()];
}

function rollbackLines(rollback: Rollback, analysis: Analysis): string[] {
  const { steps, files } = rollback;
  if (steps.length === 0) return ['There is nothing to take back.', ''];
  const lines: string[] = [];
  // The rollback runs backwards: its last loss is the migration's first.
  const first = [...steps].reverse().find((step) => step.grade !== 'lossless');
  if (first) {
    const line = positionsOf(analysis).at(first.span.start).line + 1;
    lines.push(
      `**Point of no return: line ${line} of the migration.** Once that has run, a rollback loses data or is impossible; prefer to go forward.`,
      '',
    );
  }
  for (const file of files) lines.push(`The rollback, ${codeSpan(baseName(file.path))}:`, '', ...code(file.sql));
  lines.push('| Takes back | Grade | Why |', '| --- | --- | --- |');
  for (const step of steps) {
    const [line = ''] = withoutSecrets(analysis.document.text.slice(step.span.start, step.span.end)).split(/\r?\n/, 1);
    lines.push(
      `| ${tableCell(line.length > 60 ? `${line.slice(0, 59)}…` : line)} | ${step.grade} | ${tableCell(step.reason)} |`,
    );
  }
  lines.push('');
  return lines;
}

function cleanUp(steps: readonly Step[]): string[] {
  const lines: string[] = [];
  for (const step of steps) {
    for (const action of step.statement.actions) {
      if (action.kind !== 'createIndex' || !action.concurrently) continue;
      const index = indexOf(action, step);
      if (index === undefined) continue;
      lines.push(
        `- A failed build of ${codeSpan(index)} leaves an invalid index, which slows writes and serves no query. Drop it before trying again:`,
        '',
        ...code(`DROP INDEX CONCURRENTLY IF EXISTS ${index};`),
      );
    }
  }
  if (lines.length === 0)
    lines.push(
      'Nothing stays behind when a step fails: PostgreSQL takes back the statement that failed, and what ran before it stays.',
      '',
    );
  return lines;
}

/** The command that runs a file of a plain SQL directory; ON_ERROR_STOP keeps psql from going on behind an error. */
export function runCommand(path: string): string {
  const quoted = /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
  return `psql -X -v ON_ERROR_STOP=1 -f ${quoted}`;
}
