import path from 'node:path';
import type { Change } from './contract.js';
import { airlock, takeBack, writeValue } from './fixed.js';
import { said } from './outcome.js';
import { type Bench, picture, start } from './probes.js';

/** A change that `pg-airlock new` writes as migrations, and whether the database is as it means when they have run. */
interface PatternScene {
  readonly fact: string;
  readonly pattern: string;
  readonly fields: readonly string[];
  readonly done: string;
}

/** The table of `ground.ts` as a whole, with rows: so that nothing of it is open. */
const history: readonly string[] = [
  'DROP TABLE account',
  'CREATE TABLE account (id bigint PRIMARY KEY, email text, plan text)',
  "INSERT INTO account SELECT n, 'a' || n, 'free' FROM generate_series(1, 2000) AS n",
];

export const patternScenes: readonly PatternScene[] = [
  {
    fact: 'new: rename-column',
    pattern: 'rename-column',
    fields: ['table=account', 'column=plan', 'to=tier'],
    done: "SELECT NOT EXISTS (SELECT FROM account WHERE tier IS DISTINCT FROM 'free') AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'account'::regclass AND attname = 'plan')",
  },
  {
    fact: 'new: add-not-null-column',
    pattern: 'add-not-null-column',
    fields: ['table=account', 'column=grade', 'type=text'],
    done: "SELECT attnotnull FROM pg_attribute WHERE attrelid = 'account'::regclass AND attname = 'grade'",
  },
  {
    fact: 'new: add-index',
    pattern: 'add-index',
    fields: ['table=account', 'on=email'],
    done: "SELECT count(*) = 1 FROM pg_index i JOIN pg_class c ON c.oid = indexrelid WHERE indrelid = 'account'::regclass AND indisvalid AND NOT indisprimary",
  },
];

/**
 * Has Airlock write a pattern into a project of the tool whose first migration is applied, runs all of it through the tool
 * on a table with rows, and takes it back. Out: in words how far that went; undefined for a tool that Airlock does not read.
 */
export async function runPattern(bench: Bench, { pattern, fields, done }: PatternScene): Promise<string | undefined> {
  const { tool } = bench;
  if (tool.current !== undefined) return undefined;
  const [first] = tool.versions;
  const base: Change = { version: first, name: 'base', up: history, down: ['SELECT 1'] };
  const { project, lay, target, ask } = await start(bench);
  lay([base]);
  const based = said(await project.up());
  if (based !== 'runs') return `the first migration ${based}`;
  const before = await ask(picture);
  const file = Object.entries(tool.files([base], target)).find(([, text]) => text.includes('INSERT INTO account'))?.[0];
  if (file === undefined) return undefined;
  const folder = path.posix.dirname(/\/(?:up|migration)\.sql$/.test(file) ? path.posix.dirname(file) : file);
  const made = airlock(project.folder, ['new', pattern, folder, ...fields, '--write']);
  if (made.written.length === 0) return `nothing written: ${made.first}`;
  writeValue(project.folder, made.written);
  const run = said(await project.up());
  if (run !== 'runs') return run;
  if ((await ask(done))[0] !== 'true') return 'runs, but is not done';
  const back = await takeBack(bench, project, ask, base);
  if (back !== '') return `${run}; ${back}`;
  return `${run}; ${(await ask(picture)).join() === before.join() ? 'taken back' : 'not taken back'}`;
}
