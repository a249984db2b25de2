import type { Drift } from '../../drift/compare.js';
import { objectOf } from '../../drift/compare.js';
import { type DriftResult, driftOf, objectsFrom } from '../../drift/drift.js';
import { objectsQuery, type SchemaObject } from '../../drift/objects.js';
import { driftMarkdown, driftSummary, driftText } from '../../drift/report.js';
import { endingOf, migrationFor, type Towards } from '../../drift/statements.js';
import { connect } from '../../database/connect.js';
import { inOrder, type OrderedMigration } from '../../rehearsal/in-order.js';
import { projectRehearsal } from '../../rehearsal/project.js';
import { visible, visibleLine } from '../../sql/visible.js';
import { type Arguments, choice, forMigrations, inForms, UsageError } from '../arguments.js';
import { ownSystem, type System } from '../cache/questions.js';
import { paint, wrap } from '../output.js';
import { engineFor } from '../rehearsal-engine.js';
import { openSession, type Terminal } from '../session.js';

export const options = {
  ...forMigrations,
  ...inForms,
  url: { type: 'string' },
  scratch: { type: 'string' },
  through: { type: 'string' },
  sql: { type: 'string' },
} as const;

export const help = `pg-airlock drift FOLDER --url URL [options]

Compares a database that runs with what the migrations of a folder build, object by object: what is missing, what only
the database has, what differs, which indexes are invalid and which constraints NOT VALID, each with the SQL that ends it.
The database is only read (one READ ONLY transaction over its catalogs). Owners, rights and rows are not compared, nor
what extensions own, nor the tables in which tools note what has run.

  --url URL         the database: postgres://user@host:5432/database; env:NAME takes it from the variable NAME
  --through VERSION up to this migration; default: those that count as applied, or all where none does
  --scratch URL     a server on which the migrations are built, in a database made for that and dropped; default: an
                    embedded PostgreSQL 18
  --format text|json|markdown
                    default: text
  --sql migrations|database
                    print one migration in place of the report: one that takes over what the database has, and does
                    nothing there; or one that makes the database what the migrations build
  --postgres 14…18
  --config FILE     default: the nearest airlock.config.json

Ends with 0 where there is no difference, 1 where there is one, 2 where it could not be compared.
`;

/** How long a file of the history may take, in ms. */
const LIMIT = 60_000;

export async function run(given: Arguments, terminal: Terminal, system: System = ownSystem): Promise<number> {
  const { url, sql, scratch } = given.values;
  const format = choice(given.values, 'format', ['text', 'json', 'markdown']);
  if (typeof url !== 'string') throw new UsageError('drift needs --url: the database to compare.');
  if (sql !== undefined && sql !== 'migrations' && sql !== 'database')
    throw new UsageError(`--sql takes migrations or database, not "${String(sql)}".`);
  const session = await openSession(given, terminal, system);
  const [first] = session.files;
  if (!first) return 2;
  const order = inOrder(session.workspace, first.path);
  const last = lastOf(order, given.values.through);
  const project = projectRehearsal(session.workspace, [last.path], { wayBack: 'airlock' });
  for (const { path, message } of project.unread) {
    terminal.err(`${visibleLine(path)}: ${message}\n`);
    session.failed = true;
  }
  const { address, live } = await liveObjects(url);
  const engine = await engineFor({ ...given, values: { ...given.values, url: scratch } }, project);
  let result: DriftResult;
  try {
    result = await driftOf(engine, {
      files: project.files,
      extensions: project.extensions,
      limitMs: LIMIT,
      live,
      onFile: (index) =>
        terminal.progress?.(`${index + 1} of ${project.files.length}  ${project.files[index]?.name ?? ''}`),
    });
  } finally {
    await engine.close();
  }
  for (const { file, stopped } of result.unreplayed) {
    terminal.err(`${visibleLine(file.name)} was not built as a whole: ${visibleLine(stopped.message)}\n`);
    session.failed = true;
  }
  if (sql === 'migrations' || sql === 'database') terminal.data(sqlOf(result.drifts, sql));
  else if (format === 'json') terminal.data(`${JSON.stringify(jsonOf(result, address, last.shown), null, 2)}\n`);
  else if (format === 'markdown') terminal.data(driftMarkdown(result, address, last.shown));
  else terminal.out(textOf(result, address, last.shown, terminal));
  if (session.failed) return 2;
  return result.drifts.length > 0 ? 1 : 0;
}

/** The last migration that the database is held against. Throws UsageError. */
function lastOf(order: readonly OrderedMigration[], through: string | boolean | undefined): OrderedMigration {
  if (typeof through === 'string') {
    const found = order.find(({ shown, path }) => isCalled(shown, through) || path === through);
    if (!found) throw new UsageError(`--through ${through}: no migration of this folder is called so.`);
    return found;
  }
  const last = order.filter(({ applied }) => applied).at(-1) ?? order.at(-1);
  if (!last) throw new UsageError('There are no migrations here.');
  return last;
}

function isCalled(shown: string, wanted: string): boolean {
  const name = shown.slice(shown.lastIndexOf('/') + 1);
  return (
    shown === wanted ||
    name === wanted ||
    new RegExp(`^V?0*${wanted.replace(/\W/g, '\\$&')}(?:[_.-]|$)`, 'i').test(name)
  );
}

async function liveObjects(url: string): Promise<{ address: string; live: SchemaObject[] }> {
  try {
    const database = await connect(url, { access: 'read-only', statementTimeout: 60_000, lockTimeout: 5000 });
    try {
      await database.query("set local search_path = ''");
      return { address: database.address, live: objectsFrom(await database.query(objectsQuery)) };
    } finally {
      await database.close();
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'DatabaseError') throw new UsageError(error.message);
    throw error;
  }
}

/** What a person runs is read first, and checked as any migration. */
function sqlOf(drifts: readonly Drift[], towards: Towards): string {
  const sql = migrationFor(drifts, towards);
  return sql === '' ? '' : `-- Read it, and check it before it runs: pg-airlock check.\n\n${sql}`;
}

function jsonOf(result: DriftResult, address: string, through: string): object {
  return {
    version: 1,
    address,
    through,
    engine: result.engine,
    equal: result.equal,
    differences: result.drifts.map((drift) => {
      const { kind, name, table } = objectOf(drift);
      return {
        what: drift.what,
        kind,
        name,
        ...(table !== '' && { table }),
        message: driftText(drift),
        migrations: drift.built?.facts ?? null,
        database: drift.live?.facts ?? null,
        sql: { database: endingOf(drift, 'database') || null, migrations: endingOf(drift, 'migrations') || null },
      };
    }),
    halfDone: result.halfDone.map(({ kind, name, state }) => ({ kind, name, state })),
    unreplayed: result.unreplayed.map(({ file, stopped }) => ({ file: file.name, message: stopped.message })),
  };
}

function textOf(result: DriftResult, address: string, through: string, terminal: Terminal): string {
  const colours = paint(terminal.colour);
  const lines = [
    `${result.drifts.length === 0 ? colours.green('NO DRIFT') : colours.red('DRIFT')}  ${visibleLine(address)}`,
    colours.dim(`${driftSummary(result)} Migrations up to ${visibleLine(through)}, built on ${result.engine}.`),
  ];
  for (const drift of result.drifts) {
    lines.push(
      '',
      ...wrap(visibleLine(driftText(drift)), 96).map((line, index) => (index === 0 ? `  ${line}` : `    ${line}`)),
    );
    lines.push(...sqlLines(drift).map((line) => colours.dim(`    ${line}`)));
  }
  return `${lines.join('\n')}\n`;
}

/** The SQL towards the migrations, cut where it is long: all of it is in the other formats. */
function sqlLines(drift: Drift): string[] {
  const sql = endingOf(drift, 'database');
  if (sql === '') return ['To be decided by hand.'];
  const lines = visible(sql).split('\n');
  return lines.length <= 6 ? lines : [...lines.slice(0, 5), '… (all of it: --format markdown, --sql database)'];
}
