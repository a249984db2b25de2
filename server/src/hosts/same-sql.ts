import { parseStatement } from '../sql/parse.js';

/** Keys of PostgreSQL's tree that say where something stands, not what it is. */
const places = new Set([
  'location',
  'stmt_location',
  'stmt_len',
  'name_location',
  'list_start',
  'list_end',
  'rexpr_list_start',
  'rexpr_list_end',
]);

/** True for two statements that PostgreSQL reads as the same, however they are written. */
export function isSameSql(one: string, other: string): boolean {
  return one === other || meaning(one) === meaning(other);
}

/** What PostgreSQL reads in a statement; where it reads none, its words. */
export function meaning(sql: string): string {
  const { node } = parseStatement(sql);
  if (!node) return sql.trim().replace(/\s+/g, ' ');
  return JSON.stringify(node, (key, value: unknown) => (places.has(key) ? undefined : value));
}
