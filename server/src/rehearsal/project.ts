import type { Analysis } from '../analysis/analyze.js';
import { fileTextOf } from '../analysis/positions.js';
import { type ProjectFile, readMigration } from '../analysis/sections.js';
import { type Rollback, rollbacksInOrder } from '../rollback/rollback.js';
import { parseDocument } from '../sql/parse.js';
import type { SqlDocument } from '../sql/statement.js';
import type { FileProblem } from '../workspace/files.js';
import { inOrder, type OrderedMigration } from './in-order.js';
import type { Workspace } from '../workspace/workspace.js';
import { embeddedExtensions } from './pglite/extensions.js';
import { Positions } from '../analysis/positions.js';
import type { RehearsedFile, WayBackToRun } from './rehearse.js';
import type { SeedFile } from './seed.js';
import { type RunStatement, runnable } from './runnable.js';

/** What a rehearsal of some migrations of a project runs. */
export interface ProjectRehearsal {
  /** The history and the migrations, as far as they can be read. */
  readonly files: readonly RehearsedFile[];
  /** Those of the embedded PostgreSQL's that the files make. */
  readonly extensions: readonly string[];
  readonly unread: readonly FileProblem[];
  /** The file of rows that the configuration names. */
  readonly seed: SeedFile | undefined;
  /** The analysis of a file that is rehearsed; made when it is asked for first. */
  analysisOf(path: string): Analysis | undefined;
  /** What Airlock writes to take a file back. */
  rollbackOf(path: string): Rollback | undefined;
}

export interface ProjectOptions {
  /** Which way back is run: the author's where there is one, or always the one that Airlock writes. */
  readonly wayBack: 'author first' | 'airlock';
}

/**
 * Everything that the rehearsal of some files of one project needs. In: their paths; the files before, between them are
 * replayed, those behind the last of them are not looked at.
 */
export function projectRehearsal(
  workspace: Workspace,
  wanted: readonly string[],
  options: ProjectOptions,
): ProjectRehearsal {
  const [first] = wanted;
  const set = new Set(wanted);
  const order = first === undefined ? [] : inOrder(workspace, first);
  const last = order.reduce((found, { path }, index) => (set.has(path) ? index : found), -1);
  const unread: FileProblem[] = [];
  const extensions = new Set<string>();
  const analyses = new Map<string, Analysis | undefined>();
  const rollbacks = new Map<string, Rollback | undefined>();
  const rollbackFrom = rollbacksInOrder(workspace.historiesOf());
  const analysisOf = (path: string): Analysis | undefined => {
    if (!analyses.has(path)) {
      const result = workspace.analyze(path);
      analyses.set(path, 'document' in result ? result : undefined);
    }
    return analyses.get(path);
  };
  const rollbackOf = (path: string): Rollback | undefined => {
    if (!rollbacks.has(path)) {
      const analysis = analysisOf(path);
      rollbacks.set(path, analysis && rollbackFrom(analysis));
    }
    return rollbacks.get(path);
  };
  const seed = first === undefined ? undefined : seedOf(workspace, first, unread, extensions);
  const files: RehearsedFile[] = [];
  const dump = first === undefined ? undefined : dumpOf(workspace, first);
  if (dump) files.push(dump);
  for (const migration of order.slice(0, last + 1)) {
    const read = migration.read();
    if (!('document' in read)) {
      unread.push(read);
      continue;
    }
    for (const name of extensionsIn(read.document)) extensions.add(name);
    files.push({
      path: migration.path,
      name: migration.shown,
      statements: runnable(read.document, read.sections),
      rehearse: set.has(migration.path),
      steps: () => analysisOf(migration.path)?.steps ?? [],
      wayBack: () => wayBackOf(workspace, migration, analysisOf, rollbackOf, options),
    });
  }
  return {
    files,
    extensions: [...extensions].filter((name) => embeddedExtensions.has(name)),
    unread,
    seed,
    analysisOf,
    rollbackOf,
  };
}

/** The dump that the configuration names, as the first file of the history. */
function dumpOf(workspace: Workspace, path: string): RehearsedFile | undefined {
  const { schemaPath } = workspace.configFor(path);
  const text = schemaPath === undefined ? undefined : workspace.textOf(schemaPath);
  if (schemaPath === undefined || typeof text !== 'string') return undefined;
  const document = parseDocument(text);
  return {
    path: schemaPath,
    name: schemaPath.slice(schemaPath.lastIndexOf('/') + 1),
    statements: runnable(document, []),
    rehearse: false,
  };
}

function seedOf(
  workspace: Workspace,
  path: string,
  unread: FileProblem[],
  extensions: Set<string>,
): SeedFile | undefined {
  const { seedPath, root } = workspace.configFor(path);
  if (seedPath === undefined) return undefined;
  const text = workspace.textOf(seedPath);
  if (typeof text !== 'string') {
    unread.push(text);
    return undefined;
  }
  const document = parseDocument(text);
  for (const name of extensionsIn(document)) extensions.add(name);
  const positions = new Positions(text);
  const statements = runnable(document, []).map((each) => ({
    ...each,
    line: positions.range(each.span).start.line + 1,
  }));
  return { path: seedPath, name: seedPath.slice((root ?? '').length + 1), statements };
}

function extensionsIn({ statements }: SqlDocument): string[] {
  return statements.flatMap(({ parsed }) =>
    [parsed, ...parsed.embedded.map((each) => each.parsed)].flatMap(({ actions }) =>
      actions.flatMap((action) => (action.kind === 'createExtension' ? [action.extension] : [])),
    ),
  );
}

function wayBackOf(
  workspace: Workspace,
  { path, shown }: OrderedMigration,
  analysisOf: (path: string) => Analysis | undefined,
  rollbackOf: (path: string) => Rollback | undefined,
  { wayBack }: ProjectOptions,
): WayBackToRun | undefined {
  const analysis = analysisOf(path);
  if (!analysis) return undefined;
  const { config, project } = analysis;
  const file: ProjectFile = { path, shownPath: shown, config, project };
  if (wayBack === 'author first') {
    const statements = authorsWayBack(workspace, file, fileTextOf(analysis));
    if (statements.length > 0) return { by: 'author', isPartial: false, statements };
  }
  const made = rollbackOf(path);
  const [written] = made?.files ?? [];
  if (!written) return undefined;
  const statements = statementsBack(file, written.path, written.sql);
  return statements.length === 0 ? undefined : { by: 'airlock', isPartial: made?.worst === 'impossible', statements };
}

/** The way back that stands in the file or beside it; nothing where there is none, or only comments. */
export function authorsWayBack(workspace: Workspace, file: ProjectFile, text: string): RunStatement[] {
  const own = statementsBack(file, file.path, text);
  if (own.length > 0) return own;
  const beside = file.project.framework.downPath(file.path, file.project);
  if (beside === undefined || beside === file.path) return [];
  const other = workspace.textOf(beside);
  return typeof other === 'string' ? statementsBack(file, beside, other) : [];
}

/** What runs of a file when a migration is taken back. */
function statementsBack(file: ProjectFile, path: string, text: string): RunStatement[] {
  const read = readMigration(text, { ...file, path }, 'down');
  if (path === file.path || read.document.statements.length > 0) return runnable(read.document, read.sections);
  // A tool that only goes forward takes it for no migration: people run it with psql.
  return runnable(parseDocument(text), []);
}
