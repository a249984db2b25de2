import type { SchemaState } from '../schema/state.js';
import { analyseExpression } from '../sql/expressions.js';
import { steadyFunctions, volatileFunctions } from './builtin-functions.js';
import { steadyOfExtensions, volatileOfExtensions } from './extension-functions.js';

export interface Volatility {
  /** Constant: the same for ever, known now. Steady: the same for the whole statement. Volatile: anew for every row. */
  readonly kind: 'constant' | 'steady' | 'volatile';
  /** The function that makes it volatile. */
  readonly because: string | undefined;
  /** True when that function is neither PostgreSQL's own nor in the history: PostgreSQL's default for it is VOLATILE. */
  readonly assumed: boolean;
}

/**
 * How often a DEFAULT expression is evaluated. PostgreSQL rewrites a table for ADD COLUMN … DEFAULT only when the
 * expression is volatile (measured: addcol-volatile-*, addcol-stable-*, PostgreSQL 14–18); now() and its kin are not.
 */
export function volatilityOf(expression: string, before: SchemaState, depth = 0): Volatility {
  const facts = analyseExpression(expression);
  // What cannot be read is assumed to be evaluated anew for every row.
  if (!facts) return { kind: 'volatile', because: undefined, assumed: true };
  if (facts.isConstant) return { kind: 'constant', because: undefined, assumed: false };
  let assumed: Volatility | undefined;
  for (const call of facts.functions) {
    const label = call.schema === undefined ? call.name : `${call.schema}.${call.name}`;
    const user = before.function({ schema: call.schema, name: call.name });
    if (user) {
      // The planner puts the only expression of a function in SQL in its place (inline_function in clauses.c; measured).
      if (user.language === 'sql' && user.inlined !== undefined && call.schema !== 'pg_catalog') {
        const inside = inlined(user.inlined, before, depth);
        if (inside && inside.kind !== 'volatile') continue;
      }
      if (user.volatility === 'volatile') return { kind: 'volatile', because: label, assumed: false };
      continue;
    }
    if (volatileFunctions.has(call.name) || volatileOfExtensions.has(call.name))
      return { kind: 'volatile', because: label, assumed: false };
    if (!isSteady(call.name)) {
      assumed ??= { kind: 'volatile', because: label, assumed: true };
    }
  }
  return assumed ?? { kind: 'steady', because: undefined, assumed: false };
}

function isSteady(name: string): boolean {
  return steadyFunctions.has(name) || keywordFunctions.has(name) || steadyOfExtensions.has(name);
}

function inlined(expression: string, before: SchemaState, depth: number): Volatility | undefined {
  const facts = depth < 8 ? analyseExpression(expression) : undefined;
  return facts && !facts.hasSubquery ? volatilityOf(expression, before, depth + 1) : undefined;
}

/** True for a function that every PostgreSQL has, and that does no more than its volatility says. */
export function isBuiltIn({ schema, name }: { readonly schema: string | undefined; readonly name: string }): boolean {
  if (schema !== undefined && schema !== 'pg_catalog') return false;
  return volatileFunctions.has(name) || steadyFunctions.has(name) || keywordFunctions.has(name);
}

/** Functions that are syntax: they have no row in pg_proc, or one by another name. */
const keywordFunctions = new Set([
  'coalesce',
  'nullif',
  'greatest',
  'least',
  'current_timestamp',
  'current_date',
  'current_time',
  'localtime',
  'localtimestamp',
  'current_user',
  'current_role',
  'session_user',
  'user',
  'system_user',
  'current_schema',
  'current_catalog',
  'current_database',
  'cast',
  'extract',
  'trim',
  'ltrim',
  'rtrim',
  'btrim',
  'substring',
  'overlay',
  'position',
  'normalize',
  'row',
  'array',
  'grouping',
  'xmlelement',
  'xmlforest',
  'xmlconcat',
  'xmlparse',
  'now',
]);
