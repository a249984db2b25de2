import type { CreateFunctionStmt, DefElem, DoStmt, Node } from '@pgsql/types';
import { isKeyword, type Token, withoutComments } from './lexer.js';
import { type BodySql, stringContent, walkBody } from './plpgsql-walk.js';
import { split } from './split.js';
import type { DynamicSql } from './statement.js';

/** SQL found inside another statement, not yet parsed; `start` is relative to the statement around it. */
export interface FoundSql {
  readonly text: string;
  readonly start: number;
  readonly origin: 'do' | 'function';
}

export interface EmbeddedSql {
  readonly statements: readonly FoundSql[];
  readonly dynamic: readonly DynamicSql[];
  /** The body is PL/pgSQL: its syntax can be checked as a whole. */
  readonly isPlpgsql: boolean;
}

const NOTHING: EmbeddedSql = { statements: [], dynamic: [], isPlpgsql: false };

/**
 * The SQL inside DO and CREATE FUNCTION | PROCEDURE with a body in PL/pgSQL or SQL, and its EXECUTEs.
 * In: the tree, the tokens and the text of the statement. Nothing for any other statement.
 */
export function findEmbedded(node: Node, tokens: () => readonly Token[], text: string): EmbeddedSql {
  if ('DoStmt' in node) {
    // LANGUAGE may stand in front of the body, and its name may be a string too.
    const body = tokens().find((token, i, all) => token.kind === 'string' && !isKeyword(all[i - 1], 'LANGUAGE'));
    const isPlpgsql = (optionText(node.DoStmt, 'language') ?? 'plpgsql') === 'plpgsql';
    return isPlpgsql ? inBody(body, 'plpgsql', 'do') : NOTHING;
  }
  if (!('CreateFunctionStmt' in node)) return NOTHING;
  if (node.CreateFunctionStmt.sql_body) return inAtomicBody(tokens(), text);
  const language = optionText(node.CreateFunctionStmt, 'language')?.toLowerCase();
  if (language !== 'plpgsql' && language !== 'sql') return NOTHING;
  return inBody(bodyToken(tokens()), language, 'function');
}

/** The value of an option such as LANGUAGE; identifiers come folded from PostgreSQL. */
function optionText(statement: DoStmt | CreateFunctionStmt, name: string): string | undefined {
  const options: readonly Node[] = ('args' in statement ? statement.args : undefined) ?? [];
  const functionOptions: readonly Node[] = ('options' in statement ? statement.options : undefined) ?? [];
  for (const option of [...options, ...functionOptions]) {
    const element: DefElem | undefined = 'DefElem' in option ? option.DefElem : undefined;
    if (element?.defname === name && element.arg && 'String' in element.arg) return element.arg.String.sval;
  }
  return undefined;
}

/** The body of a CREATE FUNCTION in a string, with its offset in the statement; undefined for any other. */
export function functionBody(tokens: readonly Token[]): { text: string; start: number } | undefined {
  const token = bodyToken(tokens);
  return token && stringContent(token);
}

/** The string behind the AS that stands outside parentheses. */
function bodyToken(tokens: readonly Token[]): Token | undefined {
  const visible = withoutComments(tokens);
  let depth = 0;
  for (const [i, token] of visible.entries()) {
    if (token.kind === 'open') depth++;
    else if (token.kind === 'close') depth--;
    else if (depth === 0 && isKeyword(token, 'AS') && visible[i + 1]?.kind === 'string') return visible[i + 1];
  }
  return undefined;
}

function inBody(token: Token | undefined, language: string, origin: 'do' | 'function'): EmbeddedSql {
  const content = token && stringContent(token);
  if (!content) return NOTHING;
  const { statements, dynamic } = language === 'plpgsql' ? walkBody(content.text) : splitBody(content.text);
  return {
    statements: statements.map(({ text, start }) => ({ text, start: content.start + start, origin })),
    dynamic: dynamic.map(({ start, end }) => ({
      span: { start: content.start + start, end: content.start + end },
      origin,
    })),
    isPlpgsql: language === 'plpgsql',
  };
}

function splitBody(body: string): BodySql {
  const pieces = split(body).pieces.filter((piece) => piece.kind === 'statement');
  const statements = pieces.map(({ span }) => ({ text: body.slice(span.start, span.end), start: span.start }));
  return { statements, dynamic: [] };
}

/** BEGIN ATOMIC … END: statements between semicolons; RETURN expression has none. */
function inAtomicBody(tokens: readonly Token[], text: string): EmbeddedSql {
  const begin = tokens.findIndex((token, i) => isKeyword(token, 'BEGIN') && isKeyword(tokens[i + 1], 'ATOMIC'));
  const last = tokens.map((token) => isKeyword(token, 'END')).lastIndexOf(true);
  if (begin < 0 || last < begin) return NOTHING;
  const from = tokens[begin + 1]!.end;
  const { statements } = splitBody(text.slice(from, tokens[last]!.start));
  const found = statements
    .filter((statement) => !/^return\b/i.test(statement.text))
    .map((statement) => ({ text: statement.text, start: from + statement.start, origin: 'function' as const }));
  return { statements: found, dynamic: [], isPlpgsql: false };
}
