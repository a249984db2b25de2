import type { Node } from '@pgsql/types';
import { detached, TextCache } from './cache.js';
import { factsOfAst, isTypedParserLoaded } from './expression-ast.js';
import { factsOfTree } from './expression-tree.js';
import { isComment, isKeyword, lex } from './lexer.js';
import { blankPlaceholders } from './placeholders.js';
import { parsePostgres } from './postgres-parser.js';

/** A function that an expression calls. SQL syntax such as EXTRACT or AT TIME ZONE counts with schema pg_catalog. */
export interface FunctionReference {
  readonly schema: string | undefined;
  readonly name: string;
}

export interface ExpressionFacts {
  /** Literals, signed numbers, casts of literals, NULL, arrays of them. */
  readonly isConstant: boolean;
  /** The columns it reads, folded as PostgreSQL folds them, each once, in alphabetical order. */
  readonly columns: readonly string[];
  /**
   * The functions it calls, each once, in alphabetical order; CURRENT_TIMESTAMP and its kin included.
   * Operators, ANY, COALESCE, NULLIF, GREATEST and LEAST are no functions.
   */
  readonly functions: readonly FunctionReference[];
  /** The columns that must be non-null where a CHECK with this expression is TRUE by an IS NOT NULL under AND. */
  readonly notNullColumns: readonly string[];
  readonly hasSubquery: boolean;
}

/** Longer expressions go to PostgreSQL's grammar at once: pgsql-ast-parser takes quadratic time. */
const SHORT = 2000;

const cache = new TextCache<ExpressionFacts | 'refused'>(4_000_000);

/**
 * What one SQL expression (DEFAULT, CHECK, USING, WHERE, index expression …) reads and calls; undefined when it is
 * no expression. Cached by the text. The typed tree of pgsql-ast-parser answers where it is loaded and knows the
 * syntax, PostgreSQL's own tree otherwise; the tests hold the two against each other. It is never loaded from here:
 * that takes 64 ms, half of what checking a small file takes.
 */
export function analyseExpression(text: string): ExpressionFacts | undefined {
  const known = cache.get(text);
  if (known) return known === 'refused' ? undefined : known;
  const facts = (isTypedParserLoaded() ? factsByAst(text) : undefined) ?? factsByTree(text);
  cache.set(detached(text), facts ?? 'refused');
  return facts;
}

/**
 * Records the facts of an expression whose tree is at hand, so that it need not be parsed a second time. Not where a
 * placeholder may stand: by itself the expression can read otherwise than as a part of its statement.
 */
export function learnExpression(text: string, tree: Node | undefined): void {
  if (!tree || isTypedParserLoaded() || MAY_HOLD_PLACEHOLDER.test(text) || cache.get(text) !== undefined) return;
  cache.set(detached(text), factsOfTree(tree));
}

/** By pgsql-ast-parser; undefined for what it does not know, misreads, or would read as something else. */
export function factsByAst(text: string): ExpressionFacts | undefined {
  // It reads the inside of comments as SQL.
  if (text.length > SHORT || text.includes('--') || text.includes('/*')) return undefined;
  // It does not know placeholders nor the escapes of U&"…", and takes a blank of Unicode for a blank.
  if (MAY_HOLD_PLACEHOLDER.test(text) || /u&["']|[^\S \t\n\r\f\v]/i.test(text)) return undefined;
  return factsOfAst(text);
}

/** A dollar or a brace, or a colon that is no cast; quick, and seldom wrong. */
const MAY_HOLD_PLACEHOLDER = /[${\u0080-\u009f]|(?<!:):(?!:)/;

/** By PostgreSQL's grammar. */
export function factsByTree(text: string): ExpressionFacts | undefined {
  const expression = expressionNode(text) ?? expressionWithPlaceholders(text);
  return expression && factsOfTree(expression);
}

/** The tree of an expression with each placeholder as a name, or as a number where only that is SQL. */
function expressionWithPlaceholders(text: string): Node | undefined {
  if (!MAY_HOLD_PLACEHOLDER.test(text)) return undefined;
  const named = blankPlaceholders(text);
  if (named === text) return undefined;
  return expressionNode(named) ?? expressionNode(blankPlaceholders(text, 'number'));
}

/** PostgreSQL's tree of an expression. Its locations count from 8 characters before the text; undefined if refused. */
export function expressionNode(text: string): Node | undefined {
  if (!staysInside(text)) return undefined;
  const { node } = parsePostgres(`SELECT (${text}\n)`);
  if (!node || !('SelectStmt' in node)) return undefined;
  const { targetList, ...rest } = node.SelectStmt;
  const [target] = targetList ?? [];
  const isOnlyTarget =
    targetList?.length === 1 && Object.keys(rest).every((key) => key === 'limitOption' || key === 'op');
  return isOnlyTarget && target && 'ResTarget' in target && !target.ResTarget.name ? target.ResTarget.val : undefined;
}

/** Whether the text keeps to the parentheses that are put around it, and is no query itself. */
function staysInside(text: string): boolean {
  let depth = 0;
  const tokens = lex(text);
  for (const { kind } of tokens) {
    if (kind === 'open') depth++;
    if (kind === 'close') depth--;
    if (depth < 0 || kind === 'semicolon') return false;
  }
  const first = tokens.find((token) => !isComment(token));
  return !['SELECT', 'WITH', 'VALUES', 'TABLE'].some((word) => isKeyword(first, word));
}
