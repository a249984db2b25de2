import fs from 'node:fs';
import path from 'node:path';
import type { NewMigration, WrittenFile } from '../../server/src/frameworks/framework.js';
import type { Change } from './contract.js';
import { described, home } from './described.js';
import { said } from './outcome.js';
import { type Bench, fill, picture, start } from './probes.js';

/** Letters that mean something in one of the languages in which migrations are written. */
const hostile = 'a \'b\' "c" `d` ${e} \\ \\n #{g} %s %(h)s ? :i {{j}} <k>';
const literal = `E'${hostile.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

const outside: readonly NewMigration[] = [
  {
    slug: 'index_account_email',
    up: '-- Beside reads and writes.\nCREATE INDEX CONCURRENTLY account_email ON account (email);\n',
    down: 'DROP INDEX CONCURRENTLY IF EXISTS account_email;\n',
    outside: true,
    downOutside: true,
  },
  { slug: 'fill_account_plan', up: `${fill};\n`, down: '-- Nothing to do.\n', outside: true, downOutside: false },
];
const inside: NewMigration = {
  slug: 'check_account_plan',
  up: `ALTER TABLE account ADD CONSTRAINT plan_known CHECK (plan IS NOT NULL) NOT VALID;\nCOMMENT ON TABLE account IS ${literal};\n`,
  down: 'COMMENT ON TABLE account IS NULL;\nALTER TABLE account DROP CONSTRAINT plan_known;\n',
  outside: false,
  downOutside: false,
};

export const writtenFact = 'written: an index, a backfill and a CHECK';

/** Has Airlock's description of the tool write new migrations, runs them and takes them back; undefined without one. */
export async function runWritten(bench: Bench): Promise<string | undefined> {
  const { tool } = bench;
  const { project, lay, target, ask } = await start(bench);
  const before = await ask(picture);
  const up = ['CREATE TABLE IF NOT EXISTS account (id bigint PRIMARY KEY, email text, plan text)'];
  const base: Change = { version: tool.versions[0], name: 'base', up, down: ['SELECT 1'] };
  const seen = described(tool, [base], target, 'CREATE TABLE IF NOT EXISTS account');
  const [existing] = seen.paths;
  if (existing === undefined || !seen.project) return undefined;
  const { framework } = seen.project;
  const isPossible = framework.outside(seen.project).holds !== 'nothing';
  const place = {
    project: seen.project,
    existing: seen.paths,
    directory: path.posix.dirname(existing),
    now: Date.UTC(2026, 0, 31, 12),
  };
  const made = framework.write(isPossible ? [...outside, inside] : [inside], place);
  lay([base]);
  const put = ({ path: file, text }: WrittenFile) => {
    const at = path.join(project.folder, file.slice(home.length));
    fs.mkdirSync(path.dirname(at), { recursive: true });
    fs.writeFileSync(at, text);
  };
  for (const each of made) for (const file of [each.up, ...(each.down ? [each.down] : []), ...each.beside]) put(file);
  const run = said(await project.up());
  if (run !== 'runs') return run;
  const [comment] = await ask("SELECT obj_description('account'::regclass)");
  if (comment !== hostile) return `runs, but the text is ${comment}`;
  const [done] = await ask(
    `SELECT coalesce((SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('account_email')), false)
      AND NOT EXISTS (SELECT FROM account WHERE plan <> 'filled')`,
  );
  const words = isPossible ? (done === 'true' ? 'runs' : 'runs, but is not done') : 'runs (the CHECK alone)';
  const applied = async () => (await ask(tool.applied)).length;
  if (tool.keepsLast) for (const _ of made) await project.down(base);
  for (let left = await applied(); left > 1; left = await applied()) {
    const back = await project.down(base);
    if (back === undefined) return `${words}; no way back`;
    if (!back.ok) return `${words}; back ${said(back)}`;
    if ((await applied()) === left) return `${words}; a way back that takes nothing back`;
  }
  return `${words}; ${(await ask(picture)).join() === before.join() ? 'taken back' : 'not taken back'}`;
}
