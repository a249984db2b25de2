import { plpgsqlProblem } from '../../server/src/sql/postgres-parser.js';
import type { Span } from '../../server/src/sql/span.js';
import type { ParsedStatement } from '../../server/src/sql/statement.js';

/** What PostgreSQL has against a body, and where; `at` is undefined where only the whole body shows it. */
export interface BrokenBody {
  readonly problem: string;
  readonly at: Span | undefined;
}

/** Statements of bodies for which PostgreSQL refuses the whole body: nothing more has to be said of them. */
const inBroken = new WeakSet<ParsedStatement>();

/** True for a statement inside of a body that is broken by it; known once `brokenBody` has looked at the one around. */
export function breaksBody(statement: ParsedStatement): boolean {
  return inBroken.has(statement);
}

const known = new WeakMap<ParsedStatement, { readonly found: BrokenBody | undefined }>();

/** What migration tools and psql put into a body is not known. */
const TEMPLATE = /\$\{|\{\{|#\{|<%|%\(\w+\)s|\$%|(?<![:\w]):["']?[A-Z_]+\b/;

/**
 * The syntax error for which PostgreSQL refuses a DO block, or CREATE FUNCTION while check_function_bodies is on; of
 * bodies in PL/pgSQL and in SQL.
 */
export function brokenBody(statement: ParsedStatement): BrokenBody | undefined {
  const before = known.get(statement);
  if (before) return before.found;
  const found = look(statement);
  known.set(statement, { found });
  if (found) for (const { parsed } of statement.embedded) if (parsed.problem) inBroken.add(parsed);
  return found;
}

function look(statement: ParsedStatement): BrokenBody | undefined {
  const [action] = statement.actions;
  if (action?.kind !== 'doBlock' && action?.kind !== 'createFunction') return undefined;
  const language = action.kind === 'doBlock' ? 'plpgsql' : action.language;
  const isSql = language === 'sql';
  if ((!isSql && language !== 'plpgsql') || TEMPLATE.test(statement.text)) return undefined;
  const inside = statement.embedded.find(({ parsed }) => parsed.problem && !parsed.problem.isOwnLimit);
  const own = inside?.parsed.problem;
  const at = inside && own && { start: inside.start + own.span.start, end: inside.start + own.span.end };
  if (isSql) return own && { problem: own.message, at };
  // A body of the SQL standard stands in no string.
  const hasString = statement.tokens().some(({ kind }) => kind === 'string');
  const problem = hasString ? plpgsqlProblem(statement.text) : undefined;
  return problem === undefined ? undefined : { problem, at };
}
