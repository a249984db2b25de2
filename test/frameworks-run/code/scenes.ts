import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { readsCode } from '../../../server/src/hosts/index.js';
import type { Change, Files, Target, Tool } from '../contract.js';
import { airlock, takeBack, writeValue } from '../fixed.js';
import { said } from '../outcome.js';
import { type Bench, start } from '../probes.js';
import { debianWords } from './debian.js';
import { javascriptWords } from './javascript.js';
import type { ChangeName, CodeTool } from './words.js';

/** A migration in the words of a tool, and what is asked of Airlock about it. */
export interface CodeScene {
  readonly fact: string;
  readonly words: CodeTool;
  readonly up: string;
  readonly down: string | undefined;
  readonly outside: boolean;
  readonly command: 'fix' | 'rollback';
  /** What the rows are made to hold before, so that the migration as it stood would be refused. */
  readonly rows?: string | undefined;
}

/** What the first migration of a project makes: all of its tables, so that nothing about them is open. */
const history: readonly string[] = [
  'DROP TABLE account',
  'CREATE TABLE account (id bigint PRIMARY KEY, email text, plan text)',
  "INSERT INTO account SELECT n, 'a' || n, 'free' FROM generate_series(1, 2000) AS n",
  'CREATE TABLE team (id bigint PRIMARY KEY)',
  'INSERT INTO team SELECT generate_series(1, 10)',
  'ALTER TABLE account ADD COLUMN team_id bigint',
  'UPDATE account SET team_id = 1',
];

const raw: Readonly<Partial<Record<ChangeName, readonly [up: string, down: string]>>> = {
  index: ['CREATE INDEX account_email ON account (email)', 'DROP INDEX account_email'],
  'not null': [
    'ALTER TABLE account ALTER COLUMN email SET NOT NULL',
    'ALTER TABLE account ALTER COLUMN email DROP NOT NULL',
  ],
  'foreign key': [
    'ALTER TABLE account ADD CONSTRAINT account_team FOREIGN KEY (team_id) REFERENCES team (id)',
    'ALTER TABLE account DROP CONSTRAINT account_team',
  ],
  check: [
    'ALTER TABLE account ADD CONSTRAINT email_given CHECK (email IS NOT NULL)',
    'ALTER TABLE account DROP CONSTRAINT email_given',
  ],
};

const refused = 'UPDATE account SET email = NULL WHERE id < 10';

function scenesOf(words: CodeTool): CodeScene[] {
  const style = words.style ?? '';
  const named = Object.entries(words.words).flatMap(([name, change]): CodeScene[] => {
    const scene: CodeScene = {
      fact: `code${style}: ${name}`,
      words,
      ...change,
      outside: false,
      command: 'fix',
      rows: name === 'not null' ? refused : undefined,
    };
    const back: CodeScene = { ...scene, fact: `code${style}: way back of ${name}`, down: '', command: 'rollback' };
    return [
      scene,
      ...(name === 'index' ? [{ ...scene, fact: `code${style}: index, marked`, outside: true }] : []),
      ...(change.down === undefined ? [] : [{ ...back, rows: undefined }]),
    ];
  });
  if (words.style !== undefined) return named;
  const written = Object.entries(raw).flatMap(([name, [up, down]]): CodeScene[] => {
    const scene: CodeScene = {
      fact: `code: ${name} in a string`,
      words,
      up: words.raw(up, down),
      down: words.raw(down, up),
      outside: false,
      command: 'fix',
      rows: name === 'not null' ? refused : undefined,
    };
    const back: CodeScene = { ...scene, fact: `code: way back of ${name} in a string`, down: '', command: 'rollback' };
    return words.isDerived ? [{ ...scene, down: undefined }] : [scene, { ...back, rows: undefined }];
  });
  return [...named, ...written];
}

/** The scenes of the words in which the migrations of a tool are written. */
export const codeScenes: readonly CodeScene[] = [...javascriptWords, ...debianWords].flatMap(scenesOf);

/** Whether a scene is for a way to run a tool: for one version of each, and not for one that is made for files of SQL. */
export function isOf({ words }: CodeScene, { id, name, source }: Tool): boolean {
  const isOld = 'npm' in source && source.npm.typeorm?.startsWith('0.') === true;
  return words.id === id && readsCode(id) && !isOld && !name.includes('SQL files');
}

/** The whole schema, without what is another on each run. */
function dump(bench: Bench, { port, database }: Target): string {
  const program = path.join(bench.ground.installation, 'bin', 'pg_dump');
  const words = ['-s', '-n', 'public', '-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', database];
  const run = spawnSync(program, words, { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`pg_dump: ${run.stderr}`);
  return run.stdout.replace(/^(?:\\.*|--.*|\s*)\n/gm, '');
}

/** The lines that one schema has and the other has not. */
function difference(seen: string, wanted: string): string {
  const [a, b] = [seen, wanted].map((text) => text.split('\n'));
  const more = a?.filter((line) => !b?.includes(line)).map((line) => `+${line.trim()}`) ?? [];
  const less = b?.filter((line) => !a?.includes(line)).map((line) => `-${line.trim()}`) ?? [];
  return [...more, ...less].join(' ').slice(0, 160) || 'the order of lines';
}

/**
 * Has Airlock change a migration, runs all of it through the tool on tables with rows, takes it back and runs it again.
 * The schema has to be the one that the migration made as it was. Out: in words how far that went.
 */
export async function runCode(bench: Bench, scene: CodeScene): Promise<string> {
  const { tool } = bench;
  const [first, second] = tool.versions;
  const base: Change = { version: first, name: 'base', up: history, down: ['SELECT 1'] };
  const { words, up, down, outside } = scene;
  const fileOf = (body: { up: string; down: string | undefined; outside: boolean }): Files =>
    words.file({ version: second, name: 'unsafe', before: { version: first, name: 'base' }, ...body });
  const before = (target: Target): Files => ({
    ...tool.files(words.base ? [] : [base], target),
    ...words.base?.(first, history),
  });

  const plain = await start(bench);
  plain.project.write({ ...before(plain.target), ...fileOf({ up, down: down === '' ? up : down, outside: false }) });
  const original = said(await plain.project.up());
  if (original !== 'runs') return `as it was it ${original}`;
  const wanted = dump(bench, plain.target);

  const { project, target, ask } = await start(bench);
  project.write(before(target));
  const based = said(await project.up());
  if (based !== 'runs') return `the first migration ${based}`;
  const empty = dump(bench, target);
  if (scene.rows !== undefined) await ask(scene.rows);
  const file = fileOf({ up, down, outside });
  project.write({ ...before(target), ...file });
  const said1 = airlock(project.folder, [scene.command, ...Object.keys(file), '--write']);
  const written = said1.written;
  if (written.length === 0) return `nothing written: ${said1.first}`;
  writeValue(project.folder, written);
  const left =
    scene.command === 'fix' && airlock(project.folder, ['check', '.', '--format', 'json']).status === 1
      ? ', an error is left'
      : '';

  // Where Airlock says that it is not safe yet, or the migration itself says what is to be done first, that is done.
  const fill = "UPDATE account SET email = 'none' WHERE email IS NULL";
  if (left !== '') await ask(fill);
  let run = said(await project.up());
  const isAsked = run.includes('fill them first');
  if (isAsked) {
    await ask(fill);
    run = said(await project.up());
  }
  if (run !== 'runs') return run;
  if (isAsked) run = 'asks for rows to be filled, then runs';
  const made = dump(bench, target);
  if (made !== wanted) return `${run}${left}, but makes another schema: ${difference(made, wanted)}`;
  const back = await takeBack(bench, project, ask, { ...base, version: second, name: 'unsafe' });
  if (back !== '') return `${run}${left}; ${back}`;
  const after = dump(bench, target);
  if (after !== empty) return `${run}${left}; not taken back: ${difference(after, empty)}`;
  const again = said(await project.up());
  if (again !== 'runs') return `${run}${left}; taken back; again ${again}`;
  return dump(bench, target) === wanted
    ? `${run}${left}; taken back; runs again`
    : `${run}${left}; taken back; again another schema`;
}
