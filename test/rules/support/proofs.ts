import { analyzeSql } from '../../support/analyze-sql.js';
import { planCases, shop } from '../../rewrite/support/plan-cases.js';
import { fixCases } from './fix-cases.js';

/** How many forms of a statement are run on PostgreSQL, as written and in their safe form, on tables with rows. */
export interface Proofs {
  /** Fixed in place; UPDATE … LIMIT is no SQL, so only its fix is run. */
  readonly fixed: number;
  /** Split into several migrations. */
  readonly split: number;
}

/** The proofs in the tests, by rule. The parser must be ready. */
export function proofs(): ReadonlyMap<string, Proofs> {
  const found = new Map<string, { fixed: number; split: number }>();
  const of = (rule: string) => {
    const known = found.get(rule) ?? { fixed: 0, split: 0 };
    found.set(rule, known);
    return known;
  };
  for (const { rule } of fixCases) of(rule).fixed++;
  of('no-limit-in-update').fixed += 2;
  for (const { statement } of planCases) {
    // The warnings of such a statement go away with it; what it is split for is what blocks.
    const { findings } = analyzeSql(statement, { history: [shop] });
    const rules = new Set(findings.filter(({ status }) => status === 'BLOCK').map(({ rule }) => rule));
    for (const rule of rules) of(rule).split++;
  }
  return found;
}
