import { lineOfMessage } from '../../analysis/finding-message.js';
import { lockName, whoWaits } from '../../impact/locks.js';
import { shortened } from '../../review/index-plans.js';
import { heldWords, reviewMarkdown } from '../../review/markdown.js';
import { phaseNote } from '../../review/table-phases.js';
import {
  type CategoryReview,
  categoryTitles,
  issuesOf,
  notChecked,
  type Review,
  shownResult,
} from '../../review/review.js';
import { visibleLine } from '../../sql/visible.js';
import { type Arguments, choice, forMigrations, inForms } from '../arguments.js';
import type { System } from '../cache/questions.js';
import { paint, wrap } from '../output.js';
import type { GateReport } from '../formats/report.js';
import { leftOutText } from '../left-out.js';
import { exitCodeOf, judge } from '../judge.js';
import type { Terminal } from '../session.js';
import { counted } from '../../../../rules/engine/words.js';
import { messageLines, paintedStatus, paintedVerdict } from '../text-report.js';

export const options = {
  ...forMigrations,
  ...inForms,
  'fail-on': { type: 'string' },
  since: { type: 'string' },
  baseline: { type: 'string' },
  verbose: { type: 'boolean' },
  rehearse: { type: 'boolean' },
  url: { type: 'string' },
  allow: { type: 'string' },
  timeout: { type: 'string' },
} as const;

export const help = `pg-airlock review PATHS [options]

Reviews migrations as one release: ten risk categories (and security where the project grants rights), one verdict, what blocks and for how long, what the release before
can no longer do, and what has to be looked up.

  --format text|json|markdown|sarif|github|gitlab|junit
                                default: text
  --postgres 14…18
  --config FILE                 default: the nearest airlock.config.json
  --fail-on error|warning|never exit with 1 from this severity on; default: error. What has to be looked up counts as a
                                warning
  --since REF                   only migrations that are new or changed since HEAD has left REF: origin/main
  --baseline FILE               leave out the findings that the file has
  --verbose                     in the formats for programs information and hints, too
  --rehearse                    run them first, up, back and up again, on PostgreSQL 18 (PGlite): "Missing rollback" says
                                what that has shown; "rehearsal": {"review": true} does it always
  --url URL                     the rehearsal on a server; see pg-airlock rehearse --help, --allow and --timeout as well
`;

const formats = ['text', 'json', 'markdown', 'sarif', 'github', 'gitlab', 'junit'] as const;

/** Exit code: 0 nothing at or above --fail-on, 1 findings, 2 could not run. */
export async function run(given: Arguments, terminal: Terminal, system?: System): Promise<number> {
  const format = choice(given.values, 'format', formats);
  const failOn = choice(given.values, 'fail-on', ['error', 'warning', 'never']);
  const judged = await judge(given, terminal, system);
  const { session, review: result, report } = judged;
  // Of what could not be read there is nothing to say, least of all that it is safe.
  if (session.failed && result.files.length + result.applied === 0) return 2;
  if (format === 'markdown') terminal.data(reviewMarkdown(result, undefined, !session.failed));
  else if (format === 'json') terminal.data(`${JSON.stringify(jsonReview(result, !session.failed), null, 2)}\n`);
  else if (format === 'text') terminal.out(textReview(result, report.leftOut, !session.failed, terminal));
  else terminal.data((await import('../apart.js')).writers[format]?.(report) ?? '');
  return exitCodeOf(judged, failOn);
}

function jsonReview(result: Review, isAllRead: boolean): object {
  return {
    version: 1,
    postgres: result.postgres,
    ...shownResult(result, isAllRead),
    files: result.files,
    applied: result.applied,
    categories: result.categories.map((each) => ({
      category: each.category,
      status: each.status,
      verify: each.verify.map(({ file, line, text, query }) => ({ file, line, text, query })),
      checked: each.checked,
      ...(each.proofs.length > 0 && { proofs: each.proofs }),
      issues: each.issues.map(({ file, line, finding }) => ({
        file,
        line,
        rule: finding.rule,
        severity: finding.severity,
        message: lineOfMessage(finding),
      })),
    })),
    locks: result.locks,
    verify: result.verify.map(({ file, line, text, query }) => ({ file, line, text, query })),
    notes: result.notes,
    ...(result.rehearsal.length > 0 && { rehearsal: result.rehearsal }),
    ...(result.plans.length > 0 && { plans: result.plans }),
    questions: result.questions,
    lost: result.lost,
    durations: result.durations.map(({ place, estimate }) => ({ ...place, ...estimate, table: estimate.table.label })),
    phases: result.phases.map((each) => ({ ...each, notes: phaseNote(each) })),
    migrations: result.migrations.map(({ file, phases, statements }) => ({
      file,
      phases,
      statements: statements.map(({ line, phase, does, waits, isKnown, locks, held }) => ({
        line,
        phase,
        does,
        waits,
        known: isKnown,
        locks: locks.map(({ relation, mode, isLong }) => ({ relation, mode, long: isLong })),
        held: held.map(({ relation, mode }) => ({ relation, mode })),
      })),
    })),
  };
}

function numberOf({ issues, verify, checked, proofs }: CategoryReview): string {
  const counts = [
    ...(issues.length > 0 ? [counted(issues.length, 'finding')] : []),
    ...(verify.length > 0 ? [`${verify.length} to verify`] : []),
  ];
  const [proof] = proofs;
  const more = proofs.length > 1 ? ` (and ${proofs.length - 1} more)` : '';
  return counts.join(', ') || (proof ? `${proof.text}${more}` : checked ? '' : notChecked);
}

/** The plans of queries around each index, before and behind the migration. */
function planText(plans: Review['plans']): string[] {
  return plans.flatMap(({ title, verdict, queries }) => [
    '',
    ...wrap(`Plans: ${visibleLine(title)}. ${visibleLine(verdict)}`, 96).map((line) => `  ${line}`),
    ...queries.flatMap(({ place, text, before, behind }) => [
      `    ${visibleLine(place)}  ${visibleLine(shortened(text, 80))}`,
      `      before  ${visibleLine(before)}`,
      `      after   ${visibleLine(behind)}`,
    ]),
  ]);
}

function textReview(result: Review, leftOut: GateReport['leftOut'], isAllRead: boolean, terminal: Terminal): string {
  const { verdict, reason } = shownResult(result, isAllRead);
  const colours = paint(terminal.colour);
  const lines = [
    `${paintedVerdict(verdict, colours)}  ${reason}`,
    colours.dim(
      `${counted(result.files.length, 'pending migration')}${result.files.length > 0 ? ` for PostgreSQL ${result.postgres}` : ''}${result.applied > 0 ? `; ${result.applied} already applied, not judged` : ''}`,
    ),
  ];
  if (result.isEmpty)
    return `${[...lines, ...result.notes.flatMap((each) => ['', `  Verify: ${visibleLine(each)}`])].join('\n')}\n${leftOutText(leftOut)}`;
  lines.push('');
  for (const each of result.categories) {
    const number = numberOf(each);
    lines.push(
      `  ${categoryTitles[each.category].padEnd(26)} ${paintedStatus(each.status, colours)}${' '.repeat(Math.max(0, 6 - each.status.length))} ${number && colours.dim(visibleLine(number))}`.trimEnd(),
    );
  }
  for (const { file, line, finding } of issuesOf(result)) {
    lines.push(
      '',
      `  ${paintedStatus(finding.status, colours)}  ${colours.bold(`${visibleLine(file)}:${line}`)}  ${finding.rule}`,
    );
    lines.push(...messageLines(finding, 96, '    '));
  }
  if (result.locks.length > 0) {
    lines.push('', '  Strongest lock on every table');
    const locks = result.locks.map((lock) => ({ ...lock, relation: visibleLine(lock.relation) }));
    const wide = locks.reduce((width, lock) => Math.max(width, lock.relation.length), 0);
    for (const lock of locks) {
      lines.push(
        `    ${lock.relation.padEnd(wide)}  ${lockName(lock.mode)}: ${whoWaits(lock.mode)} wait, ${heldWords(lock)}  ${colours.dim(`${visibleLine(lock.file)}:${lock.line}`)}`,
      );
    }
  }
  for (const { file, line, text, query } of result.verify) {
    lines.push('', `  ${colours.bold(`${visibleLine(file)}:${line}`)}  Verify: ${visibleLine(text)}`);
    if (query !== undefined) lines.push(colours.dim(`    ${visibleLine(query)}`));
  }
  for (const each of result.rehearsal)
    lines.push('', ...wrap(`Rehearsal: ${visibleLine(each)}`, 96).map((line) => `  ${line}`));
  lines.push(...planText(result.plans));
  for (const each of result.notes) lines.push('', `  Verify: ${visibleLine(each)}`);
  for (const { question, answer } of result.questions) {
    lines.push('', `  ${colours.bold(question)}`);
    for (const { place, text } of answer)
      lines.push(
        ...wrap(visibleLine(place ? `${place.file}:${place.line} ${text}` : text), 92).map((line) => `    ${line}`),
      );
  }
  if (result.lost.length > 0) lines.push('', `  ${colours.bold('What the release before can no longer do')}`);
  for (const { file, line, text } of result.lost)
    lines.push(...wrap(visibleLine(`${file}:${line} ${text}`), 92).map((each) => `    ${each}`));
  for (const each of result.phases.flatMap(phaseNote))
    lines.push('', ...wrap(visibleLine(each), 96).map((line) => `  ${line}`));
  return `${lines.join('\n')}\n${leftOutText(leftOut)}`;
}
