import { quoteIdentifier, quoteLiteral } from '../sql/quote.js';
import { isRepeatable, passagesOf } from './arrange.js';
import type { Step } from './rollback.js';

/** A text that stands in one line of a comment. */
export function commentSafe(text: string): string {
  return text.replace(/[\r\n\u0085\u2028\u2029]+/g, ' ');
}

type Timeout = 'bounded' | 'patient' | 'unset';

interface Settings {
  /** The migration tool opens a transaction around the file. */
  readonly wrapped: boolean;
  /** How long a lock may be waited for. */
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
  if (!transactional) head.push('-- Must not run inside a transaction.\n');
  if (!settings.wrapped && !isRepeatable(steps))
    head.push('-- If it stops half way, run only the rest of it: what stands above is done.\n');
  const local = settings.wrapped && transactional ? 'SET LOCAL' : 'SET';
  const body: string[] = [];
  let timeout: Timeout = 'unset';
  let role: string | undefined;
  const toRole = (wanted: string | undefined): string => {
    role = wanted;
    return wanted === undefined ? 'RESET ROLE;\n' : `SET ROLE ${quoteIdentifier(wanted)};\n`;
  };
  const passages = settings.wrapped ? [{ steps, together: false }] : passagesOf(steps);
  for (const passage of passages) {
    if (passage.together) {
      if (timeout !== 'bounded' && passage.steps.some(({ sql }) => sql.some(({ waits }) => waits === 'lock'))) {
        body.push(`\n${local} lock_timeout = ${quoteLiteral(settings.lockTimeout)};\n`);
        timeout = 'bounded';
      }
      body.push('\nBEGIN;\n');
    }
    for (const step of passage.steps) {
      body.push(...commentsOf(step));
      if (step.sql.length > 0 && step.role !== role) body.push(toRole(step.role));
      for (const each of step.sql) {
        if (each.waits === 'lock' && timeout !== 'bounded') {
          body.push(`${local} lock_timeout = ${quoteLiteral(settings.lockTimeout)};\n`);
          timeout = 'bounded';
        } else if (each.waits === 'patient' && timeout === 'bounded') {
          body.push(`${local} lock_timeout = 0;\n`);
          timeout = 'patient';
        }
        body.push(`${each.text}\n`);
      }
    }
    if (passage.together) body.push('\nCOMMIT;\n');
  }
  if (role !== undefined) body.push(`\n${toRole(undefined)}`);
  if (timeout !== 'unset' && local === 'SET') body.push('\nRESET lock_timeout;\n');
  return `${head.join('')}${body.join('')}`;
}

/** What stands above a step: how well it can be taken back, and what is right only under a condition. */
function commentsOf({ grade, reason, hints }: Step): string[] {
  const words =
    grade === 'lossless' ? reason : `${grade === 'lossy' ? 'Loses data' : 'Cannot be taken back'}: ${reason}`;
  return [
    `\n-- ${commentSafe(words)}\n`,
    ...hints.flatMap((hint) => [
      `-- ${commentSafe(hint.condition)}:\n`,
      ...hint.sql.split(/\r\n|[\r\n]/).map((line) => `--   ${line}\n`),
    ]),
  ];
}
