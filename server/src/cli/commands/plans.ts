import { connect } from '../../database/connect.js';
import { indexChanges } from '../../plans/index-changes.js';
import { type LivePlans, plansOn } from '../../plans/live.js';
import { plansAround, queriesOn } from '../../plans/plans.js';
import { indexReport, isUsed, notesOf, planWords } from '../../plans/report.js';
import { shortened } from '../../review/index-plans.js';
import { projectRehearsal } from '../../rehearsal/project.js';
import { queriesNow } from '../../rehearsal/queries.js';
import { visibleLine } from '../../sql/visible.js';
import { type Arguments, choice, forMigrations, inForms, UsageError } from '../arguments.js';
import { ownSystem, type System } from '../cache/questions.js';
import { paint } from '../output.js';
import { engineFor } from '../rehearsal-engine.js';
import { openFile, type Terminal } from '../session.js';

export const options = {
  ...forMigrations,
  ...inForms,
  url: { type: 'string' },
  analyze: { type: 'boolean' },
} as const;

export const help = `pg-airlock plans FILE [options]

Which queries of the application use the indexes that FILE makes or drops: their plans before it and behind it, on tables
that are filled with many rows on an embedded PostgreSQL. The queries are those of "rehearsal.queries", or the complete
statements in strings of the code. Plans are the generic ones, which hold for any values.

  --url URL            ask a server instead, as it is now: EXPLAIN in one READ ONLY transaction, and how often an index
                       that goes was read; env:NAME takes the address from the variable NAME
  --analyze            with --url: run the queries that only read and need no values, and say how long each takes
  --format text|json   default: text
  --postgres 14…18
  --config FILE        default: the nearest airlock.config.json
`;

/** How long one file of the history, and the rows of one table, may take, in ms. */
const LIMIT = 60_000;

export async function run(given: Arguments, terminal: Terminal, system: System = ownSystem): Promise<number> {
  const format = choice(given.values, 'format', ['text', 'json']);
  const { url, analyze } = given.values;
  if (analyze === true && typeof url !== 'string') throw new UsageError('--analyze needs --url: the server to ask.');
  const opened = await openFile(given, terminal, system);
  if (!opened) return 2;
  const { session, file, analysis } = opened;
  const changes = indexChanges(analysis);
  const queries = queriesNow(session.workspace, file.path, { files: system.files, code: system.code });
  const notes = notesOf(queries);
  const say = (reports: readonly ReturnType<typeof indexReport>[], engine: string | undefined): void => {
    if (format === 'json')
      return terminal.data(
        `${JSON.stringify({ version: 1, engine: engine ?? null, indexes: reports.map((each, index) => ({ ...changes[index], ...each })), notes }, null, 2)}\n`,
      );
    const blocks = reports.map(({ title, verdict, queries: lines }) => ({
      title,
      verdict,
      lines: lines.flatMap(({ place, text, before, behind }) => [
        `${place}  ${shortened(text, 80)}`,
        `  before  ${before}`,
        `  behind  ${behind}`,
      ]),
    }));
    terminal.out(textOf(blocks, engine === undefined ? notes : [...notes, `Planned on ${engine}.`], terminal));
  };
  if (typeof url === 'string') {
    const live = await askServer(url, (database) => plansOn(database, changes, queries.queries, analyze === true));
    if (format === 'json')
      terminal.data(`${JSON.stringify({ version: 1, indexes: live.map(jsonOfLive), notes }, null, 2)}\n`);
    else
      terminal.out(
        textOf(
          live.map((each) => liveBlock(each, file.name)),
          notes,
          terminal,
        ),
      );
    return session.failed ? 2 : 0;
  }
  // No database is needed to say that no query reads the table.
  if (!changes.some(({ table }) => queriesOn(table, queries.queries).length > 0)) {
    const reports = changes.map((change) => indexReport({ change, queries: [], isFilled: true }, file.name));
    say(reports, undefined);
    return session.failed ? 2 : 0;
  }
  const project = projectRehearsal(session.workspace, [file.path], { wayBack: 'airlock' });
  const history = project.files.filter(({ rehearse }) => !rehearse);
  const own = project.files.find(({ rehearse }) => rehearse);
  const engine = await engineFor(given, project);
  try {
    const found = await plansAround(engine, {
      history,
      statements: own?.statements ?? [],
      extensions: project.extensions,
      queries: queries.queries,
      changes,
      limitMs: LIMIT,
    });
    say(
      found.map((each) => indexReport(each, file.name)),
      engine.name,
    );
  } finally {
    await engine.close();
  }
  return session.failed ? 2 : 0;
}

interface Block {
  readonly title: string;
  readonly verdict: string;
  readonly lines: readonly string[];
}

async function askServer<T>(
  url: string,
  ask: (database: Awaited<ReturnType<typeof connect>>) => Promise<T>,
): Promise<T> {
  try {
    const database = await connect(url, { access: 'read-only', statementTimeout: 30_000, lockTimeout: 2000 });
    try {
      return await ask(database);
    } finally {
      await database.close();
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'DatabaseError') throw new UsageError(error.message);
    throw error;
  }
}

function liveBlock({ change, queries, scans }: LivePlans, file: string): Block {
  const used = queries.filter(({ plan }) => isUsed(plan, change.index)).length;
  const verdict =
    change.what === 'made'
      ? `${queries.length} of the queries read its table, as follows now.`
      : `${used} of ${queries.length} queries on its table use it now${scans === undefined ? '' : `; it was read ${scans.toLocaleString('en')} times since the counters began`}.`;
  return {
    title: `index ${change.index} on ${change.table}, ${change.what} by ${file}:${change.line}`,
    verdict,
    lines: queries.flatMap(({ query, plan, ms }) => [
      `${query.file}:${query.line}  ${shortened(oneLine(query.text), 80)}`,
      `  now  ${planWords(plan)}${ms === undefined ? '' : `, ${Math.round(ms)} ms`}`,
    ]),
  };
}

function jsonOfLive({ change, queries, scans }: LivePlans): object {
  return {
    ...change,
    scans: scans ?? null,
    queries: queries.map(({ query, plan, ms }) => ({
      file: query.file,
      line: query.line,
      text: query.text,
      now: plan ?? null,
      used: isUsed(plan, change.index),
      ...(ms !== undefined && { ms: Math.round(ms) }),
    })),
  };
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

function textOf(blocks: readonly Block[], notes: readonly string[], terminal: Terminal): string {
  const colours = paint(terminal.colour);
  if (blocks.length === 0) return 'This file makes and drops no index of a table that was there before.\n';
  const lines = blocks.flatMap(({ title, verdict, lines: own }) => [
    colours.bold(visibleLine(title)),
    `  ${visibleLine(verdict)}`,
    ...own.map((line) => colours.dim(`    ${visibleLine(line)}`)),
    '',
  ]);
  return `${[...lines, ...notes.map((note) => colours.dim(visibleLine(note)))].join('\n')}\n`;
}
