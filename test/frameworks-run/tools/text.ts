import type { Change, Files, Tool } from '../contract.js';

/** A literal of JavaScript, Python or Ruby: JSON's strings are strings there, too. */
export const quoted = (text: string): string => JSON.stringify(text);

/** Statements as the text of a file. */
export const asFile = (statements: readonly string[]): string => statements.map((each) => `${each};\n`).join('');

/** The package `pg`, which most tools of Node.js bring no version of. */
export const pg = '8.23.1';

/** Versions as most tools have them: a moment of UTC. */
export const days: Tool['versions'] = ['20240101000000', '20240102000000', '20240103000000'];

/** The files of all changes. */
export const filesOf = (
  changes: readonly Change[],
  file: (change: Change) => readonly (readonly [string, string])[],
): Files => Object.fromEntries(changes.flatMap(file));

/** A program of Node.js around a library that has no command of its own. */
export const script = (body: string): string =>
  `(async () => {\n${body}\n})().catch((error) => { console.error(error); process.exitCode = 1; });\n`;

/** Opens a connection for such a program. */
export const client = (url: string): string =>
  `const { Client } = require('pg'); const client = new Client({ connectionString: ${quoted(url)} }); await client.connect();`;

export const build = 'CREATE INDEX CONCURRENTLY account_email ON account (email)';
export const indexIsValid = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('account_email')";
