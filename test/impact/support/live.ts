import { lockModes } from '../../../server/src/sql/lock-modes.js';
import type { Database } from '../../support/pglite.js';
import type { Prediction } from './predict.js';

/** A statement on a schema, to be measured where the test runs, in a transaction. */
export interface LiveCase {
  readonly name: string;
  readonly setup?: readonly string[];
  readonly statement: string;
  /** Why the prediction is known to differ. */
  readonly notPredicted: string | undefined;
}

/** What PostgreSQL did, in the words of a prediction. */
export type Outcome = Pick<
  Prediction,
  'locks' | 'rewrites' | 'verifies' | 'error' | 'indexLocks' | 'builds' | 'checksForeignKey'
>;

interface RelationRow {
  readonly oid: number;
  readonly name: string;
  readonly kind: string;
  readonly file: number;
  readonly size: number;
  readonly fallback: boolean;
}

const relations = `
  select c.oid::int, case when n.nspname = 'm' then '' else n.nspname || '.' end || c.relname as name,
    c.relkind::text as kind, pg_relation_filenode(c.oid)::int as file, pg_relation_size(c.oid)::int as size,
    coalesce(pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT', false) as fallback
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ('m', 'm2', 'public') and c.relkind in ('r', 'p', 'v', 'm', 'S', 'i', 'I', 'f')`;

const strength: readonly string[] = lockModes.map((mode) => mode.replace(/Lock$/, ''));

/** What each database holds, so that cases with the same setup share it: each takes back what it did. */
const prepared = new WeakMap<Database, string>();

async function prepare(db: Database, baseSchema: string, { name, setup = [], statement }: LiveCase): Promise<void> {
  // A session works out only once what the bounds of the tables above say of a partition, and locks them then.
  const isWriting = /^(?:insert|update)/i.test(statement);
  const wanted = setup.join(';');
  if (prepared.get(db) === wanted && !isWriting) return;
  prepared.delete(db);
  await db.exec(`drop publication if exists pub; drop schema if exists m, m2 cascade; reset all; ${baseSchema}`);
  for (const each of setup) {
    await db.exec(each).catch((error: Error) => {
      throw new Error(`the setup of "${name}" fails: ${error.message}`);
    });
  }
  prepared.set(db, wanted);
}

/** Runs a case on a database that holds nothing, and takes everything back. */
export async function measure(db: Database, baseSchema: string, each: LiveCase): Promise<Outcome> {
  const { statement } = each;
  await prepare(db, baseSchema, each);
  const before = (await db.query<RelationRow>(relations)).rows;
  const notices: string[] = [];
  // The counters of what ran before are not kept apart from those of the statement until they are written.
  await db.exec('select pg_stat_force_next_flush()');
  await db.exec('begin');
  try {
    await db.exec('set local client_min_messages = debug1');
    await db.exec(statement, { onNotice: ({ message }) => notices.push(message ?? '') });
    return await outcome(db, before, notices, /\bpartition\b/i.test(statement));
  } catch (error) {
    const { code } = error as { code?: string };
    return { locks: {}, indexLocks: [], rewrites: [], verifies: [], builds: [], checksForeignKey: false, error: code };
  } finally {
    await db.exec('rollback');
  }
}

function withoutSchema(name: string): string {
  return name.replace(/^m2\./, '');
}

async function outcome(
  db: Database,
  before: readonly RelationRow[],
  notices: readonly string[],
  isBound: boolean,
): Promise<Outcome> {
  const held = await db.query<{ relation: number; mode: string }>(
    `select relation::int, mode from pg_locks where locktype = 'relation' and pid = pg_backend_pid()`,
  );
  const after = new Map((await db.query<RelationRow>(relations)).rows.map((row) => [row.oid, row]));
  const read = await db.query<{ oid: number }>(
    'select relid::int as oid from pg_stat_xact_user_tables where seq_scan > 0',
  );
  const byOid = new Map(before.map((row) => [row.oid, row]));
  const locks: Record<string, string> = {};
  const indexLocks: string[] = [];
  for (const { relation, mode } of held.rows) {
    const row = byOid.get(relation);
    if (!row) continue;
    const plain = mode.replace(/Lock$/, '');
    if (row.kind === 'i' || row.kind === 'I') {
      if (plain === 'AccessExclusive') indexLocks.push(row.name);
    } else if (strength.indexOf(plain) > strength.indexOf(locks[row.name] ?? '')) locks[row.name] = plain;
  }
  // TRUNCATE and WITH NO DATA make a new file, too, but an empty one.
  const saidRewritten = new Set(notices.flatMap((text) => /^rewriting table "(.*)"/.exec(text)?.[1] ?? []));
  const isTruncated = (table: string): boolean => {
    const row = before.find(({ name }) => withoutSchema(name) === table);
    const now = row && after.get(row.oid);
    return now !== undefined && now.file !== row?.file && now.size === 0 && !saidRewritten.has(table);
  };
  const isRewritten = ({ oid, file, kind, name }: RelationRow): boolean => {
    const now = after.get(oid);
    if ((kind !== 'r' && kind !== 'm') || !now || now.file === file) return false;
    return now.size > 0 || saidRewritten.has(withoutSchema(name));
  };
  const rewrites = before.filter(isRewritten).map(({ name }) => name);
  const others = before.flatMap(({ name }) => (rewrites.includes(name) ? [] : withoutSchema(name)));
  const built = notices.flatMap((text) => {
    const [, index, table] = /^building index "(.*)" on table "(.*)" serially/.exec(text) ?? [];
    return table !== undefined && others.includes(table) && !isTruncated(table) ? `${index} on ${table}` : [];
  });
  // A default partition is read without a word when another one comes.
  const fallback = !isBound
    ? []
    : read.rows.flatMap(({ oid }) => (byOid.get(oid)?.fallback ? (byOid.get(oid)?.name ?? []) : []));
  const verified = notices.flatMap((text) => /^verifying table "(.*)"/.exec(text)?.[1] ?? []);
  return {
    locks,
    indexLocks: indexLocks.sort(),
    rewrites: rewrites.sort(),
    verifies: [...new Set([...verified, ...fallback])].filter((name) => !rewrites.includes(name)).sort(),
    builds: [...new Set(built)].sort(),
    checksForeignKey: notices.some((text) => text.startsWith('validating foreign key constraint')),
    error: undefined,
  };
}
