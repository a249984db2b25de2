import path from 'node:path';
import { type RetryLimits, retryLimits } from '../../rewrite/lock-retry.js';
import { nodeRetry, toolLimits } from '../../rewrite/lock-retry-node.js';
import { shellRetry } from '../../rewrite/lock-retry-shell.js';
import { type RetryTool, retryTools } from '../../rewrite/lock-retry-tools.js';
import { isRefused } from '../../rewrite/plan.js';
import { planRetry } from '../../planning/plan-retry.js';
import { visibleLine } from '../../sql/visible.js';
import { type Arguments, choice, forMigrations, UsageError } from '../arguments.js';
import { openFileToChange, openSession, type Terminal } from '../session.js';
import { writeFiles } from '../write-files.js';

export const options = {
  ...forMigrations,
  as: { type: 'string' },
  attempts: { type: 'string' },
  timeout: { type: 'string' },
  write: { type: 'boolean' },
} as const;

export const help = `pg-airlock retry FILE|FOLDER [options]

For steps that need a lock which blocks others: waits for it for a short time only, tries again with growing pauses, gives
up in the end, and says who stands in the way. Nobody waits behind it meanwhile.

  pg-airlock retry migrations/0007_x.sql             the file with its statements in a block that tries again
  pg-airlock retry migrations/0007_x.sql --as psql   the same as a script for psql, outside the tool
  pg-airlock retry migrations --as node --write      a script that runs the folder's tool until its locks are free: for
                                                     migrations in code, and for tools that run all in one transaction

  --as sql|psql|node|sh  default: sql of a file, node of a folder
  --attempts N           default: 20 in SQL, 10 of a tool
  --timeout MS           how long one attempt waits; default: 500 in SQL, 2000 of a tool
  --write                write it: the file in its place, a script into this folder; without it, it is printed
  --postgres 14…18
  --config FILE          default: the nearest airlock.config.json
`;

export async function run(given: Arguments, terminal: Terminal): Promise<number> {
  const [target, ...more] = given.paths;
  if (target === undefined || more.length > 0) throw new UsageError('Name one migration, or the folder of them.');
  const form = given.values.as === undefined ? undefined : choice(given.values, 'as', ['sql', 'psql', 'node', 'sh']);
  if (form === 'node' || form === 'sh' || (form === undefined && !/\.\w+$/.test(target)))
    return wholeTool(given, target, form ?? 'node', terminal);
  const opened = await openFileToChange(given, terminal);
  if (!opened) return 2;
  const { analysis, file, session, look } = opened;
  const text = session.workspace.textOf(file.path);
  if (typeof text !== 'string') return 2;
  const retried = planRetry(analysis, text, limitsOf(given, retryLimits));
  if (isRefused(retried)) return refuse(retried.refused, terminal);
  const errors = look(retried.text).findings.filter(({ severity }) => severity === 'error');
  const worse = errors.find(({ rule }) => !analysis.findings.some((each) => each.rule === rule));
  if (worse) return refuse(`${file.name} would have a finding of ${worse.rule} then.`, terminal);
  if (form === 'psql') {
    const name = `${path.basename(file.name).replace(/\.\w+$/, '')}.retry.psql`;
    const script = `-- ${visibleLine(file.name)} for psql: psql -X -f ${name} "$DATABASE_URL"\n-- The migration tool does not know that it has run: mark it there as applied.\n\\set ON_ERROR_STOP on\n${retried.text}`;
    return handOver(given, { name, text: script, replaces: false }, terminal);
  }
  const code = handOver(given, { name: file.name, at: file.path, text: retried.text, replaces: true }, terminal);
  terminal.err(`It tries for the locks of ${visibleLine(retried.tables.join(', '))}.\n`);
  return code;
}

async function wholeTool(given: Arguments, folder: string, form: 'node' | 'sh', terminal: Terminal): Promise<number> {
  const session = await openSession(given, terminal);
  const [sample] = session.files;
  if (!sample || session.failed) return 2;
  const { framework } = session.workspace.projectOf(sample.path);
  const tool: RetryTool = retryTools[framework.id] ?? {
    command: 'psql -X -v ON_ERROR_STOP=1 -f MIGRATION',
    recovery: 'none',
    notes: [`Write the command of your tool into this script, or behind it.`],
  };
  if (form === 'sh' && tool.recovery !== 'none')
    return refuse(
      `${framework.title} keeps a migration that has failed, which the script for Node clears: --as node.`,
      terminal,
    );
  const limits = limitsOf(given, toolLimits);
  const text = form === 'node' ? nodeRetry(tool, folder, limits) : shellRetry(tool, limits);
  return handOver(
    given,
    { name: form === 'node' ? 'migrate-with-retry.mjs' : 'migrate-with-retry.sh', text, replaces: false },
    terminal,
  );
}

interface Output {
  readonly name: string;
  /** Where it goes; beside the caller where nothing is said. */
  readonly at?: string;
  readonly text: string;
  readonly replaces: boolean;
}

function handOver(
  given: Arguments,
  { name, at = path.resolve(name), text, replaces }: Output,
  terminal: Terminal,
): number {
  if (given.values.write !== true) {
    terminal.data(text.endsWith('\n') ? text : `${text}\n`);
    return 0;
  }
  writeFiles([{ path: at, name, text, replaces }]);
  terminal.err(`wrote ${visibleLine(name)}\n`);
  return 0;
}

function refuse(why: string, terminal: Terminal): number {
  terminal.err(`not written: ${visibleLine(why)}\n`);
  return 1;
}

function limitsOf({ values }: Arguments, standard: RetryLimits): RetryLimits {
  return {
    ...standard,
    attempts: numberOf(values.attempts, 'attempts', standard.attempts),
    timeout: numberOf(values.timeout, 'timeout', standard.timeout),
  };
}

function numberOf(value: string | boolean | undefined, name: string, standard: number): number {
  if (value === undefined) return standard;
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > 100_000)
    throw new UsageError(`--${name} takes a number from 1 on, not "${String(value)}".`);
  return number;
}
