import { functionNames } from '../sql/postgres-names.js';

/**
 * PostgreSQL's own functions by volatility. A name with several overloads counts as its weakest: one that is called
 * like a volatile one may be it.
 */

function words(list: string): readonly string[] {
  return list.trim().split(/\s+/);
}

/** Built-in functions of which an overload is marked VOLATILE. */
export const volatileFunctions: ReadonlySet<string> = new Set(words(functionNames.volatile));

/** Built-in functions marked IMMUTABLE or STABLE. */
export const steadyFunctions: ReadonlySet<string> = new Set(
  [functionNames.stable, functionNames.immutable, functionNames.mixed].flatMap(words),
);

/** CURRENT_DATE and its kin, which have no row in pg_proc. */
const stableKeywords = 'current_date current_role current_time current_timestamp localtime localtimestamp';

/** Built-in functions that are STABLE whatever their arguments are, and the words that are. */
export const stableFunctions: ReadonlySet<string> = new Set([functionNames.stable, stableKeywords].flatMap(words));
