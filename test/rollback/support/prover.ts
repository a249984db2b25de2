import { rollback, type Rollback } from '../../../server/src/rollback/rollback.js';
import { analysed } from '../../support/analysed.js';
import { splitSql } from '../../support/split-sql.js';
import { catalogSnapshot, snapshotDifference } from '../../../server/src/rehearsal/catalog-snapshot.js';
import { type Database, rowsOf, runMigration, withDatabase } from '../../support/pglite.js';
import { shop, shopRows } from './shop.js';
import type { RollbackCase } from './case.js';

/** What became of a case. */
export interface Proof {
  /**
   * - right: the best honest grade, and it held
   * - low: it held, and a better grade was possible
   * - wrong: the grade did not hold, or the rest of the rollback failed
   * - broken: the case itself does not run
   */
  readonly verdict: 'right' | 'low' | 'wrong' | 'broken';
  readonly why: string;
  readonly made: Rollback;
}

const order = ['lossless', 'lossy', 'impossible'] as const;

export async function prove(given: RollbackCase): Promise<Proof> {
  const history = given.history ?? (given.hidden === undefined ? shop : '');
  const rows = given.rows ?? (given.history === undefined && given.hidden === undefined ? shopRows : '');
  const setting = { config: { postgres: 18 as const, ...given.config } };
  const { analysis, history: documents } = await analysed(history === '' ? [] : [history], given.up, setting);
  const made = rollback(analysis, documents);
  const [file] = made.files;
  return withDatabase(async (db) => {
    try {
      await runMigration(db, (given.hidden ?? history) + rows);
    } catch (error) {
      return { verdict: 'broken', why: `history: ${String(error)}`, made };
    }
    const before = await everything(db);
    try {
      const wrapped = given.config?.transaction === 'per-file' ? `BEGIN; ${given.up}; COMMIT` : given.up;
      await runMigration(db, wrapped);
      if (given.between !== undefined) await runMigration(db, given.between);
    } catch (error) {
      return { verdict: 'broken', why: `up: ${String(error)}`, made };
    }
    const middle = await everything(db);
    const down = file?.sql ?? '';
    const problem = await run(db, given.config?.transaction === 'per-file' ? `BEGIN; ${down}\n; COMMIT` : down);
    if (given.fails) return judgeFailure(db, given, made, middle, problem, down);
    if (problem !== undefined) return { verdict: 'wrong', why: `the rollback failed: ${problem}`, made };
    return judge(given, made, before, middle, await everything(db));
  });
}

/** The rollback is cut behind each of its statements and run again whole. Out: what is wrong then. */
export async function proveAgain(given: RollbackCase): Promise<string[]> {
  const history = given.history ?? (given.hidden === undefined ? shop : '');
  const rows = given.rows ?? (given.history === undefined && given.hidden === undefined ? shopRows : '');
  const { analysis, history: documents } = await analysed(history === '' ? [] : [history], given.up, {
    config: { postgres: 18, ...given.config },
  });
  const [file] = rollback(analysis, documents).files;
  const sql = file?.sql ?? '';
  // A file that cannot be run again says so.
  if (given.config?.transaction === 'per-file' || sql.includes('When a step fails, the ones before it stay')) return [];
  const statements = await splitSql(sql);
  while (/^(?:--[^\n]*\n\s*)*(?:SET|RESET)\b/.test(statements.at(-1) ?? '')) statements.pop();
  const found: string[] = [];
  let wanted: Everything | undefined;
  for (let cut = statements.length; cut > 0; cut--) {
    await withDatabase(async (db) => {
      await runMigration(db, (given.hidden ?? history) + rows);
      await runMigration(db, given.up);
      if (given.between !== undefined) await runMigration(db, given.between);
      const first = await run(db, cut === statements.length ? sql : statements.slice(0, cut).join(';\n'));
      await db.exec('ROLLBACK');
      const problem = first ?? (cut === statements.length ? undefined : await run(db, sql));
      if (problem !== undefined) found.push(`behind statement ${cut}: ${problem}`);
      const end = await everything(db);
      wanted ??= end;
      const lines = snapshotDifference(wanted.schema, end.schema);
      if (problem === undefined && lines.length > 0) found.push(`behind statement ${cut}: ${lines.join('; ')}`);
    });
  }
  return found.length > 0 ? [...found, sql] : [];
}

interface Everything {
  readonly schema: readonly string[];
  readonly rows: ReadonlyMap<string, string>;
}

async function everything(db: Database): Promise<Everything> {
  await db.exec('RESET ALL');
  const schema = await catalogSnapshot(db);
  const tables = await db.query<{ name: string }>(
    `SELECT format('%I.%I', nspname, relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
     WHERE relkind IN ('r', 'm') AND relispopulated AND nspname !~ '^pg_' AND nspname <> 'information_schema'`,
  );
  const rows = new Map<string, string>();
  for (const { name } of tables.rows) rows.set(name, JSON.stringify(await rowsOf(db, name)));
  return { schema, rows };
}

async function run(db: Database, sql: string): Promise<string | undefined> {
  try {
    await runMigration(db, sql);
    return undefined;
  } catch (error) {
    await db.exec('ROLLBACK');
    return String(error);
  }
}

async function judgeFailure(
  db: Database,
  given: RollbackCase,
  made: Rollback,
  middle: Everything,
  problem: string | undefined,
  down: string,
): Promise<Proof> {
  if (problem === undefined) return { verdict: 'wrong', why: 'the rollback ran, where a value does not fit', made };
  const left = snapshotDifference(middle.schema, (await everything(db)).schema);
  if (left.length > 0) return { verdict: 'wrong', why: `the failed rollback left\n${left.join('\n')}`, made };
  const again = await run(db, down);
  void given;
  if (again === undefined || again !== problem) return { verdict: 'wrong', why: `the second run said ${again}`, made };
  return { verdict: 'right', why: '', made };
}

function judge(given: RollbackCase, made: Rollback, before: Everything, middle: Everything, after: Everything): Proof {
  const difference = snapshotDifference(before.schema, after.schema).filter((line) => !given.leaves?.test(line));
  const sameRows = [...before.rows].filter(([name, rows]) => after.rows.get(name) !== rows).map(([name]) => name);
  const rank = order.indexOf(made.worst);
  if (made.worst === 'impossible') {
    // What stood before the migration and behind it has to stand still.
    const gone = difference.filter((line) => line.startsWith('- ') && middle.schema.includes(line.slice(2)));
    if (gone.length > 0) return { verdict: 'wrong', why: `impossible, and it destroys\n${gone.join('\n')}`, made };
    if (given.hidden !== undefined && made.steps.every((step) => step.sql === ''))
      return { verdict: order.indexOf(given.want) < rank ? 'low' : 'right', why: reasons(made), made };
    return { verdict: order.indexOf(given.want) < rank ? 'low' : 'right', why: reasons(made), made };
  }
  if (difference.length > 0)
    return { verdict: 'wrong', why: `${made.worst}, but the schema differs\n${difference.join('\n')}`, made };
  if (made.worst === 'lossless' && sameRows.length > 0)
    return { verdict: 'wrong', why: `lossless, but the rows of ${sameRows.join()} differ`, made };
  return { verdict: order.indexOf(given.want) < rank ? 'low' : 'right', why: reasons(made), made };
}

function reasons(made: Rollback): string {
  return made.steps.map(({ grade, reason }) => `${grade}: ${reason}`).join('\n');
}
