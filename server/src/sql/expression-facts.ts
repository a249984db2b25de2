import type { ExpressionFacts, FunctionReference } from './expressions.js';

/** Collects what a walk over an expression finds. */
export interface Found {
  readonly columns: Set<string>;
  readonly functions: Map<string, FunctionReference>;
  hasSubquery: boolean;
}

export function nothingFound(): Found {
  return { columns: new Set(), functions: new Map(), hasSubquery: false };
}

export function addFunction(found: Found, schema: string | undefined, name: string): void {
  found.functions.set(`${schema ?? ''}.${name}`, { schema, name });
}

export function toFacts(found: Found, isConstant: boolean, notNullColumns: readonly string[]): ExpressionFacts {
  const functions = [...found.functions.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, reference]) => reference);
  return {
    isConstant,
    columns: [...found.columns].sort(),
    functions,
    notNullColumns: [...new Set(notNullColumns)].sort(),
    hasSubquery: found.hasSubquery,
  };
}
