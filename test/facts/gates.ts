import { setTimeout as sleep } from 'node:timers/promises';
import type { Case } from '../impact/support/facts.js';
import { strongest, type HeldLock } from './lock-table.js';
import { isIndex, relations } from './relations.js';
import { resetSession, type Session, sqlState, useSettings } from './session.js';

interface Sessions {
  readonly subject: Session;
  readonly blocker: Session;
  readonly watcher: Session;
}

/**
 * The strongest lets nobody in, so it shows the first lock on a table; each weaker one lets the locks seen so far pass
 * and stops the stronger ones that may follow, up to ACCESS SHARE, which only ACCESS EXCLUSIVE waits for.
 */
const gateModes = ['access exclusive', 'share update exclusive', 'row exclusive', 'access share'];

/** No statement needs as long, in milliseconds, to come to a gate or to its end. */
const patience = 20_000;

/**
 * Locks of a statement that refuses a transaction block. It gives them back before anybody can ask, and looking often
 * enough is luck. So another session holds a lock that the statement must wait for, a gate: while it waits, what it
 * holds and what it asks for stand still in `pg_locks`. One run for every gate, each on a new schema.
 *
 * What this cannot see: a lock on a sequence or a materialised view, which LOCK TABLE refuses, or on a view, whose
 * tables it would lock as well; and a lock that is taken and given back between two gates. The result is a lower bound that does not change from run to run.
 */
export async function locksAtGates(
  sessions: Sessions,
  { session: settings, statements }: Case,
  makeSchema: () => Promise<void>,
): Promise<Record<string, string>> {
  // A relation has another oid in the schema of each run, so what is seen is kept by name.
  const seen: HeldLock[] = [];
  const runAt = async (name: string, gate: string): Promise<boolean> => {
    await makeSchema();
    const now = await relations(sessions.subject);
    const closed = now.find((each) => each.name === name)!;
    await useSettings(sessions.subject, settings);
    const locks = await locksWhileHeld(sessions, statements, gate);
    await resetSession(sessions.subject);
    const named = new Map(now.map((relation) => [relation.oid, relation.name]));
    for (const { oid, mode } of locks) {
      const first = before.find((each) => each.name === named.get(oid));
      if (first) seen.push({ oid: first.oid, mode });
    }
    return locks.some(({ oid }) => oid === closed.oid);
  };

  await makeSchema();
  const before = await relations(sessions.subject);
  for (const { kind, name, schema, bareName } of before) {
    if (kind !== 'r' && kind !== 'p') continue;
    for (const mode of gateModes) {
      // Who does not come to the strongest gate does not come to a weaker one.
      const stopped = await runAt(name, `lock table only ${quoted(schema, bareName)} in ${mode} mode`);
      if (!stopped && mode === gateModes[0]) break;
    }
  }
  if (seen.length > 0) return strongest(before, seen);
  // SKIP_LOCKED passes a locked table by, but not an index of a table that it could lock. This is the one statement
  // that takes ACCESS EXCLUSIVE on an index and nothing on its table.
  for (const { name, schema, bareName } of before.filter(isIndex)) {
    await runAt(name, `alter table ${quoted(schema, bareName)} rename to airlock_gate`);
  }
  return strongest(before, seen);
}

/** Runs the statements against a closed gate: the locks that they had and wanted when they stood before it, if they did. */
async function locksWhileHeld(
  { subject, blocker, watcher }: Sessions,
  statements: readonly string[],
  gate: string,
): Promise<readonly HeldLock[]> {
  const [subjectPid, blockerPid] = await Promise.all([pidOf(subject), pidOf(blocker)]);
  await blocker.exec(`begin; ${gate}`);
  const state = { over: false };
  const running = runAll(subject, statements).finally(() => {
    state.over = true;
  });
  let locks: readonly HeldLock[] = [];
  const began = Date.now();
  while (!state.over) {
    if (Date.now() - began > patience) {
      await watcher.exec(`select pg_cancel_backend(${subjectPid})`);
      await running;
      throw new Error(`neither waits at "${gate}" nor ends: ${statements.join('; ')}`);
    }
    // Only a wait for the blocker counts: a wait for the watcher's own snapshot is over at once. Once it waits for the
    // blocker it goes on waiting, so the second query sees the same state as the first.
    const [waits] = await watcher.query<{ held: boolean }>(
      `select ${blockerPid} = any(pg_blocking_pids(${subjectPid})) as held`,
    );
    if (waits?.held) {
      locks = await watcher.query<HeldLock>(
        `select relation::int as oid, mode from pg_locks where locktype = 'relation' and pid = ${subjectPid}`,
      );
      // None at all is an answer: DETACH CONCURRENTLY waits for older transactions between two of its own.
      break;
    }
    await sleep(1);
  }
  await blocker.exec('rollback');
  await running;
  return locks;
}

async function runAll(session: Session, statements: readonly string[]): Promise<void> {
  try {
    for (const statement of statements) await session.exec(statement);
  } catch (error) {
    sqlState(error);
  }
}

async function pidOf(session: Session): Promise<number> {
  const [row] = await session.query<{ pid: number }>('select pg_backend_pid() as pid');
  return row!.pid;
}

function quoted(...names: string[]): string {
  return names.map((name) => `"${name.replaceAll('"', '""')}"`).join('.');
}
