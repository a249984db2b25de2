import { appendFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Arguments } from '../../server/src/cli/arguments.js';
import { openSession, type Session, type Terminal } from '../../server/src/cli/session.js';
import { differenceText } from '../../server/src/rehearsal/differences.js';
import type { Engine } from '../../server/src/rehearsal/engine.js';
import { EmbeddedEngine } from '../../server/src/rehearsal/pglite/engine.js';
import { type ProjectOptions, projectRehearsal } from '../../server/src/rehearsal/project.js';
import { type FileResult, rehearse } from '../../server/src/rehearsal/rehearse.js';
import { openServer } from '../../server/src/rehearsal/server/open-server.js';
import { startCluster } from '../facts/cluster.js';

/**
 * Rehearses whole histories: each file up, back and up again, once with the way back of its authors and once with the one
 * that Airlock writes:
 *   npm run corpus:rehearse -- <folder of migrations>… [--server] [--way author|airlock] [--list FILE]
 * With --server on the PostgreSQL of AIRLOCK_PG. --list appends a line for everything that is not as it should be. Changes
 * nothing in the folders.
 */

interface Count {
  files: number;
  /** Files that ran to their end. */
  ran: number;
  refusedForCertain: number;
  /** Ways back that were run. */
  backs: number;
  restored: number;
  /** The schema comes back, and rows that the migration itself threw away do not. */
  restoredButRows: number;
  differ: number;
  failed: number;
  /** Rollbacks of Airlock's whose text says that a step cannot be taken back, and of those the ones that restore all. */
  partial: number;
  partialRestored: number;
  compared: number;
  agreed: number;
  /** Files that Airlock says PostgreSQL refuses, and which ran. */
  wronglyRefused: number;
  ms: number;
}

const newCount = (): Count => ({
  files: 0,
  ran: 0,
  refusedForCertain: 0,
  backs: 0,
  restored: 0,
  restoredButRows: 0,
  differ: 0,
  failed: 0,
  partial: 0,
  partialRestored: 0,
  compared: 0,
  agreed: 0,
  wronglyRefused: 0,
  ms: 0,
});

const quiet: Terminal = { out: () => undefined, data: () => undefined, err: () => undefined, colour: false };

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { server: { type: 'boolean' }, way: { type: 'string' }, list: { type: 'string' } },
  });
  const ways: ProjectOptions['wayBack'][] =
    values.way === 'author' ? ['author first'] : values.way === 'airlock' ? ['airlock'] : ['author first', 'airlock'];
  const note = (line: string): void => {
    if (values.list !== undefined) appendFileSync(values.list, `${line.replaceAll(/[ \n\r]+/g, ' ')}\n`);
  };
  const cluster = values.server === true ? await serverOf() : undefined;
  try {
    for (const folder of positionals)
      for (const way of ways) {
        const given: Arguments = { paths: [folder], values: {} };
        const session = await openSession(given, quiet);
        const count = await countOf(session, way, cluster?.url, note);
        console.log(`${folder} ${way}: ${JSON.stringify(count)}`);
      }
  } finally {
    await cluster?.stop();
  }
}

async function serverOf(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const port = 5433 + (process.pid % 1000);
  const cluster = await startCluster(process.env.AIRLOCK_PG ?? '/usr/lib/postgresql/15', port);
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, stop: () => cluster.stop() };
}

async function countOf(
  { workspace, files }: Session,
  wayBack: ProjectOptions['wayBack'],
  url: string | undefined,
  note: (line: string) => void,
): Promise<Count> {
  const count = newCount();
  const began = performance.now();
  const groups = new Map<string, string[]>();
  for (const { path } of files) {
    if (workspace.isDown(path)) continue;
    const key = `${workspace.projectOf(path).root} ${workspace.migrationsWith(path)[0] ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), path]);
  }
  for (const paths of groups.values()) {
    const project = projectRehearsal(workspace, paths, { wayBack });
    const engine: Engine =
      url === undefined
        ? new EmbeddedEngine(project.extensions)
        : await openServer(url, { evenProduction: false, advice: '' });
    try {
      await rehearse(engine, {
        files: project.files,
        extensions: project.extensions,
        onResult: (result) => {
          const of = `${wayBack === 'airlock' ? 'ours' : 'theirs'} ${result.path}`;
          const say = (what: string, text: string): void => note(`${what}\t${of}\t${text}`);
          const steps = project.analysisOf(result.path)?.steps ?? [];
          const certain = (start: number): boolean =>
            steps.some(({ span, impact }) => span.start === start && impact.fails?.certain === true);
          counted(count, result, certain, say, wayBack);
          const made = wayBack === 'airlock' ? project.rollbackOf(result.path) : undefined;
          const isLess = result.back?.stopped ?? result.back?.differences[0];
          if (made && isLess) say(made.worst, made.steps.map(({ grade, reason }) => `${grade}: ${reason}`).join(' | '));
          const isClaimed =
            wayBack === 'airlock' && project.rollbackOf(result.path)?.worst === 'lossless' && result.back !== undefined;
          if (isClaimed && (result.back?.losses.length ?? 0) > 0)
            say('LOSSLESS?', (result.back?.losses ?? []).map(differenceText).join(' | '));
        },
      });
    } finally {
      await engine.close();
    }
  }
  count.ms = Math.round(performance.now() - began);
  return count;
}

function counted(
  count: Count,
  result: FileResult,
  certain: (start: number) => boolean,
  say: (what: string, text: string) => void,
  way: ProjectOptions['wayBack'],
): void {
  const { up, back, again, agreement } = result;
  count.files += 1;
  const place = up.stopped?.statement?.span.start;
  if (up.stopped) {
    const isCertainly = place !== undefined && certain(place);
    if (isCertainly) count.refusedForCertain += 1;
    say(
      isCertainly ? 'UP certain' : 'UP',
      `${up.stopped.message} (${up.stopped.code ?? ''})${result.isBehindGap ? ' behind a gap' : ''}: ${up.stopped.statement?.parsed.text.slice(0, 200) ?? ''}`,
    );
  } else {
    count.ran += 1;
    const wrong = up.statements.find(({ statement }) => certain(statement.span.start));
    if (wrong) {
      count.wronglyRefused += 1;
      say('WRONGLY REFUSED', wrong.statement.parsed.text.slice(0, 200));
    }
  }
  if (result.refusedRows !== undefined) say('ROWS', result.refusedRows);
  for (const { statement, about, relation, predicted, seen } of agreement?.disagreements ?? [])
    say(
      'DISAGREE',
      `${about} of ${relation}: predicted ${predicted}, seen ${seen}: ${statement.parsed.text.slice(0, 200)}`,
    );
  count.compared += agreement?.compared ?? 0;
  count.agreed += agreement?.agreed ?? 0;
  if (!back || (way === 'author first' && back.by === 'airlock')) return;
  count.backs += 1;
  if (back.isPartial) count.partial += 1;
  if (back.stopped) {
    count.failed += 1;
    say(
      back.isPartial ? 'BACK fails (partial)' : 'BACK fails',
      `${back.stopped.message} (${back.stopped.code ?? ''}): ${back.stopped.statement?.parsed.text.slice(0, 200) ?? ''}`,
    );
  } else if (back.differences.length > 0) {
    count.differ += 1;
    say(back.isPartial ? 'BACK differs (partial)' : 'BACK differs', back.differences.map(differenceText).join(' | '));
  } else {
    if (back.isPartial) count.partialRestored += 1;
    if (back.losses.length > 0) count.restoredButRows += 1;
    else count.restored += 1;
  }
  if (back.refusedByWrites !== undefined) say('REFUSED BY WRITES', back.refusedByWrites);
  if (again?.stopped) say('AGAIN', again.stopped.message);
  for (const each of again?.differences ?? []) say('AGAIN differs', differenceText(each));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
