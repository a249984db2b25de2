import type { Change, ProbeName, Tool } from './contract.js';
import type { Ground } from './ground.js';
import type { Installed } from './install.js';
import { said } from './outcome.js';
import { newProject } from './project.js';

/** What a probe needs to look at a tool. */
export interface Bench {
  readonly tool: Tool;
  readonly installed: Installed;
  readonly ground: Ground;
}

type Probe = (bench: Bench) => Promise<string>;

const build = 'CREATE INDEX CONCURRENTLY account_email ON account (email)';
const buildOther = 'CREATE INDEX CONCURRENTLY account_plan ON account (plan)';
const take = 'DROP INDEX CONCURRENTLY account_email';
const takeOther = 'DROP INDEX CONCURRENTLY account_plan';
const plain = 'ALTER TABLE account ADD COLUMN note text';
const plainBack = 'ALTER TABLE account DROP COLUMN note';
const patience = "SET lock_timeout = '2s'";

/** Changes rows in two transactions of its own, as a backfill does. */
const fill = `DO $$
BEGIN
  UPDATE account SET plan = 'filled' WHERE id <= 1000;
  COMMIT;
  UPDATE account SET plan = 'filled' WHERE id > 1000;
  COMMIT;
END
$$`;

/** Whether a probe means something for a tool. */
export function isAsked(tool: Tool, name: ProbeName): boolean {
  if (name === 'order of odd versions') return tool.odd !== undefined;
  if (name === 'way back') return tool.down !== undefined;
  if (name === 'marked: CONCURRENTLY in the way back') return tool.hasMark && tool.down !== undefined;
  return tool.hasMark || !name.includes('marked');
}

export const probes: Readonly<Record<ProbeName, Probe>> = {
  'CONCURRENTLY alone': (bench) => built(bench, { up: [build], down: [take] }),
  'CONCURRENTLY beside another statement': (bench) => built(bench, { up: [plain, build], down: [take, plainBack] }),
  'marked: CONCURRENTLY alone': (bench) => built(bench, { up: [build], down: [take], outside: true }),
  'marked: SET lock_timeout before CONCURRENTLY': (bench) =>
    built(bench, { up: [patience, build], down: [take], outside: true }),
  'marked: two CONCURRENTLY': (bench) =>
    built(bench, { up: [build, buildOther], down: [take, takeOther], outside: true }),
  'marked: CONCURRENTLY in the way back': (bench) => back(bench, { up: [build], down: [take], outside: true }),
  'SET lock_timeout before CONCURRENTLY': (bench) => built(bench, { up: [patience, build], down: [take] }),
  'two CONCURRENTLY in one call': (bench) =>
    built(bench, { up: [`${build};\n${buildOther}`], down: [take], outside: true }),
  'DO with COMMIT alone': (bench) => filled(bench, { up: [fill] }),
  'DO with COMMIT behind SET': (bench) => filled(bench, { up: [patience, fill] }),
  'marked: DO with COMMIT alone': (bench) => filled(bench, { up: [fill], outside: true }),
  'marked: DO with COMMIT behind SET': (bench) => filled(bench, { up: [patience, fill], outside: true }),
  'second statement of a file fails': ({ tool, ...bench }) =>
    kept({ tool, ...bench }, [change(tool, 0, { up: ['CREATE TABLE first ()', 'SELECT 1 / 0'] })]),
  'second file fails': ({ tool, ...bench }) =>
    kept({ tool, ...bench }, [
      change(tool, 0, { up: ['CREATE TABLE first ()'] }),
      change(tool, 1, { up: ['SELECT 1 / 0'] }),
    ]),
  'second file fails, one marked': ({ tool, ...bench }) =>
    kept({ tool, ...bench }, [
      change(tool, 0, { up: ['CREATE TABLE first ()'] }),
      change(tool, 1, { up: ['SELECT 1 / 0'] }),
      change(tool, 2, { up: ['SELECT 1'], outside: true }),
    ]),
  'marked file behind one that alters its table': ({ tool, ...bench }) =>
    builtOf({ tool, ...bench }, [
      change(tool, 0, { up: [plain], down: [plainBack] }),
      change(tool, 1, { up: [build], down: [take], outside: true }),
    ]),
  'order of odd versions': orderOf,
  'comment added to an applied file': edited,
  'new file before the last applied': late,
  'way back': (bench) => back(bench, { up: [plain], down: [plainBack] }),
};

/** A change of the tool's own style. */
function change(tool: Tool, place: 0 | 1 | 2, given: Partial<Change>): Change {
  const version = tool.versions[place];
  return { version, name: `step${'abc'[place]}`, up: [], down: ['SELECT 1'], ...given };
}

/** A new project with a new database. */
export async function start({ tool, installed, ground }: Bench) {
  const target = await ground.newDatabase();
  if (tool.baseline !== undefined) await ground.ask(target, tool.baseline);
  const project = newProject(tool, installed, target);
  const lay = (changes: readonly Change[]) => project.write(tool.files(changes, target));
  return { project, target, lay, ask: (sql: string) => ground.ask(target, sql) };
}

/** Whether a file runs, and whether its index is there and valid. */
function built(bench: Bench, given: Partial<Change>): Promise<string> {
  return builtOf(bench, [change(bench.tool, 0, given)]);
}

async function builtOf(bench: Bench, changes: readonly Change[]): Promise<string> {
  const { project, lay, ask } = await start(bench);
  lay(changes);
  const run = said(await project.up());
  const valid = await ask("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('account_email')");
  if (run === 'runs') return valid[0] === 'true' ? 'runs' : 'runs, but makes no index';
  return valid.length > 0 && run !== 'hangs'
    ? `${run}, leaves ${valid[0] === 'true' ? 'the index' : 'an invalid index'}`
    : run;
}

/** Whether a file that commits within itself runs, and changes all rows. */
async function filled(bench: Bench, given: Partial<Change>): Promise<string> {
  const { project, lay, ask } = await start(bench);
  lay([change(bench.tool, 0, given)]);
  const run = await project.up();
  const [left] = await ask("SELECT count(*) FROM account WHERE plan <> 'filled'");
  if (/invalid transaction termination/.test(run.output)) return 'fails: transaction';
  return run.ok && left !== '0' ? `runs, but leaves ${left} rows` : said(run);
}

/** Whether a file that failed left what came before the failure. */
async function kept(bench: Bench, changes: readonly Change[]): Promise<string> {
  const { project, lay, ask } = await start(bench);
  lay(changes);
  const run = await project.up();
  const [there] = await ask("SELECT to_regclass('first') IS NOT NULL");
  const rest = /division by zero/.test(run.output) ? '' : ` (${said(run)})`;
  return `${there === 'true' ? 'first stays' : 'all taken back'}${rest}`;
}

async function orderOf(bench: Bench): Promise<string> {
  const { project, lay, ask } = await start(bench);
  const versions = bench.tool.odd ?? [];
  // Laid the other way round: what a tool sorts does not hang on the order in which files were made.
  lay(
    [...versions].reverse().map((version) => ({
      version,
      name: 'step',
      up: [`INSERT INTO ran (version) VALUES ('${version}')`],
      down: ['SELECT 1'],
    })),
  );
  const run = said(await project.up());
  const ran = await ask('SELECT version FROM ran ORDER BY place');
  return run === 'runs' ? ran.join(' ') : `${run} ${ran.join(' ')}`;
}

async function edited(bench: Bench): Promise<string> {
  const { project, lay, ask } = await start(bench);
  const first = change(bench.tool, 0, { up: ['CREATE TABLE first ()'] });
  const second = change(bench.tool, 1, { up: ['CREATE TABLE second ()'] });
  lay([first]);
  const before = await project.up();
  if (!before.ok) return `the first run ${said(before)}`;
  lay([{ ...first, up: ['-- airlock-ignore\nCREATE TABLE first ()'] }, second]);
  const run = said(await project.up());
  const [there] = await ask("SELECT to_regclass('second') IS NOT NULL");
  return run === 'runs' && there !== 'true' ? 'runs, but nothing new' : run;
}

async function late(bench: Bench): Promise<string> {
  const { project, lay, ask } = await start(bench);
  const [first, second, third] = ([0, 1, 2] as const).map((place) =>
    change(bench.tool, place, { up: [`INSERT INTO ran (version) VALUES ('${place}')`] }),
  );
  if (!first || !second || !third) return '';
  lay([first, third]);
  const before = await project.up();
  if (!before.ok) return `the first run ${said(before)}`;
  lay([first, second, third]);
  const run = said(await project.up());
  const ran = await ask('SELECT version FROM ran ORDER BY place');
  return ran.includes('1') ? 'is run' : run === 'runs' ? 'is left out' : run;
}

/** Columns, with NOT NULL, and valid indexes and constraints of the table: what a way back has to bring back. */
export const picture = `
  SELECT string_agg(what, ' ' ORDER BY what) FROM (
    SELECT attname || CASE WHEN attnotnull THEN '!' ELSE '' END FROM pg_attribute
    WHERE attrelid = 'account'::regclass AND attnum > 0 AND NOT attisdropped
    UNION ALL SELECT indexrelid::regclass || ' ' || indisvalid FROM pg_index WHERE indrelid = 'account'::regclass
    UNION ALL SELECT obj_description('account'::regclass)
    UNION ALL SELECT conname || ' ' || convalidated FROM pg_constraint WHERE conrelid = 'account'::regclass
  ) AS all_of(what)`;

/** Whether the last change can be taken back. */
async function back(bench: Bench, given: Partial<Change>): Promise<string> {
  const { project, lay, ask } = await start(bench);
  const before = await ask(picture);
  const last = change(bench.tool, 0, given);
  lay([last]);
  const up = await project.up();
  if (!up.ok) return `the way forward ${said(up)}`;
  const run = await project.down(last);
  if (run === undefined) return 'none';
  const after = await ask(picture);
  if (said(run) !== 'runs') return said(run);
  return after.join() === before.join() ? 'taken back' : 'runs, but does not take it back';
}
