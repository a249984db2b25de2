import type { Analysis } from '../../analysis/analyze.js';
import { lineOfMessage } from '../../analysis/finding-message.js';
import { lockName, whoWaits } from '../../impact/locks.js';
import { heldWords, reviewMarkdown } from '../../review/markdown.js';
import { phaseNote } from '../../review/table-phases.js';
import { rollbacksInOrder } from '../../rollback/rollback.js';
import { type CategoryReview, categoryTitles, issuesOf, notChecked, type Review, review } from '../../review/review.js';
import type { FileProblem } from '../../workspace/files.js';
import { visibleLine } from '../../sql/visible.js';
import { type Arguments, choice } from '../arguments.js';
import { ownSystem, type System } from '../cache/questions.js';
import { CodeUses } from '../code-uses.js';
import { paint, wrap } from '../output.js';
import { isProblem, openSession, reportHistory, type Terminal } from '../session.js';
import { counted } from '../../../../rules/engine/words.js';
import { messageLines, paintedStatus, paintedVerdict } from '../text-report.js';

export const options = { 'fail-on': { type: 'string' } } as const;

export const help = `pg-airlock review PATHS [options]

Reviews migrations as one release: ten risk categories, the strongest lock on every table, one verdict.

  --format text|markdown|json   default: text
  --postgres 14…18
  --config FILE                 default: the nearest airlock.config.json
  --fail-on error|warning|never exit with 1 from this severity on; default: error
`;

export async function run(given: Arguments, terminal: Terminal, system: System = ownSystem): Promise<number> {
  const format = choice(given.values, 'format', ['text', 'markdown', 'json']);
  const failOn = choice(given.values, 'fail-on', ['error', 'warning', 'never']);
  const session = await openSession(given, terminal, system);
  const found: (Analysis | undefined)[] = session.files.map(() => undefined);
  const paths = session.files.map((file) => file.path);
  const code = new CodeUses(session.workspace, system.files, system.code);
  const keep = (result: Analysis | FileProblem, index: number): void => {
    if (isProblem(result)) {
      terminal.err(`${visibleLine(session.files[index]?.name ?? '')}: ${result.message}\n`);
      session.failed = true;
    } else found[index] = result;
  };
  session.workspace.analyzeEach(paths, (result, index) => code.add(result, (each) => keep(each, index)));
  code.finish();
  const analyses = found.filter((analysis) => analysis !== undefined);
  reportHistory(session, terminal);
  if (analyses.length === 0) return 2;
  const result = review(analyses, rollbacksInOrder(session.workspace.historiesOf()));
  if (format === 'markdown') terminal.data(reviewMarkdown(result));
  else if (format === 'json') terminal.data(`${JSON.stringify(jsonReview(result), null, 2)}\n`);
  else terminal.out(textReview(result, terminal));
  if (session.failed) return 2;
  const bad =
    result.verdict === 'BLOCK'
      ? failOn !== 'never'
      : result.verdict === 'SAFE WITH MODIFICATIONS' && failOn === 'warning';
  return bad ? 1 : 0;
}

function jsonReview(result: Review): object {
  return {
    version: 1,
    postgres: result.postgres,
    verdict: result.verdict,
    reason: result.reason,
    files: result.files,
    applied: result.applied,
    categories: result.categories.map((each) => ({
      category: each.category,
      status: each.status,
      verify: each.verify.map(({ file, line, text, query }) => ({ file, line, text, query })),
      checked: each.checked,
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
    questions: result.questions,
    lost: result.lost,
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

function numberOf({ issues, verify, checked }: CategoryReview): string {
  const counts = [
    ...(issues.length > 0 ? [counted(issues.length, 'finding')] : []),
    ...(verify.length > 0 ? [`${verify.length} to verify`] : []),
  ];
  return counts.join(', ') || (checked ? '' : notChecked);
}

function textReview(result: Review, terminal: Terminal): string {
  const colours = paint(terminal.colour);
  const lines = [
    `${paintedVerdict(result.verdict, colours)}  ${result.reason}`,
    colours.dim(
      `${counted(result.files.length, 'pending migration')} for PostgreSQL ${result.postgres}${result.applied > 0 ? `; ${result.applied} already applied, not judged` : ''}`,
    ),
    '',
  ];
  for (const each of result.categories) {
    const number = numberOf(each);
    lines.push(
      `  ${categoryTitles[each.category].padEnd(26)} ${paintedStatus(each.status, colours)}${' '.repeat(Math.max(0, 6 - each.status.length))} ${number && colours.dim(number)}`.trimEnd(),
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
  for (const each of result.notes) lines.push('', `  Verify: ${visibleLine(each)}`);
  for (const { question, answer } of result.questions) {
    lines.push('', `  ${colours.bold(question)}`);
    for (const each of answer) lines.push(...wrap(visibleLine(each), 92).map((line) => `    ${line}`));
  }
  for (const each of result.phases.flatMap(phaseNote))
    lines.push('', ...wrap(visibleLine(each), 96).map((line) => `  ${line}`));
  return `${lines.join('\n')}\n`;
}
