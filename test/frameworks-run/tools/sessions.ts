import type { Change, Trap } from '../contract.js';

const note = "INSERT INTO ran (version) SELECT current_setting('lock_timeout')";

/** What a session has set is asked for by the calls behind it. */
export const session: Pick<Change, 'up' | 'down'> = {
  up: ["SET lock_timeout = '7s'", 'SELECT pg_sleep(0.1)', note, note],
  down: ['SELECT 1'],
};

const ask = 'SELECT version FROM ran ORDER BY place';

/** Whether the calls of a file outside a transaction share a session: behind one another, and behind calls at once. */
export function sessionTraps(
  file: string,
  call: (sql: string) => string,
  whole: (calls: string) => string,
): readonly Trap[] {
  const calls = session.up.map((sql) => `await ${call(sql)};`).join('\n');
  const atOnce = `await Promise.all([${[1, 2, 3, 4].map(() => call('SELECT pg_sleep(0.2)')).join(', ')}]);\n`;
  return [
    { fact: 'trap: marked: one session', files: { [file]: whole(calls) }, ask },
    { fact: 'trap: marked: one session behind calls at once', files: { [file]: whole(atOnce + calls) }, ask },
  ];
}
