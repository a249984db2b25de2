import { quoteLiteral } from '../sql/quote.js';

/**
 * Statements that fixes and splits are made of. Each can be run again after an interruption, takes a blocking lock for
 * an instant only, and drops nothing that it did not make. In: names and expressions as SQL text. Out: statements
 * without their last semicolon.
 */

/** How the words of SQL are written; the author may prefer lower case. */
export type Words = (upper: string) => string;

const upperCase: Words = (words) => words;

/** Text for the message of RAISE, in which % is a placeholder. */
function raised(message: string): string {
  return quoteLiteral(message.replaceAll('%', '%%'));
}

/** The shortest dollar quote that does not occur in the text; `name` is what stands between its dollars. */
export function dollarQuote(text: string, name = ''): string {
  let quote = `$${name}$`;
  for (let number = 2; text.includes(quote); number++) quote = `$${name === '' ? 'body' : name}_${number}$`;
  return quote;
}

/** A DO block of these lines. */
export function doBlock(lines: readonly string[], words: Words = upperCase): string {
  const body = `${words('BEGIN')}\n${lines.map((line) => `  ${line}\n`).join('')}${words('END')}`;
  const quote = dollarQuote(body);
  return `${words('DO')} ${quote}\n${body} ${quote}`;
}

/** Rows that a statement must not meet. */
export interface RowsInTheWay {
  /** As SQL text. */
  readonly condition: string;
  readonly message: string;
}

/** Fails while a row fulfils the condition, and then changes nothing. It reads the table beside all others. */
export function refuseRows(table: string, { condition, message }: RowsInTheWay, words: Words = upperCase): string {
  return doBlock(
    [
      `${words('IF EXISTS')} (${words('SELECT FROM')} ${table} ${words('WHERE')} ${condition}) ${words('THEN')}`,
      `  ${words('RAISE EXCEPTION')} ${raised(message)};`,
      `${words('END IF')};`,
    ],
    words,
  );
}

/**
 * Runs a statement that adds a constraint NOT VALID, unless an attempt before has done so. One of that name which is
 * proven is somebody else's: then the statement runs, and PostgreSQL refuses it.
 */
export function unlessUnproven(table: string, constraint: string, statement: string, words: Words = upperCase): string {
  const there = `conrelid = ${quoteLiteral(table)}::regclass ${words('AND')} conname = ${quoteLiteral(constraint)} ${words('AND NOT')} convalidated`;
  return doBlock(
    [
      `${words('IF NOT EXISTS')} (${words('SELECT FROM')} pg_constraint ${words('WHERE')} ${there}) ${words('THEN')}`,
      `  ${statement};`,
      `${words('END IF')};`,
    ],
    words,
  );
}

/**
 * Runs a statement that makes an index the index of a constraint, unless an attempt before has done so: then the index
 * has the name of the constraint. In: index and table as SQL text, the constraint as the catalog has it.
 */
export function onceBuilt(index: string, table: string, constraint: string, statement: string): string {
  const there = `conrelid = ${quoteLiteral(table)}::regclass AND conname = ${quoteLiteral(constraint)}`;
  return doBlock([
    `IF to_regclass(${quoteLiteral(index)}) IS NOT NULL OR NOT EXISTS (SELECT FROM pg_constraint WHERE ${there}) THEN`,
    `  ${statement};`,
    'END IF;',
  ]);
}

/** What turns a column NOT NULL, statement by statement, with the lock that each may wait for. */
export interface ProofStatement {
  readonly sql: string;
  /** `short`: it takes a blocking lock. `unbounded`: it blocks nobody, and nothing may end its wait. `none`: neither. */
  readonly wait: 'short' | 'unbounded' | 'none';
}

/**
 * SET NOT NULL without a scan under its lock: rows that are NULL make it fail before anything refuses a write; then a
 * CHECK is added NOT VALID, validated beside reads and writes, and is the proof for SET NOT NULL (measured:
 * set-notnull-with-valid-check, PostgreSQL 14 to 18). The CHECK goes again. `check` is a name that nobody else uses:
 * one that an earlier attempt has left is dropped first. In: "ALTER TABLE t" and the names as SQL text.
 */
export function proveNotNull(
  alterTable: string,
  table: string,
  column: string,
  check: string,
  words: Words = upperCase,
): readonly ProofStatement[] {
  const dropCheck = `${alterTable} ${words('DROP CONSTRAINT IF EXISTS')} ${check}`;
  const nulls = {
    condition: `${column} ${words('IS NULL')}`,
    message: `${table}.${column} holds NULLs: fill them first`,
  };
  return [
    { sql: dropCheck, wait: 'short' },
    { sql: refuseRows(table, nulls, words), wait: 'none' },
    {
      sql: `${alterTable} ${words('ADD CONSTRAINT')} ${check} ${words('CHECK')} (${column} ${words('IS NOT NULL')}) ${words('NOT VALID')}`,
      wait: 'short',
    },
    { sql: `${alterTable} ${words('VALIDATE CONSTRAINT')} ${check}`, wait: 'unbounded' },
    { sql: `${alterTable} ${words('ALTER COLUMN')} ${column} ${words('SET NOT NULL')}`, wait: 'short' },
    { sql: dropCheck, wait: 'short' },
  ];
}
