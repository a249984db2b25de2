import { type Engine, SqlError } from '../rehearsal/engine.js';
import type { HistoryFile, Unreplayed } from '../rehearsal/stage.js';
import { Stage } from '../rehearsal/stage.js';
import { KeptStates } from '../rehearsal/states.js';
import { compareObjects, type Drift, keyOf } from './compare.js';
import { objectsQuery, type SchemaObject } from './objects.js';

export interface DriftResult {
  readonly drifts: readonly Drift[];
  /** How many objects are as the migrations build them. */
  readonly equal: number;
  /** What built the migrations: "PostgreSQL 18 (PGlite)". */
  readonly engine: string;
  /** Files of which PostgreSQL refused something: what they make may be missing. */
  readonly unreplayed: readonly Unreplayed[];
  /** What the database has half done, whatever the migrations say. */
  readonly halfDone: readonly SchemaObject[];
}

export interface DriftInput {
  readonly files: readonly HistoryFile[];
  readonly extensions: readonly string[];
  readonly limitMs: number;
  /** The objects of the database. */
  readonly live: readonly SchemaObject[];
  readonly onFile?: (index: number) => void;
  /** States of former runs, to begin from; one that keeps nothing by default. */
  readonly states?: KeptStates;
}

/**
 * Builds what the migrations build, and compares a database with that. The text of an object may differ from version to
 * version of PostgreSQL: where it does, the definition of the database is read by the engine that has built the
 * migrations, and only what differs then is reported. Throws EngineLost.
 */
export async function driftOf(
  engine: Engine,
  { files, extensions, limitMs, live, onFile, states = new KeptStates() }: DriftInput,
): Promise<DriftResult> {
  const stage = new Stage(engine, states, extensions, limitMs);
  await stage.begin(files, onFile ?? (() => {}));
  const built = await builtObjects(engine);
  const drifts: Drift[] = [];
  for (const each of compareObjects(built, live)) if (!(await isSameWhenRead(engine, each))) drifts.push(each);
  const missing = drifts.filter(({ what }) => what !== 'extra').length;
  return {
    drifts,
    equal: built.length - missing,
    engine: engine.name,
    unreplayed: stage.unreplayed,
    halfDone: live.filter(({ state }) => state !== ''),
  };
}

/** Rows of the query for objects, whose session has an empty search path. */
export function objectsFrom(rows: readonly unknown[]): SchemaObject[] {
  return rows.map((row) => row as SchemaObject);
}

async function builtObjects(engine: Engine): Promise<SchemaObject[]> {
  await engine.run("SET search_path = ''");
  try {
    return objectsFrom((await engine.run(objectsQuery)).at(-1)?.rows ?? []);
  } finally {
    await engine.run('RESET search_path');
  }
}

/** Makes the object as the database has it in the place of the built one, looks at it, and takes that back. */
async function isSameWhenRead(engine: Engine, { what, built, live }: Drift): Promise<boolean> {
  if (what !== 'changed' || !built || !live || live.make === '' || built.kind === 'table' || built.kind === 'extension')
    return false;
  await engine.run('BEGIN');
  try {
    await engine.run(`${built.drop} CASCADE`);
    await engine.run("SET LOCAL search_path = ''");
    await engine.run(live.make);
    const rows = objectsFrom((await engine.run(objectsQuery)).at(-1)?.rows ?? []);
    return rows.find((each) => keyOf(each) === keyOf(built))?.facts === built.facts;
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return false;
  } finally {
    await engine.run('ROLLBACK');
  }
}
