import { quoteIdentifier, quoteLiteral } from '../sql/quote.js';
import { isRepeatable, passagesOf } from './arrange.js';
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
 * cut short (CONCURRENTLY, VALIDATE) runs without. What may stand in a transaction stands in one, see `arrange.ts`.
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
  if (!transactional) head.push('-- Must not run inside a transaction.\n');
  if (!transactional && !isRepeatable(steps))
    head.push('-- When a step fails, the ones before it stay: run the file again from that step.\n');
  const whole = transactional && !settings.wrapped && count > 1;
  const local = transactional && (settings.wrapped || whole);
  const writer = new Writer(local, settings.lockTimeout);
  const passages = transactional ? [{ steps, together: whole }] : passagesOf(steps);
  const body = passages.map((passage) => {
    const begin = passage.together ? `${local ? '' : writer.bound(passage.steps)}BEGIN;\n` : '';
    const first = passage.steps.findIndex(({ sql }) => sql.length > 0);
    const lines = passage.steps.map((step, at) => headOf(step) + (at === first ? begin : '') + writer.step(step));
    return lines.join('') + (passage.together && !whole ? '\nCOMMIT;\n' : '');
  });
  const tail = [
    writer.role === undefined ? '' : '\nRESET ROLE;\n',
    writer.path === undefined || local ? '' : '\nRESET search_path;\n',
    whole ? '\nCOMMIT;\n' : '',
    writer.timeout === 'unset' || local ? '' : '\nRESET lock_timeout;\n',
  ];
  return `${head.join('')}${body.join('')}${tail.join('')}`;
}

/** The comment that says what a step brings back and what it does not, in one line. */
export function gradeLine({ grade, reason }: Pick<Step, 'grade' | 'reason'>): string {
  const words =
    grade === 'lossless' ? reason : `${grade === 'lossy' ? 'Loses data' : 'Cannot be taken back'}: ${reason}`;
  return `-- ${commentSafe(words)}`;
}

/** What stands above a step: its reason, and what may be run under a condition. */
function headOf({ grade, reason, hints }: Step): string {
  const lines = [`\n${gradeLine({ grade, reason })}\n`];
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
  path: readonly string[] | undefined;

  constructor(
    private readonly local: boolean,
    private readonly lockTimeout: string,
  ) {}

  /** The bound of a transaction that waits for locks, in front of it. */
  bound(steps: readonly Step[]): string {
    const waits = steps.some(({ sql }) => sql.some((each) => each.waits === 'lock'));
    return waits ? this.setting('lock') : '';
  }

  step({ sql, role, path }: Step): string {
    const lines: string[] = [];
    if (sql.length > 0 && path?.join() !== this.path?.join()) {
      const word = this.local ? 'SET LOCAL' : 'SET';
      lines.push(`${word} search_path = ${path?.map(quoteIdentifier).join(', ') ?? 'DEFAULT'};\n`);
      this.path = path;
    }
    if (sql.length > 0 && role !== this.role) {
      lines.push(role === undefined ? 'RESET ROLE;\n' : `SET ROLE ${quoteIdentifier(role)};\n`);
      this.role = role;
    }
    for (const { text, waits } of sql) lines.push(`${this.setting(waits)}${text}\n`);
    return lines.join('');
  }

  private setting(waits: Sql['waits']): string {
    const word = this.local ? 'SET LOCAL' : 'SET';
    if (waits === 'lock' && this.timeout !== 'bounded') {
      this.timeout = 'bounded';
      return `${word} lock_timeout = ${quoteLiteral(this.lockTimeout)};\n`;
    }
    if (waits === 'patient' && this.timeout === 'bounded') {
      this.timeout = 'patient';
      return `${word} lock_timeout = 0;\n`;
    }
    return '';
  }
}
