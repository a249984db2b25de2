import { rules } from '../../../rules/index.js';
import type { Analysis } from '../analysis/analyze.js';
import { initParser } from '../sql/postgres-parser.js';
import { visibleLine } from '../sql/visible.js';
import { configProblems } from '../workspace/config-problems.js';
import type { FileProblem } from '../workspace/files.js';
import { leftOutText } from './left-out.js';
import { absolute, readStdin } from '../workspace/node-files.js';
import { loadHostParsers } from '../workspace/host-parsers.js';
import { Workspace } from '../workspace/workspace.js';
import { type Arguments, postgresVersion, UsageError } from './arguments.js';
import { ownSystem, type System } from './cache/questions.js';
import { findFiles, type LeftOut, type NamedFile } from '../workspace/find-files.js';

/** What a command reports to: the report on stdout, everything else on stderr. */
export interface Terminal {
  /** A report for people: control characters in it are shown. */
  out(text: string): void;
  /** What programs read (SQL, JSON, Markdown), as it is; shown as `out` does only where people read it at once. */
  data(text: string): void;
  err(text: string): void;
  readonly colour: boolean;
  /** Says what runs now, until anything else is said; undefined where nobody looks on. */
  readonly progress?: ((text: string) => void) | undefined;
}

export interface Session {
  readonly workspace: Workspace;
  /** Those that are reported; a command may leave some. */
  files: readonly NamedFile[];
  /** What stands in the directories and is not looked at. */
  readonly leftOut: readonly LeftOut[];
  /** True when something could not be read: the command ends with 2 all the same. */
  failed: boolean;
  /** True when the text came on standard input. */
  readonly fromStdin: boolean;
}

/** Opens the workspace of a command and finds its files. Throws UsageError when there is nothing to work on. */
export async function openSession(
  { paths: given, values }: Arguments,
  terminal: Terminal,
  { files, filesOnDefaultBranch, today }: System = ownSystem,
): Promise<Session> {
  const stdin = stdinOf(given, values['stdin-path']);
  const paths = stdin ? [] : given;
  if (given.some((path) => path === '')) throw new UsageError('A path is empty.');
  if (paths.length === 0 && !stdin) throw new UsageError('Name a migration file or a directory of migrations.');
  await initParser();
  const config = values.config;
  const workspace = new Workspace(
    files,
    rules,
    {
      postgres: postgresVersion(values),
      configPath: typeof config === 'string' ? absolute(config) : undefined,
      filesOnDefaultBranch: (migrations) =>
        filesOnDefaultBranch(migrations, typeof values.since === 'string' ? values.since : undefined),
      today,
    },
    (rule, statement, error) =>
      terminal.err(`The rule ${rule.meta.id} failed on a ${statement}; the others went on. ${String(error)}\n`),
  );
  if (typeof config === 'string' && files.exists(absolute(config)) !== 'file')
    throw new UsageError(`${config}: There is no such file.`);
  const { found, missing, leftOut } = findFiles(paths, workspace, files);
  if (stdin) {
    const result = readStdin();
    if ('problem' in result) missing.push({ path: stdin.name, message: result.problem.message });
    else {
      workspace.setOverlay(stdin.path, result.text);
      found.push(stdin);
    }
  }
  await loadHostParsers(found.flatMap(({ path }) => [...workspace.languagesWith(path)]));
  const session: Session = { workspace, files: found, leftOut, failed: false, fromStdin: stdin !== undefined };
  for (const { path, message } of missing) {
    terminal.err(`${visibleLine(path)}: ${message}\n`);
    session.failed = true;
  }
  if (found.length === 0 && missing.length === 0) {
    const none =
      leftOut.length > 0 ? 'There are no migrations here.' : 'There are no migrations and no .sql files here.';
    terminal.err(`${paths.map(visibleLine).join(', ')}: ${none}\n${leftOutText(leftOut)}`);
    session.failed = true;
  }
  reportConfigs([...found, ...paths.map((each) => ({ path: `${absolute(each)}/-` }))], session, terminal);
  return session;
}

/** The file that standard input stands for: of `--stdin-path`, or for "-" one that is nowhere and has no neighbours. */
function stdinOf(given: readonly string[], path: string | boolean | undefined): NamedFile | undefined {
  if (typeof path !== 'string' && !given.includes('-')) return undefined;
  if (given.some((each) => each !== '-') || given.length > 1 || path === '')
    throw new UsageError('Standard input is checked alone: pg-airlock check --stdin-path FILE');
  return typeof path === 'string' ? { path: absolute(path), name: path } : { path: absolute('-/stdin.sql'), name: '-' };
}

/** A configuration that is wrong is reported with its place. What is right in it holds, but the command ends with 2. */
function reportConfigs(places: readonly { readonly path: string }[], session: Session, terminal: Terminal): void {
  for (const { path, line, character, message } of configProblems(places, session.workspace)) {
    terminal.err(`${visibleLine(path)}:${line}:${character}: ${visibleLine(message)}\n`);
    session.failed = true;
  }
}

export function isProblem(result: Analysis | FileProblem): result is FileProblem {
  return 'message' in result;
}

/**
 * Reports which files of the history could not be read; their changes are missing from what was judged, so the command
 * ends with 2.
 */
export function reportHistory(session: Session, terminal: Terminal): void {
  for (const problem of session.workspace.problems.values()) {
    terminal.err(`${visibleLine(problem.path)}: ${problem.message} It is left out of the history.\n`);
    session.failed = true;
  }
}

/** The one file of a command that works on one. */
function onlyFile(session: Session): NamedFile | undefined {
  if (session.files.length > 1) throw new UsageError(`This command takes one file, not ${session.files.length}.`);
  return session.files[0];
}

/** What a command that works on one file needs; undefined when it cannot be had, which has been reported. */
export interface OneFile {
  readonly session: Session;
  readonly file: NamedFile;
  readonly analysis: Analysis;
}

/** Opens the workspace and analyses the one file of a command. */
export async function openFile(given: Arguments, terminal: Terminal, system?: System): Promise<OneFile | undefined> {
  const session = await openSession(given, terminal, system);
  const file = onlyFile(session);
  if (!file || session.failed) return undefined;
  const analysis = session.workspace.analyze(file.path);
  return hasProblem(analysis, file, session, terminal) ? undefined : { session, file, analysis };
}

/** The same for a command that changes the file: `look` analyses further texts in its place. */
export async function openFileToChange(
  given: Arguments,
  terminal: Terminal,
): Promise<(OneFile & { look(text: string): Analysis }) | undefined> {
  const session = await openSession(given, terminal);
  const file = onlyFile(session);
  if (!file || session.failed) return undefined;
  const opened = session.workspace.analyzeToChange(file.path);
  return hasProblem(opened, file, session, terminal) ? undefined : { session, file, ...opened };
}

/** Reports what cannot be read: the file, or some of the history. */
function hasProblem(
  result: object | FileProblem,
  file: NamedFile,
  session: Session,
  terminal: Terminal,
): result is FileProblem {
  if ('message' in result) {
    terminal.err(`${visibleLine(file.name)}: ${result.message}\n`);
    return true;
  }
  reportHistory(session, terminal);
  return false;
}
