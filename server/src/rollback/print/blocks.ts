import { dollarQuote } from '../../schema/safe-statements.js';
import type { Sql } from './sql.js';

/** A DO block around a body in PL/pgSQL. */
export function doBlock(body: string): string {
  const quote = dollarQuote(body, 'airlock');
  return `DO ${quote}\n${body}\n${quote}`;
}

/** A block that changes the schema. In: what it does when all goes well, as one statement without its semicolon. */
export function changingBlock(body: string, effect: string): Sql {
  return { text: `${doBlock(body)};`, waits: 'lock', transactional: true, effect };
}

/** A block that only looks, and may raise. */
export function checkingBlock(body: string): Sql {
  return { text: `${doBlock(body)};`, waits: 'plain', transactional: true, effect: '' };
}
