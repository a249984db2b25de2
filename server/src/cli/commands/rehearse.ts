import type { Analysis } from '../../analysis/analyze.js';
import { positionsOf } from '../../analysis/positions.js';
import { type ProjectRehearsal, projectRehearsal } from '../../rehearsal/project.js';
import { proofOf } from '../../rehearsal/proof.js';
import { type FileResult, type Rehearsed, rehearse } from '../../rehearsal/rehearse.js';
import { outcomeOf, remarksOf } from '../../rehearsal/remarks.js';
import type { NamedFile } from '../../workspace/find-files.js';
import { type Arguments, choice, UsageError, forMigrations, inForms } from '../arguments.js';
import { openSession, reportHistory, type Session, type Terminal } from '../session.js';
import { engineFor } from '../rehearsal-engine.js';
import { rehearsalWriters, type RehearsedMigration, type RehearsalReport } from '../rehearsal-report.js';

export const options = {
  ...forMigrations,
  ...inForms,
  url: { type: 'string' },
  allow: { type: 'string' },
  pending: { type: 'boolean' },
  timeout: { type: 'string' },
} as const;

export const help = `pg-airlock rehearse PATHS [options]

Runs migrations for real: the history before them, then each one up, back and up again, on tables that hold rows.
Without --url on PostgreSQL 18 (PGlite) within this process, in memory: nothing has to be installed.

  --pending                only those that are not applied yet
  --url URL                on a server, in a scratch database that is made and dropped; env:NAME takes the URL from a
                           variable. The database that the URL names is never touched
  --allow production       also on a server that looks as if people work on it
  --timeout SECONDS        for one statement; default: 30
  --format text|json|junit default: text
  --postgres 14…18
  --config FILE            default: the nearest airlock.config.json

Exit codes: 0 all pass, 1 one fails, 2 one could not be rehearsed.
`;

export async function run(given: Arguments, terminal: Terminal): Promise<number> {
  const format = choice(given.values, 'format', ['text', 'json', 'junit']);
  const limitMs = secondsOf(given.values.timeout) * 1000;
  const session = await openSession(given, terminal);
  if (session.failed) return 2;
  const groups = groupsOf(session, given.values.pending === true);
  const files: RehearsedMigration[] = [];
  const unreplayed: { path: string; message: string }[] = [];
  const roles = new Set<string>();
  let engineName = '';
  for (const group of groups) {
    const project = projectRehearsal(
      session.workspace,
      group.map(({ path }) => path),
      { wayBack: 'author first' },
    );
    for (const { path, message } of project.unread) {
      unreplayed.push({ path, message });
      session.failed = true;
    }
    const engine = await engineFor(given, project);
    try {
      const done = await rehearse(engine, {
        files: project.files,
        extensions: project.extensions,
        limitMs,
        onProgress: (name, index, total) => terminal.progress?.(`${index + 1} of ${total}  ${name}`),
        signal: interrupted(),
      });
      engineName = done.engine;
      files.push(...done.files.map((result) => migrationOf(result, done, project, group)));
      for (const { file, stopped } of done.unreplayed) unreplayed.push({ path: file.name, message: stopped.message });
      for (const role of done.roles) roles.add(role);
      if (done.cancelled) session.failed = true;
    } finally {
      await engine.close();
    }
  }
  reportHistory(session, terminal);
  const report: RehearsalReport = { engine: engineName, files, unreplayed, roles: [...roles] };
  const text = rehearsalWriters[format](report);
  if (format === 'text') terminal.out(text);
  else terminal.data(text);
  if (files.some(({ outcome }) => outcome === 'failed')) return 1;
  return session.failed || files.some(({ outcome }) => outcome === 'not rehearsed') ? 2 : 0;
}

function secondsOf(value: string | boolean | undefined): number {
  if (value === undefined) return 30;
  const seconds = Number(value);
  if (!(seconds > 0 && seconds <= 3600)) throw new UsageError(`--timeout takes seconds, not "${String(value)}".`);
  return seconds;
}

/** Ctrl+C ends what runs, so that nothing is left behind; a second one ends the process. */
function interrupted(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  return controller.signal;
}

/** The files of each project, without those that take a migration back. */
function groupsOf({ workspace, files }: Session, pending: boolean): NamedFile[][] {
  const groups = new Map<string, NamedFile[]>();
  for (const file of files) {
    if (workspace.isDown(file.path) || (pending && workspace.isApplied(file.path))) continue;
    const key = `${workspace.projectOf(file.path).root} ${workspace.migrationsWith(file.path)[0] ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return [...groups.values()];
}

function migrationOf(
  result: FileResult,
  { engine }: Rehearsed,
  project: ProjectRehearsal,
  group: readonly NamedFile[],
): RehearsedMigration {
  const analysis = project.analysisOf(result.path);
  const remarks = remarksOf(result, (span) => isCertain(analysis, span.start));
  const positions = analysis && positionsOf(analysis);
  return {
    path: group.find(({ path }) => path === result.path)?.name ?? result.name,
    outcome: outcomeOf(remarks),
    result,
    proof: proofOf(result, engine),
    remarks: remarks.map((remark) => ({ ...remark, range: remark.span && positions?.range(remark.span) })),
    rangeOf: (span) => positions?.range(span),
  };
}

/** Whether the files alone show that PostgreSQL refuses the statement at this place. */
export function isCertain(analysis: Analysis | undefined, start: number): boolean {
  return analysis?.steps.some(({ span, impact }) => span.start === start && impact.fails !== undefined) === true;
}
