import type { Case, Measured } from '../impact/support/facts.js';
import { locksAtGates } from './gates.js';
import { strongest, type HeldLock } from './lock-table.js';
import { filled, isIndex, type Relation, relations } from './relations.js';
import { type Engine, resetSession, type Session, sqlState, useSettings } from './session.js';

/** What one version did with one case; the file puts versions that did the same together. */
export interface Outcome extends Omit<Measured, 'versions' | 'locks'> {
  /** Undefined when this engine cannot show them: see `Engine.others`. */
  readonly locks: Measured['locks'] | undefined;
  /** PostgreSQL's words for `error`; for people, not for the file, because they change between minor versions. */
  readonly message?: string;
}

/**
 * Measures cases on one engine, in an order that makes few schemas: cases with the same setup share one as long as they
 * leave it as it was, which a transaction that is rolled back does.
 */
export async function measureCases(
  engine: Engine,
  baseSchema: string,
  cases: readonly Case[],
  report: (measured: Case, outcome: Outcome) => void,
): Promise<void> {
  const bySetup = new Map<string, Case[]>();
  for (const each of cases) {
    const key = (each.setup ?? []).join('\n');
    bySetup.set(key, [...(bySetup.get(key) ?? []), each]);
  }
  for (const alike of bySetup.values()) {
    const inTransaction = alike.filter(({ mode }) => mode === 'tx');
    if (inTransaction[0]) await makeSchema(engine.subject, baseSchema, inTransaction[0].setup);
    for (const each of inTransaction) report(each, await measureInTransaction(engine.subject, each));
    for (const each of alike) {
      if (each.mode !== 'tx') report(each, await measureOutside(engine, baseSchema, each));
    }
  }
}

/** Throws the schemas of the case before away, and makes those of the next. */
export async function makeSchema(session: Session, baseSchema: string, setup: readonly string[] = []): Promise<void> {
  const publications = await session.query<{ name: string }>('select quote_ident(pubname) as name from pg_publication');
  await resetSession(session);
  await session.exec(
    [
      ...publications.map(({ name }) => `drop publication ${name}`),
      'drop schema if exists m cascade; drop schema if exists m2 cascade; drop schema if exists m3 cascade',
      baseSchema,
    ].join(';\n'),
  );
  for (const statement of setup) {
    // "@try": the case needs what this leaves behind when it fails, such as an invalid index.
    const mayFail = statement.startsWith('@try ');
    try {
      await session.exec(mayFail ? statement.slice('@try '.length) : statement);
    } catch (error) {
      sqlState(error);
      if (!mayFail) throw new Error(`the setup failed: ${statement}: ${(error as Error).message}`);
    }
  }
}

/** Runs a case in one transaction, looks at its end, and rolls back. */
export async function measureInTransaction(session: Session, { session: settings, statements }: Case) {
  const before = await relations(session);
  await session.exec('begin');
  const { error, notices } = await run(session, settings, statements);
  let outcome: Outcome;
  if (error) {
    // The failed transaction has given its locks back: nothing is known of them.
    outcome = { locks: {}, ...messagesOf(notices, before), ...error };
  } else {
    const held = await session.query<HeldLock>(
      "select relation::int as oid, mode from pg_locks where locktype = 'relation' and granted and pid = pg_backend_pid()",
    );
    outcome = {
      locks: strongest(before, held),
      ...(await written(session, before)),
      ...(await verified(session, before, held, notices)),
    };
  }
  await resetSession(session);
  return ordered(outcome);
}

/** Runs a case as it stands, outside a transaction block, and looks at its locks in a way that fits. */
async function measureOutside(engine: Engine, baseSchema: string, each: Case): Promise<Outcome> {
  const { subject, others } = engine;
  await makeSchema(subject, baseSchema, each.setup);
  const before = await relations(subject);
  const { error, notices } = await run(subject, each.session, each.statements);
  await resetSession(subject);
  const done: Omit<Outcome, 'locks'> = {
    ...(error ? {} : await written(subject, before)),
    ...messagesOf(notices, before),
    ...error,
  };
  // A string of several statements is one transaction to the server, and over when it comes back.
  if (each.mode === 'auto') return ordered({ locks: {}, ...done });
  if (!error) {
    // Most statements do in a transaction what they do by themselves, where their locks stay to be looked at.
    await makeSchema(subject, baseSchema, each.setup);
    const inTransaction = await measureInTransaction(subject, each);
    if (!inTransaction.error) return ordered({ ...done, locks: inTransaction.locks });
  }
  if (!others) return ordered({ locks: undefined, ...done });
  const locks = await locksAtGates({ subject, ...others }, each, () => makeSchema(subject, baseSchema, each.setup));
  return ordered({ locks, ...done });
}

interface Ran {
  readonly error: Pick<Outcome, 'error' | 'message'> | undefined;
  /** Messages of all statements, of level DEBUG1 and above. */
  readonly notices: readonly string[];
}

async function run(
  session: Session,
  settings: readonly string[] | undefined,
  statements: readonly string[],
): Promise<Ran> {
  await useSettings(session, settings);
  await session.exec('set client_min_messages = debug1');
  session.notices.length = 0;
  try {
    for (const statement of statements) await session.exec(statement);
    return { error: undefined, notices: [...session.notices] };
  } catch (error) {
    return { error: { error: sqlState(error), message: (error as Error).message }, notices: [...session.notices] };
  }
}

/**
 * What has a new file: tables and materialised views that were written anew, and indexes that were built anew. An
 * empty new file is TRUNCATE's or WITH NO DATA's, not the work of a rewrite. An index counts by its name, because
 * ALTER TYPE and REINDEX CONCURRENTLY put another one in its place; USING INDEX gives the name to one that was there.
 */
async function written(session: Session, before: readonly Relation[]) {
  const after = await relations(session);
  const byOid = new Map(after.map((relation) => [relation.oid, relation]));
  const moved = before.filter(
    ({ oid, kind, file }) => (kind === 'r' || kind === 'm') && ![undefined, file].includes(byOid.get(oid)?.file),
  );
  const withRows = await filled(session, moved);
  const files = new Set(before.map(({ file }) => file));
  const built = new Set(after.filter((each) => isIndex(each) && !files.has(each.file)).map(({ name }) => name));
  return {
    rewrites: moved.filter(({ oid }) => withRows.has(oid)).map(({ name }) => name),
    indexRebuilt: before.filter((each) => isIndex(each) && built.has(each.name)).map(({ name }) => name),
  };
}

/**
 * Tables that were read to check their rows. PostgreSQL says so at DEBUG1 (tablecmds.c, ATRewriteTable), but for one:
 * check_default_partition_contents in partbounds.c reads the default partition without a word. It does so under
 * ACCESS EXCLUSIVE, which makes it another than a query that reads the default partition.
 */
async function verified(
  session: Session,
  before: readonly Relation[],
  held: readonly HeldLock[],
  notices: readonly string[],
) {
  const said = messagesOf(notices, before).verifies;
  const scansBefore = new Map(before.map(({ oid, scans }) => [oid, scans]));
  const exclusive = new Set(held.filter(({ mode }) => mode === 'AccessExclusiveLock').map(({ oid }) => oid));
  const silent = (await relations(session))
    .filter(({ oid, isDefaultPartition }) => isDefaultPartition && exclusive.has(oid))
    .filter(({ oid, scans }) => scans > (scansBefore.get(oid) ?? Number.POSITIVE_INFINITY))
    .map(({ name }) => name);
  return { verifies: [...new Set([...said, ...silent])] };
}

/** The messages name a table without its schema. */
function messagesOf(notices: readonly string[], before: readonly Relation[]) {
  const known = new Map(before.map(({ bareName, name }) => [bareName, name]));
  const names = notices.flatMap((notice) => known.get(/^verifying table "(.*)"$/.exec(notice)?.[1] ?? '') ?? []);
  return { verifies: [...new Set(names)] };
}

/** The fields in the order of the file, names sorted, empty lists left out: equal outcomes are equal texts. */
function ordered({ locks, rewrites = [], verifies = [], indexRebuilt = [], error, message }: Outcome): Outcome {
  return {
    locks,
    ...(rewrites.length > 0 && { rewrites: [...rewrites].sort() }),
    ...(verifies.length > 0 && { verifies: [...verifies].sort() }),
    ...(indexRebuilt.length > 0 && { indexRebuilt: [...indexRebuilt].sort() }),
    ...(error !== undefined && { error }),
    ...(message !== undefined && { message }),
  };
}
