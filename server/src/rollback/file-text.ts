import { quoteIdentifier, quoteLiteral } from '../sql/quote.js';
import type { Sql } from './print/sql.js';
import type { Step } from './rollback.js';

/** A text that stands in one line of a comment. */
export function commentSafe(text: string): string {
  return text.replace(/[\r\n\u0085\u2028\u2029]+/g, ' ');
}

type Timeout = 'bounded' | 'patient' | 'unset';

interface Settings {
  /** True when the migration tool opens a transaction around the file. */
  readonly wrapped: boolean;
  readonly lockTimeout: string;
}

/**
 * The rollback as a file. lock_timeout bounds every statement for whose lock others may have to wait; what must not be
 * cut short (CONCURRENTLY, VALIDATE) runs without. Statements that stand together run in one transaction where they
 * can, so that what fails changes nothing and is run again.
 */
export function fileText(
  name: string,
  steps: readonly Step[],
  summary: string,
  transactional: boolean,
  settings: Settings,
): string {
  const head = [`-- Takes ${commentSafe(name)} back: ${commentSafe(summary)}\n`];
  const count = steps.reduce((sum, { sql }) => sum + sql.length, 0);
  if (!transactional) {
    head.push('-- Must not run inside a transaction.\n');
    if (count > 1)
      head.push(
        '-- When a statement fails, what ran before it stays: go on from it, or from the BEGIN or DROP … IF EXISTS above it.\n',
      );
  }
  const whole = transactional && !settings.wrapped && count > 1;
  const local = transactional && (settings.wrapped || whole);
  const writer = new Writer(local, settings.lockTimeout);
  const body = steps.map((step) => headOf(step) + writer.step(step, whole ? 'first' : local ? 'never' : 'each'));
  const tail = [
    writer.role === undefined ? '' : '\nRESET ROLE;\n',
    whole ? '\nCOMMIT;\n' : '',
    writer.timeout === 'unset' || local ? '' : '\nRESET lock_timeout;\n',
  ];
  return `${head.join('')}${body.join('')}${tail.join('')}`;
}

/** What stands above a step: its reason, and what may be run under a condition. */
function headOf({ grade, reason, hints }: Step): string {
  const words =
    grade === 'lossless' ? reason : `${grade === 'lossy' ? 'Loses data' : 'Cannot be taken back'}: ${reason}`;
  const lines = [`\n-- ${commentSafe(words)}\n`];
  for (const hint of hints) {
    lines.push(`-- ${commentSafe(hint.condition)}:\n`);
    lines.push(...hint.sql.split(/\r\n|[\r\n]/).map((line) => `--   ${line}\n`));
  }
  return lines.join('');
}

/** Writes statements with the settings that they need, and knows which are in force. */
class Writer {
  timeout: Timeout = 'unset';
  role: string | undefined;
  private begun = false;

  constructor(
    private readonly local: boolean,
    private readonly lockTimeout: string,
  ) {}

  /** `begin`: one transaction from the first statement of the file on, one for each run of statements, or none. */
  step({ sql, role }: Step, begin: 'first' | 'each' | 'never'): string {
    const lines: string[] = [];
    if (sql.length > 0 && begin === 'first' && !this.begun) lines.push('BEGIN;\n');
    this.begun ||= sql.length > 0;
    if (sql.length > 0 && role !== this.role) {
      lines.push(role === undefined ? 'RESET ROLE;\n' : `SET ROLE ${quoteIdentifier(role)};\n`);
      this.role = role;
    }
    for (const run of begin === 'each' ? runsOf(sql) : [sql]) {
      const together = begin === 'each' && run.length > 1;
      const own = run.map((each) => this.statement(each));
      lines.push(...(together ? ['BEGIN;\n', ...own, 'COMMIT;\n'] : own));
    }
    return lines.join('');
  }

  private statement({ text, waits }: Sql): string {
    const word = this.local ? 'SET LOCAL' : 'SET';
    let setting = '';
    if (waits === 'lock' && this.timeout !== 'bounded') {
      setting = `${word} lock_timeout = ${quoteLiteral(this.lockTimeout)};\n`;
      this.timeout = 'bounded';
    } else if (waits === 'patient' && this.timeout === 'bounded') {
      setting = `${word} lock_timeout = 0;\n`;
      this.timeout = 'patient';
    }
    return `${setting}${text}\n`;
  }
}

/** Statements that may stand in one transaction together, and each of the others by itself. */
function runsOf(sql: readonly Sql[]): Sql[][] {
  const runs: Sql[][] = [];
  let open = false;
  for (const each of sql) {
    if (open && each.transactional) runs.at(-1)?.push(each);
    else runs.push([each]);
    open = each.transactional;
  }
  return runs;
}
