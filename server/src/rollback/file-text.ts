import { quoteIdentifier, quoteLiteral } from '../sql/quote.js';
import type { Step } from './rollback.js';

/** A text that stands in one line of a comment. */
export function commentSafe(text: string): string {
  return text.replace(/[\r\n\u0085\u2028\u2029]+/g, ' ');
}

type Timeout = 'bounded' | 'patient' | 'unset';

/**
 * The rollback as a file. lock_timeout bounds every statement for whose lock others may have to wait; what must not be
 * cut short (CONCURRENTLY, VALIDATE) runs without.
 * In: whether the migration tool opens a transaction around the file; how long a lock may be waited for.
 */
export function fileText(
  name: string,
  steps: readonly Step[],
  summary: string,
  transactional: boolean,
  settings: { readonly wrapped: boolean; readonly lockTimeout: string },
): string {
  const head = [`-- Takes ${commentSafe(name)} back: ${commentSafe(summary)}\n`];
  if (!transactional) head.push('-- Must not run inside a transaction.\n');
  const local = settings.wrapped && transactional ? 'SET LOCAL' : 'SET';
  let timeout: Timeout = 'unset';
  let role: string | undefined;
  const body = steps.map((step) => {
    const words =
      step.grade === 'lossless'
        ? step.reason
        : `${step.grade === 'lossy' ? 'Loses data' : 'Cannot be taken back'}: ${step.reason}`;
    const lines = [`\n-- ${commentSafe(words)}\n`];
    for (const hint of step.hints) {
      lines.push(`-- ${commentSafe(hint.condition)}:\n`);
      lines.push(...hint.sql.split(/\r\n|[\r\n]/).map((line) => `--   ${line}\n`));
    }
    if (step.sql.length > 0 && step.role !== role) {
      lines.push(step.role === undefined ? 'RESET ROLE;\n' : `SET ROLE ${quoteIdentifier(step.role)};\n`);
      role = step.role;
    }
    for (const each of step.sql) {
      if (each.waits === 'lock' && timeout !== 'bounded') {
        lines.push(`${local} lock_timeout = ${quoteLiteral(settings.lockTimeout)};\n`);
        timeout = 'bounded';
      } else if (each.waits === 'patient' && timeout === 'bounded') {
        lines.push(`${local} lock_timeout = 0;\n`);
        timeout = 'patient';
      }
      lines.push(`${each.text}\n`);
    }
    return lines.join('');
  });
  const tail = [
    role === undefined ? '' : '\nRESET ROLE;\n',
    timeout === 'unset' || local === 'SET LOCAL' ? '' : '\nRESET lock_timeout;\n',
  ];
  return `${head.join('')}${body.join('')}${tail.join('')}`;
}
