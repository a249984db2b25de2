import { CodeUses } from '../code-uses.js';
import { baselineText, entriesOf, withoutKnown } from '../baseline.js';
import { isReported, type ReportedFile, reportedFile } from '../formats/report.js';
import type { Analysis } from '../../analysis/analyze.js';
import type { FileProblem } from '../../workspace/files.js';
import { packageInfo } from '../../workspace/package-info.js';
import { visibleLine } from '../../sql/visible.js';
import { type Arguments, choice, UsageError, forMigrations, inForms } from '../arguments.js';
import { ownSystem, type System } from '../cache/questions.js';
import { jsonFile } from '../json-report.js';
import { lockTimeoutNote, openEndsNote } from '../../review/project-notes.js';
import { type Paint, paint, wrap } from '../output.js';
import { isProblem, openSession, reportHistory, type Session, type Terminal } from '../session.js';
import { leftOutText } from '../left-out.js';
import { counted } from '../../../../rules/engine/words.js';
import { emptySummary, jsonSummary, ruleTable, type Summary, verdictOfSummary, withFile } from '../summary.js';
import { coverageLine } from '../coverage.js';
import { fileReport, paintedVerdict } from '../text-report.js';
import { baselineLine, baselineOf, keepSince, writeBaseline } from '../gate.js';
import { showFixes, writeFixes } from '../safe-fixes.js';

export const options = {
  ...forMigrations,
  ...inForms,
  'fail-on': { type: 'string' },
  fix: { type: 'boolean' },
  diff: { type: 'boolean' },
  'with-fixes': { type: 'boolean' },
  'stdin-path': { type: 'string' },
  since: { type: 'string' },
  baseline: { type: 'string' },
  'write-baseline': { type: 'string' },
  verbose: { type: 'boolean' },
} as const;

export const help = `pg-airlock check PATHS [options]

Checks migrations. A directory is searched for them; each file is judged with the migrations before it.

  --format text|json|sarif|github|gitlab|junit|markdown
                             default: text; github: annotations, gitlab: code quality, markdown: a comment
  --postgres VERSION         the oldest server that they run on: 14 … 18, or 14.3
  --config FILE              default: the nearest airlock.config.json
  --fail-on error|warning|never
                             exit with 1 from this severity on; default: error
  --since REF                only migrations that are new or changed since HEAD has left REF: origin/main
  --baseline FILE            leave out the findings that the file has
  --write-baseline FILE      write the errors and warnings of this run into it
  --verbose                  show information and hints, too
  --with-fixes               with --format json: the new files of each fix, too
  --stdin-path FILE          check what comes on standard input as the text of FILE; "-" does so for a file that is
                             nowhere and has no history
  --no-cache                 look at everything anew, and keep nothing of it for the next run
  --fix                      make the safe fixes in the files first (never in an applied one)
  --diff                     print what --fix would do, for git apply and patch, and write nothing
`;

/** Exit code: 0 nothing at or above --fail-on, 1 findings, 2 could not run. */
export async function run(given: Arguments, terminal: Terminal, system: System = ownSystem): Promise<number> {
  const format = choice(given.values, 'format', formats);
  const failOn = choice(given.values, 'fail-on', ['error', 'warning', 'never']);
  const withFixes = given.values['with-fixes'] === true;
  const fix = given.values.fix === true;
  const diff = given.values.diff === true;
  if (diff && (fix || format !== 'text'))
    throw new UsageError(`--diff prints a diff alone: leave out ${fix ? '--fix' : '--format'}.`);
  const session = await openSession(given, terminal, system);
  if ((fix || diff) && session.fromStdin)
    throw new UsageError(
      `--${fix ? 'fix' : 'diff'} is about files, and standard input is none. See: pg-airlock fix --help`,
    );

  const baseline = baselineOf(given);
  const writes = given.values['write-baseline'];
  const entries: ReturnType<typeof entriesOf> = [];
  const reported: (ReportedFile | undefined)[] = session.files.map(() => undefined);
  keepSince(given, session, terminal);
  // Behind a configuration that is wrong, what is written would be by other rules than the author's.
  if (fix && !session.failed) await writeFixes(session, terminal);
  if (diff) await showFixes(session, terminal);

  // Of each file only its report is kept: a directory can hold thousands of them.
  const verbose = given.values.verbose === true;
  const leftOut = [...session.leftOut];
  const texts: string[] = session.files.map(() => '');
  const reports: (object | undefined)[] = session.files.map(() => undefined);
  const colours = paint(terminal.colour);
  let summary = emptySummary;
  let postgres: number | undefined;
  const paths = session.files.map((file) => file.path);
  const judge = (all: Analysis | FileProblem, index: number): void => {
    const name = session.files[index]?.name ?? '';
    const result = isProblem(all) || !baseline ? all : withoutKnown(all, name, baseline);
    if (writes && !isProblem(all) && all.leftAlone === undefined && !all.applied) entries.push(...entriesOf(all, name));
    if (isProblem(result)) {
      terminal.err(`${visibleLine(name)}: ${result.message}\n`);
      session.failed = true;
      return;
    }
    if (result.leftAlone !== undefined) leftOut.push({ name, why: result.leftAlone });
    else summary = withFile(summary, result, name);
    postgres ??= result.config.postgres;
    if (format !== 'json' && format !== 'text')
      reported[index] = isReported(result) ? reportedFile(result, name, verbose) : undefined;
    else if (format === 'json') reports[index] = jsonFile(result, name, withFixes ? session.workspace : undefined);
    else texts[index] = fileReport(result, name, colours, verbose);
  };
  const code = new CodeUses(session.workspace, system.files, system.code, paths.length, terminal.progress);
  session.workspace.analyzeEach(paths, (all, index) => code.add(all, (result) => judge(result, index)));
  code.finish();
  reportHistory(session, terminal);
  if (typeof writes === 'string') writeBaseline(writes, baselineText(entries), entries.length, terminal);
  if (baseline) terminal.err(baselineLine(baseline));
  if (format !== 'json' && format !== 'text') {
    const notes = notesOf(summary);
    const report = {
      ...packageInfo(),
      postgres: postgres ?? 14,
      verdict: verdictOfSummary(summary, session.failed),
      leftOut,
      notes,
      failed: session.failed,
    };
    const files = reported.filter((each) => each !== undefined);
    const { writers } = await import('../apart.js');
    terminal.data(writers[format]?.({ ...report, files }) ?? '');
  } else if (format === 'json') {
    const report = {
      version: 1,
      postgres: postgres ?? 14,
      files: reports.filter((each) => each !== undefined),
      summary: jsonSummary(summary, session.failed),
      ...(leftOut.length === 0
        ? {}
        : { leftOut: leftOut.map(({ name, why }) => ({ path: name, reason: `This file ${why}.` })) }),
    };
    terminal.data(`${JSON.stringify(report, null, 2)}\n`);
  } else {
    const table = summary.rules.size > 0 && summary.errors + summary.warnings > LONG ? ruleTable(summary) : '';
    const verdict = summary.files > 0 ? summaryLine(summary, session.failed, colours, verbose) : '';
    const { unbounded, isBound } = summary.waits;
    const note = unbounded > 0 && !isBound ? `${wrap(lockTimeoutNote(unbounded), 100).join('\n')}\n` : '';
    // With --verbose the finding stands in the report, but where its file is applied.
    const unfinished = summary.open.filter(({ isShown }) => !verbose || !isShown).map(({ message }) => message);
    const open = unfinished.length > 0 ? `${wrap(openEndsNote(unfinished), 100).join('\n')}\n` : '';
    const tools = verbose ? toolLines(session) : '';
    if (diff) terminal.err(`${verdict}${leftOutText(leftOut)}`);
    else
      terminal.out(
        `${tools}${table}${texts.join('')}${verdict}${coverageLine(summary.coverage)}${note}${open}${leftOutText(leftOut)}`,
      );
  }
  if (session.failed) return 2;
  const bad = failOn === 'never' ? 0 : summary.errors + (failOn === 'warning' ? summary.warnings : 0);
  return bad > 0 ? 1 : 0;
}

const formats = ['text', 'json', 'sarif', 'github', 'gitlab', 'junit', 'markdown'] as const;

/** What is true of the whole project, said once. */
function notesOf({ waits: { unbounded, isBound }, open }: Summary): string[] {
  return [
    ...(unbounded > 0 && !isBound ? [lockTimeoutNote(unbounded)] : []),
    ...(open.length > 0 ? [openEndsNote(open.map(({ message }) => message))] : []),
  ];
}

/** A report with more findings than this begins with a table of its rules. */
const LONG = 30;

/** The migration tool of each folder, and why it is taken for that. */
function toolLines({ files, workspace }: Session): string {
  const lines = new Set<string>();
  for (const { path, name } of files) {
    const { framework, because, version, root } = workspace.projectOf(path);
    if (framework.id === 'sql') continue;
    const folder = root.slice(path.length - name.length) || '.';
    lines.add(
      `${visibleLine(folder)}: ${framework.title}${version === undefined ? '' : ` ${version}`}, because ${because}.\n`,
    );
  }
  return [...lines].join('');
}

function summaryLine(summary: Summary, failed: boolean, colours: Paint, verbose: boolean): string {
  const applied = summary.applied > 0 ? `, ${summary.applied} of them already applied` : '';
  const unknown = summary.unknown > 0 ? `, ${counted(summary.unknown, 'statement')} to verify by hand` : '';
  const suppressed = summary.suppressed > 0 ? `, ${summary.suppressed} suppressed` : '';
  const more = summary.quiet > 0 && !verbose ? `, ${summary.quiet} more with --verbose` : '';
  const counts = `${counted(summary.files, 'file')}${applied}: ${counted(summary.errors, 'error')}, ${counted(summary.warnings, 'warning')}`;
  const verdict = verdictOfSummary(summary, failed);
  // What nobody could read is not called safe.
  const shown =
    verdict === 'SAFE TO SHIP' && summary.unknown > 0
      ? colours.yellow(colours.bold(`${verdict}, AS FAR AS READ`))
      : paintedVerdict(verdict, colours);
  return `${shown}  ${counts}${suppressed}${unknown}${more}\n`;
}
