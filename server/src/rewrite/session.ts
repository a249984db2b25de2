import { isBounding, type Settings } from '../schema/session-settings.js';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.js';
import type { PhaseStatement } from './plan.js';

/** What a session has set where statements are written into a file. */
export interface Surroundings {
  /** The lock_timeout to write, such as "5s". */
  readonly lockTimeout: string;
  /** True where lock_timeout is set by the role or the tool: there none is written, but for what must have none. */
  readonly setElsewhere: boolean;
  /** What the author's file has set at the statement. */
  readonly settings: Settings;
}

/**
 * Statements as the text of a file: each with its note and its semicolon, and with the lock_timeout that it needs set
 * before it where that is not in effect. `local`: inside a transaction, SET LOCAL. `inFile`: in the author's file, in
 * which his own timeout may hold and has to hold again behind.
 */
export function rendered(
  statements: readonly PhaseStatement[],
  around: Surroundings,
  { local, inFile }: { readonly local: boolean; readonly inFile: boolean },
): string {
  const own = inFile ? around.settings.get('lock_timeout') : undefined;
  const bounded = isBounding(own) ? own : undefined;
  const set = local ? 'SET LOCAL' : 'SET';
  const lines: string[] = [];
  let now: 'as found' | 'short' | 'unbounded' = 'as found';
  const toShort = (): void => {
    if (now === 'short' || (now === 'as found' && (bounded !== undefined || around.setElsewhere))) return;
    const value = bounded ?? around.lockTimeout;
    lines.push(
      around.setElsewhere && bounded === undefined
        ? 'RESET lock_timeout;'
        : `${set} lock_timeout = ${quoteLiteral(value)};`,
    );
    now = 'short';
  };
  for (const { sql, wait, note } of statements) {
    if (wait === 'short') toShort();
    else if (wait === 'unbounded' && now !== 'unbounded') {
      lines.push(`${set} lock_timeout = 0;`);
      now = 'unbounded';
    }
    if (note !== undefined) lines.push(`-- ${commentText(note)}`);
    lines.push(`${sql};`);
  }
  // What holds behind the last of them is not what the author's file has set.
  const last = statements.filter(({ wait }) => wait !== 'none').at(-1)?.wait;
  const isOurs = last === 'unbounded' || (last === 'short' && bounded === undefined && !around.setElsewhere);
  if (inFile && !local && isOurs)
    lines.push(own === undefined ? 'RESET lock_timeout;' : `SET lock_timeout = ${quoteLiteral(own)};`);
  return lines.map((line) => `${line}\n`).join('');
}

/** Settings that a new file writes by itself where it needs them. */
const writtenApart = new Set(['lock_timeout', 'statement_timeout']);

/**
 * The SETs that make a new file run in the session that its statement stood in: search_path, role, time zone and what
 * else the author's file has set. A statement_timeout holds for short statements only.
 */
export function sessionHead({ settings }: Surroundings, statements: readonly PhaseStatement[]): string {
  const lines = [...settings]
    .filter(([name]) => !writtenApart.has(name))
    .map(([name, value]) => `SET ${quoteIdentifier(name)} = ${valueText(name, value)};\n`);
  const timeout = settings.get('statement_timeout');
  const isLong = statements.some(({ wait }) => wait !== 'short');
  if (timeout !== undefined) lines.push(`SET statement_timeout = ${isLong ? '0' : quoteLiteral(timeout)};\n`);
  return lines.join('');
}

function valueText(name: string, value: string): string {
  if (name !== 'search_path') return quoteLiteral(value);
  const schemas = value.split(',').map((schema) => schema.trim());
  return schemas.map((schema) => (schema === '' ? "''" : quoteIdentifier(schema))).join(', ');
}

/** Text that stays on its line after `-- `, whatever a name in it contains. */
export function commentText(text: string): string {
  return text.replace(/[\r\n\u2028\u2029]+/g, ' ');
}
