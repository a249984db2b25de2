import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Analysis } from '../../analysis/analyze.js';
import type { ReleaseRehearsal } from '../../review/review.js';
import { rollbacksInOrder } from '../../rollback/rollback.js';
import { runbook, type RunbookMigration } from '../../runbook/runbook.js';
import { visibleLine } from '../../sql/visible.js';
import { named } from '../../workspace/find-files.js';
import { type Arguments, choice, forMigrations, inForms, UsageError } from '../arguments.js';
import { ownSystem, type System } from '../cache/questions.js';
import { keepSince } from '../gate.js';
import { isProblem, openSession, reportHistory, type Session, type Terminal } from '../session.js';
import { writeFiles } from '../write-files.js';

export const options = {
  ...forMigrations,
  ...inForms,
  out: { type: 'string' },
  since: { type: 'string' },
  rehearse: { type: 'boolean' },
  url: { type: 'string' },
  allow: { type: 'string' },
  timeout: { type: 'string' },
} as const;

export const help = `pg-airlock runbook PATHS [options]

The page to have open while a migration, or all pending ones of a release, are shipped: who, preconditions, the tool's
commands, steps with their locks and times, when to stop, what to watch, how to verify, what stays when a step fails,
rollback and clean-up.

  --format markdown|html default: markdown. html is one file that prints
  --out FILE        write it there instead of printing it; an older runbook that nobody has filled in is replaced,
                    any other file is not
  --since REF       only migrations that are new or changed since HEAD has left REF: origin/main
  --rehearse        run the ways back first, on PostgreSQL 18 (PGlite), and say what that has shown
  --url URL         the rehearsal on a server; see pg-airlock rehearse --help, --allow and --timeout as well
  --postgres 14…18
  --config FILE     default: the nearest airlock.config.json
`;

export async function run(given: Arguments, terminal: Terminal, system: System = ownSystem): Promise<number> {
  const format = choice(given.values, 'format', ['markdown', 'html']);
  const session = await openSession(given, terminal, system);
  keepSince(given, session, terminal);
  const analyses = analysesOf(session, terminal);
  reportHistory(session, terminal);
  if (analyses.length === 0) {
    if (!session.failed)
      terminal.err('No migration is pending here: all of them count as applied. Name one file for its runbook.\n');
    return 2;
  }
  const rehearsal =
    given.values.rehearse === true ? await rehearsalOf(given, session, analyses, terminal, system) : undefined;
  const rollbackOf = rollbacksInOrder(session.workspace.historiesOf());
  const shown = (each: string): string => named(each, given.paths[0] ?? '');
  const migrations = analyses.map(
    (analysis): RunbookMigration => ({
      analysis,
      rollback: rollbackOf(analysis),
      shown,
      proof: rehearsal?.of(analysis.path)?.proof,
    }),
  );
  write(runbook(migrations, format), given, terminal, system);
  return session.failed ? 2 : 0;
}

/** Of one file that file, whatever has become of it; of several those that are still to run. */
function analysesOf(session: Session, terminal: Terminal): Analysis[] {
  const found: (Analysis | undefined)[] = [];
  session.workspace.analyzeEach(
    session.files.map((file) => file.path),
    (result, index) => {
      if (isProblem(result)) {
        terminal.err(`${visibleLine(session.files[index]?.name ?? '')}: ${result.message}\n`);
        session.failed = true;
      } else found[index] = result;
    },
  );
  const read = found.filter((each) => each !== undefined);
  const isUp = ({ framework, path: file, project, leftAlone }: Analysis): boolean =>
    leftAlone === undefined && framework.directionOf(file, project) !== 'down';
  return session.files.length === 1 ? read : read.filter((analysis) => !analysis.applied && isUp(analysis));
}

async function rehearsalOf(
  given: Arguments,
  session: Session,
  analyses: readonly Analysis[],
  terminal: Terminal,
  system: System,
): Promise<ReleaseRehearsal> {
  const wanted = new Set(analyses.map((analysis) => analysis.path));
  const files = session.files.filter((file) => wanted.has(file.path));
  const { rehearseRelease } = await import('../rehearse-release.js');
  const around = { files: system.files, code: system.code, progress: terminal.progress };
  return rehearseRelease(given, session, files, around, { withPlans: false });
}

function write(text: string, given: Arguments, terminal: Terminal, { files }: System): void {
  const { out } = given.values;
  if (typeof out !== 'string') return terminal.data(text);
  const there = files.read(path.resolve(out));
  const old = 'text' in there ? there.text : '';
  const replaces = 'text' in there && isUntouched(old);
  if (!replaces && /^(?:# Runbook|<!DOCTYPE html>)/.test(old))
    throw new UsageError(`${out} is a runbook that somebody has filled in; nothing was written.`);
  writeFiles([{ path: path.resolve(out), name: out, text: sealed(text), replaces }]);
  terminal.err(`wrote ${visibleLine(out)}\n`);
}

/** The last line of a written runbook: a check sum of all lines above, by which one knows whether it was filled in. */
const SEAL = /\n<!-- pg-airlock runbook ([0-9a-f]{16}) -->\n$/;

function sealed(text: string): string {
  return `${text}\n<!-- pg-airlock runbook ${checkSum(`${text}`)} -->\n`;
}

function checkSum(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** True for an empty file and for a runbook in which nobody has written since. Line ends may be those of git. */
function isUntouched(text: string): boolean {
  const own = text.replace(/\r\n/g, '\n');
  if (own.trim() === '') return true;
  const seal = SEAL.exec(own);
  return seal !== null && seal[1] === checkSum(own.slice(0, seal.index));
}
