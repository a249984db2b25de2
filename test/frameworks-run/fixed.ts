import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { valueMark } from '../../server/src/schema/own-names.js';
import type { Change } from './contract.js';
import { readsCode } from '../../server/src/hosts/index.js';
import { said } from './outcome.js';
import { quoted } from './tools/text.js';
import { type Bench, picture, start } from './probes.js';

/** An unsafe migration, and whether the database is as it means when its safe form has run. */
interface Scene {
  readonly fact: string;
  readonly up: readonly string[];
  readonly down: readonly string[];
  readonly done: string;
}

/** The tables of `ground.ts`, as a migration that is there before: so that Airlock knows them. */
const history = 'CREATE TABLE IF NOT EXISTS account (id bigint PRIMARY KEY, email text, plan text)';

const isNotNull = (column: string): string =>
  `SELECT attnotnull FROM pg_attribute WHERE attrelid = 'account'::regclass AND attname = '${column}'`;

export const scenes: readonly Scene[] = [
  {
    fact: 'fix: an index on a table with rows',
    up: ['CREATE INDEX account_email ON account (email)'],
    down: ['DROP INDEX account_email'],
    done: "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('account_email')",
  },
  {
    fact: 'fix: an index beside another statement',
    up: ["COMMENT ON TABLE account IS 'people'", 'CREATE INDEX account_email ON account (email)'],
    down: ['DROP INDEX account_email', 'COMMENT ON TABLE account IS NULL'],
    done: "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('account_email')",
  },
  {
    fact: 'fix: SET NOT NULL',
    up: ['ALTER TABLE account ALTER COLUMN email SET NOT NULL'],
    down: ['ALTER TABLE account ALTER COLUMN email DROP NOT NULL'],
    done: isNotNull('email'),
  },
  {
    fact: 'fix: a new column that is NOT NULL',
    up: ['ALTER TABLE account ADD COLUMN note text NOT NULL DEFAULT md5(random()::text)'],
    down: ['ALTER TABLE account DROP COLUMN note'],
    done: isNotNull('note'),
  },
];

const program = path.resolve(__dirname, '../../../dist/cli.js');

/**
 * Has Airlock write the safe form of a migration into a project of the tool, runs all of it through the tool on tables
 * with rows, and takes it back. Out: in words how far that went; undefined for a tool whose migrations are programs.
 */
export async function runFixed(bench: Bench, { up, down, done }: Scene): Promise<string | undefined> {
  const { tool } = bench;
  const { project, lay, target, ask } = await start(bench);
  const before = await ask(picture);
  const [first, second] = tool.versions;
  const base: Change = { version: first, name: 'base', up: [history], down: ['SELECT 1'] };
  const unsafe: Change = { version: second, name: 'unsafe', up, down };
  if (tool.current === undefined) lay([base, unsafe]);
  else project.write({ ...tool.files([base], target), [tool.current]: up.map((each) => `${each};\n`).join('') });
  const file =
    tool.current ??
    Object.entries(tool.files([base, unsafe], target)).find(
      ([name, text]) =>
        !/(?:revert|\.undo\.|\.down\.)/.test(name) &&
        (text.includes(up[0] ?? '') || text.includes(quoted(up[0] ?? ''))),
    )?.[0];
  // Programs of a tool that Airlock does not read.
  if (file === undefined || !(file.endsWith('.sql') || readsCode(tool.id))) return undefined;
  const fix = airlock(project.folder, ['fix', file, '--write']);
  if (fix.written.length === 0) return `nothing written: ${fix.first}`;
  writeValue(project.folder, fix.written);
  const left = airlock(project.folder, ['check', '.', '--format', 'json']);
  const run = `${said(await project.up())}${left.status === 1 ? ', an error is left' : ''}`;
  if (!run.startsWith('runs')) return run;
  if ((await ask(done))[0] !== 'true') return `runs, but is not done`;
  const back = await takeBack(bench, project, ask, unsafe);
  if (back !== '') return `${run}; ${back}`;
  const same = (await ask(picture)).join() === before.join();
  return `${run}; ${same ? 'taken back' : 'not taken back'}`;
}

/** Takes back every migration but the first, one at a time or all at once as the tool does; "" when that is done. */
export async function takeBack(
  { tool }: Bench,
  project: Awaited<ReturnType<typeof start>>['project'],
  ask: (sql: string) => Promise<string[]>,
  last: Change,
): Promise<string> {
  const applied = async () => (await ask(tool.applied)).join();
  const isBack = async () =>
    tool.keepsLast ? (await applied()) === tool.versions[0] : (await ask(tool.applied)).length <= 1;
  while (!(await isBack())) {
    const before = await applied();
    const back = await project.down(last);
    if (back === undefined) return 'no way back';
    if (!back.ok) return `back ${said(back)}`;
    if ((await applied()) === before) return 'a way back that takes nothing back';
  }
  return '';
}

/** Without the moments that new files are named by. */
export const steady = (text: string): string => text.replace(/\d{13,}/g, '…');

/** Runs Airlock in a folder. Out: its exit code, the files that it wrote, and the first line that it said. */
export function airlock(folder: string, words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
    cwd: folder,
    encoding: 'utf8',
  });
  const written = (stderr.match(/^wrote .*$/gm) ?? []).map((line) => line.slice('wrote '.length));
  return { status, written, first: (stderr || stdout).trim().split('\n')[0]?.slice(0, 140) ?? '' };
}

/** Writes the value that a backfill leaves to its author. */
export function writeValue(folder: string, files: readonly string[]): void {
  for (const file of files.map((each) => path.join(folder, each))) {
    const text = fs.readFileSync(file, 'utf8');
    fs.writeFileSync(file, text.replace(new RegExp(`NULL /\\* ${valueMark}[^*]*\\*/`, 'g'), "'none'"));
  }
}
