import type { Analysis } from '../../analysis/analyze.js';
import { type Position, type Positions, positionsOf } from '../../analysis/positions.js';
import { lockName, whoWaits } from '../../impact/locks.js';
import { statementLocks } from '../../review/statement-locks.js';
import { restorePlaceholders } from '../../sql/placeholders.js';
import { withoutSecrets } from '../../sql/secrets.js';
import { visibleLine } from '../../sql/visible.js';
import { type Arguments, choice, forMigrations, inForms } from '../arguments.js';
import type { System } from '../cache/questions.js';
import { paint } from '../output.js';
import { openFile, type Terminal } from '../session.js';

export const options = { ...forMigrations, ...inForms } as const;

export const help = `pg-airlock locks FILE [options]

What each statement locks, rewrites and reads, and who waits for it.

  --format text|json   default: text
  --postgres 14…18
  --config FILE        default: the nearest airlock.config.json
`;

export async function run(given: Arguments, terminal: Terminal, system?: System): Promise<number> {
  const format = choice(given.values, 'format', ['text', 'json']);
  const opened = await openFile(given, terminal, system);
  if (!opened) return 2;
  const { analysis, session } = opened;
  const positions = positionsOf(analysis);
  if (format === 'json') {
    const statements = statementLocks(analysis);
    const asWritten = (_key: string, value: unknown): unknown =>
      typeof value === 'string' ? restorePlaceholders(value) : value;
    terminal.data(`${JSON.stringify({ statements }, asWritten, 2)}\n`);
  } else terminal.out(text(analysis, positions, terminal.colour));
  return session.failed ? 2 : 0;
}

/** A name of the author's, on one line and with its placeholders. */
function readable(name: string): string {
  return visibleLine(restorePlaceholders(name));
}

function text(analysis: Analysis, positions: Positions, colour: boolean): string {
  const colours = paint(colour);
  const lines: string[] = [];
  for (const step of analysis.steps) {
    const at: Position = positions.at(step.span.start);
    const first = withoutSecrets(step.statement.written).split(/[\r\n]/, 1)[0] ?? '';
    lines.push(
      `${colours.dim(`${at.line + 1}:`)} ${colours.bold(first.length > 90 ? `${first.slice(0, 89)}…` : first)}`,
    );
    if (step.origin === 'function') lines.push('   in a function body: does not run now');
    const { problem } = step.statement;
    if (problem?.isOwnLimit) lines.push(`   ${colours.yellow('not checked:')} ${readable(problem.message)}`);
    else if (problem) lines.push(`   ${colours.red('fails:')} ${readable(problem.message)}`);
    if (!step.impact.known && !problem)
      lines.push(`   ${colours.yellow('unknown:')} Airlock has no measured fact about this statement.`);
    for (const lock of step.impact.locks) {
      const waits = lock.isNew ? 'new in this release, nobody waits' : `${whoWaits(lock.mode)} wait`;
      lines.push(`   ${lockName(lock.mode)} on ${readable(lock.relation.label)} (${waits})`);
    }
    for (const table of step.impact.rewrites) lines.push(`   ${colours.red('rewrites')} ${readable(table.label)}`);
    for (const scan of step.impact.scans) lines.push(`   reads all of ${readable(scan.relation.label)} (${scan.why})`);
    for (const build of step.impact.indexBuilds)
      lines.push(`   builds ${readable(build.index.label)} on ${readable(build.relation.label)}`);
    if (step.impact.transaction === 'forbidden') lines.push('   cannot run inside a transaction');
    if (step.impact.fails)
      lines.push(`   ${colours.red('fails:')} ${step.impact.fails.code} ${readable(step.impact.fails.message)}`);
  }
  return lines.length > 0 ? `${lines.join('\n')}\n` : '';
}
