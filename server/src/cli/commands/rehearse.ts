import { positionsOf } from '../../analysis/positions.js';
import { notesOf } from '../../rehearsal/notes.js';
import type { FailedQuery } from '../../rehearsal/old-code.js';
import { proofOf } from '../../rehearsal/proof.js';
import type { FileResult } from '../../rehearsal/rehearse.js';
import { outcomeOf, remarksOf } from '../../rehearsal/remarks.js';
import { type Arguments, choice, forMigrations, inForms } from '../arguments.js';
import { ownSystem } from '../cache/questions.js';
import { type GroupRehearsal, isCertain, rehearseFiles } from '../rehearsal-run.js';
import { rehearsalWriters, type RehearsedMigration, type RehearsalReport } from '../rehearsal-report.js';
import { openSession, reportHistory, type Terminal } from '../session.js';

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

The rows of "rehearsal.seed" of airlock.config.json stand in the tables, and the queries of "rehearsal.queries", or those
in strings of the code, have to run before each migration and behind it.

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
  const session = await openSession(given, terminal);
  if (session.failed) return 2;
  const { workspace } = session;
  const wanted = session.files.filter(({ path }) => given.values.pending !== true || !workspace.isApplied(path));
  const files: RehearsedMigration[] = [];
  const unreplayed: { path: string; message: string }[] = [];
  const roles = new Set<string>();
  const notes: string[] = [];
  const failedQueries: FailedQuery[] = [];
  let engineName = '';
  for (const group of await rehearseFiles(given, session, wanted, { ...ownSystem, progress: terminal.progress })) {
    const { project, done } = group;
    engineName = done.engine;
    for (const { path, message } of project.unread) {
      unreplayed.push({ path, message });
      session.failed = true;
    }
    files.push(...done.files.map((result) => migrationOf(result, group)));
    for (const { file, stopped } of done.unreplayed) unreplayed.push({ path: file.name, message: stopped.message });
    for (const role of done.roles) roles.add(role);
    notes.push(...notesOf(done));
    failedQueries.push(...done.oldCode.failedBefore);
    if (done.cancelled) session.failed = true;
  }
  reportHistory(session, terminal);
  const report: RehearsalReport = { engine: engineName, files, unreplayed, roles: [...roles], notes, failedQueries };
  const text = rehearsalWriters[format](report);
  if (format === 'text') terminal.out(text);
  else terminal.data(text);
  if (files.some(({ outcome }) => outcome === 'failed')) return 1;
  return session.failed || files.some(({ outcome }) => outcome === 'not rehearsed') ? 2 : 0;
}

function migrationOf(result: FileResult, { files, project, done }: GroupRehearsal): RehearsedMigration {
  const analysis = project.analysisOf(result.path);
  const remarks = remarksOf(result, (span) => isCertain(analysis, span.start));
  const positions = analysis && positionsOf(analysis);
  return {
    path: files.find(({ path }) => path === result.path)?.name ?? result.name,
    outcome: outcomeOf(remarks),
    result,
    proof: proofOf(result, done.engine),
    remarks: remarks.map((remark) => ({ ...remark, range: remark.span && positions?.range(remark.span) })),
    rangeOf: (span) => positions?.range(span),
  };
}
