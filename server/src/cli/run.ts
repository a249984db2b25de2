import { initParser } from '../sql/postgres-parser.js';
import { visibleLine } from '../sql/visible.js';
import { readArguments } from './arguments.js';
import { reports } from './command-kinds.js';
import { remembered } from './cache/remembered.js';
import type { System } from './cache/questions.js';
import type { Terminal } from './session.js';

interface Command {
  readonly options: Parameters<typeof readArguments>[1];
  readonly help: string;
  run(given: ReturnType<typeof readArguments>, terminal: Terminal, system?: System): Promise<number>;
}

/** Loaded when called, so that a small check does not pay for the language server. */
const commands: ReadonlyMap<string, () => Promise<Command>> = new Map(
  Object.entries({
    check: () => import('./commands/check.js'),
    review: () => import('./commands/review.js'),
    locks: () => import('./commands/locks.js'),
    fix: async () => (await import('./apart.js')).fix,
    new: async () => (await import('./apart.js')).newMigration,
    continue: async () => (await import('./apart.js')).continueCommand,
    backfill: async () => (await import('./apart.js')).backfill,
    retry: async () => (await import('./apart.js')).retry,
    rollback: async () => (await import('./apart.js')).rollback,
    rehearse: async () => (await import('./apart.js')).rehearse,
    runbook: async () => (await import('./apart.js')).runbook,
    schema: async () => (await import('./apart.js')).schema,
    plans: async () => (await import('./apart.js')).plans,
    drift: async () => (await import('./apart.js')).drift,
    stats: async () => (await import('./apart.js')).stats,
    rules: () => import('./commands/rules.js'),
    init: async () => (await import('./apart.js')).init,
    ci: async () => (await import('./apart.js')).ci,
    lsp: async () => (await import('./apart.js')).lsp,
    mcp: async () => (await import('./apart.js')).mcp,
  }),
);

const help = `Airlock — zero-downtime PostgreSQL migrations

  pg-airlock check PATHS      find what would hurt; exit code 1 when something would
  pg-airlock review PATHS     ten risk categories (and security where rights are granted), one verdict
  pg-airlock locks FILE       what each statement locks, rewrites and reads
  pg-airlock fix FILE         the safe form, printed or written
  pg-airlock new PATTERN …    a change as safe migrations: rename a column, split one, drop a table …
  pg-airlock continue FOLDER  the next step of a change that an earlier release has begun
  pg-airlock backfill FOLDER  fill columns of a large table in batches: a migration, or a script for psql or Node
  pg-airlock retry FILE       a step that tries again until it gets its lock, in SQL or around the tool's command
  pg-airlock rollback FILE    the inverse migration, with an honest grade for every step
  pg-airlock rehearse PATHS   run migrations for real: up, back and up again, on an embedded PostgreSQL
  pg-airlock runbook PATHS    the page to have open while shipping
  pg-airlock schema FOLDER    the schema that the migrations build, with a diagram; or what one of them changes
  pg-airlock plans FILE       which queries use the indexes that a migration makes or drops: EXPLAIN before and behind
  pg-airlock drift FOLDER     a database that runs against what the migrations build
  pg-airlock stats            how large the tables of a server are, for a file beside the configuration
  pg-airlock rules            the rules
  pg-airlock init             a configuration, and a file for the CI that is there
  pg-airlock ci github PATHS  check a pull request in GitHub Actions, with annotations and one comment
  pg-airlock lsp --stdio      the language server
  pg-airlock mcp              the tools for coding agents

  pg-airlock COMMAND --help   the options of a command
  pg-airlock --version

Reports go to stdout, everything else to stderr. Exit codes: 0 fine, 1 findings, 2 could not run.
`;

/**
 * Runs one call of the command line and gives its exit code. Never throws. In: what marks this build off from every other
 * one; without it nothing is remembered for the next call.
 */
export async function run(
  words: readonly string[],
  terminal: Terminal,
  version: string,
  build?: string,
): Promise<number> {
  const [name, ...rest] = words;
  if (name === undefined) {
    // Without a command there is no report, and who asked for none has made a mistake.
    terminal.err(help);
    return 2;
  }
  // `help check` is `check --help`.
  if (name === 'help' && rest.length > 0) return run([...rest, '--help'], terminal, version, build);
  if (name === '--help' || name === '-h' || name === 'help') {
    terminal.out(help);
    return 0;
  }
  if (name === '--version' || name === '-v') {
    terminal.out(`${version}\n`);
    return 0;
  }
  const load = commands.get(name);
  if (!load) {
    terminal.err(
      `pg-airlock: There is no command "${visibleLine(name)}". Commands: ${[...commands.keys()].join(', ')}.\n`,
    );
    return 2;
  }
  const work = async (terminal: Terminal, system?: System): Promise<number> => {
    // Compiled in the background meanwhile; the command awaits it, and reports when it fails. Others bring their own.
    if (reports.has(name)) initParser().catch(() => {});
    const command = await load();
    const given = readArguments(rest, command.options);
    if (given.values.help === true) {
      terminal.out(command.help);
      return 0;
    }
    return command.run(given, terminal, system);
  };
  try {
    // What git, a baseline and a rehearsal say of this moment is asked anew.
    const isPlain = !rest.some((word) => /^--(?:since|baseline|write-baseline|rehearse|url)(?:=|$)/.test(word));
    return await (reports.has(name) && isPlain && build !== undefined
      ? remembered(words, terminal, work, build)
      : work(terminal));
  } catch (error) {
    if (
      error instanceof Error &&
      (error.name === 'UsageError' || error.name === 'DatabaseError' || error.name === 'EngineLost')
    )
      terminal.err(`pg-airlock ${name}: ${visibleLine(error.message)}\n`);
    else
      terminal.err(
        `pg-airlock ${name}: This is a fault in Airlock. Report it with what stands below.\n${(error as Error).stack ?? String(error)}\n`,
      );
    return 2;
  }
}
