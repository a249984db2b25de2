import type { ParsedStatement } from './statement.js';
import type { Span } from './span.js';

/** `a = NULL` or `a <> NULL`, which is NULL whatever `a` is. */
export interface NullComparison {
  /** From the operator to the word NULL, relative to the statement. */
  readonly span: Span;
  readonly operator: '=' | '<>';
}

/** Most statements have no such words, and their trees are not walked. */
const MAY_BE = /(?:=|<>|!=)\s*\(*\s*NULL\b/i;

/** The comparisons with a bare NULL in a statement, wherever an expression stands: `SET a = NULL` is none. */
export function nullComparisons(statement: ParsedStatement): NullComparison[] {
  // The tree is not kept: who asks for it has the statement parsed again.
  const node = MAY_BE.test(statement.text) ? statement.node : undefined;
  if (!node) return [];
  const found: NullComparison[] = [];
  // From a list and not by recursion: trees nest deeper than the stack.
  const open: unknown[] = [node];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (Array.isArray(next)) for (const each of next) open.push(each);
    else if (isRecord(next)) {
      const comparison = isRecord(next.A_Expr) ? compared(next.A_Expr) : undefined;
      if (comparison) found.push(comparison);
      for (const each of Object.values(next)) if (typeof each === 'object' && each !== null) open.push(each);
    }
  }
  return found.sort((a, b) => a.span.start - b.span.start);
}

function compared({ kind, name, rexpr, location }: Readonly<Record<string, unknown>>): NullComparison | undefined {
  const operator = kind === 'AEXPR_OP' ? operatorOf(name) : undefined;
  if (operator === undefined || typeof location !== 'number') return undefined;
  const constant = isRecord(rexpr) && isRecord(rexpr.A_Const) ? rexpr.A_Const : undefined;
  if (constant?.isnull !== true || typeof constant.location !== 'number') return undefined;
  return { span: { start: location, end: constant.location + 'NULL'.length }, operator };
}

function operatorOf(name: unknown): '=' | '<>' | undefined {
  const [first, ...more] = Array.isArray(name) ? (name as readonly unknown[]) : [];
  const word = isRecord(first) && isRecord(first.String) ? first.String.sval : undefined;
  // The grammar makes `<>` of `!=`.
  return more.length === 0 && (word === '=' || word === '<>') ? word : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
