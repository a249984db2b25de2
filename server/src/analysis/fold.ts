import type { Severity } from '../../../rules/engine/define-rule.js';
import type { SchemaState } from '../schema/state.js';
import type { Action } from '../sql/action.js';
import { mapped } from '../sql/mapped.js';
import type { Finding } from './finding.js';

/**
 * One finding for one decision. What another finding says already stays where it is, as a hint: its place, its fix and
 * its message are there for who looks, its weight is with the one that speaks. Verdicts and categories keep counting it.
 */

/** A finding with what the folding has to know of it. */
export interface Found {
  readonly finding: Finding;
  /** The table that the statement works on, by its key in the state; undefined when it has none. */
  readonly table: string | undefined;
}

const rank: Readonly<Record<Severity, number>> = { hint: 0, info: 1, warning: 2, error: 3 };

/** On one statement the second says what the first says, or goes away with the first one's fix. */
const pairs: readonly (readonly [speaks: string, folded: string])[] = [
  ['require-concurrent-index', 'require-lock-timeout'],
  ['require-concurrent-index-drop', 'require-lock-timeout'],
  ['require-check-before-not-null', 'no-check-before-code'],
  ['require-concurrent-index-drop', 'no-drop-index-before-replacement'],
  ['no-rewriting-type-change', 'no-narrowing-type-change'],
  ['no-drop-and-create', 'no-drop-table'],
  ['no-unbatched-write', 'no-backfill-after-lock'],
  ['no-disable-row-security', 'no-lost-access'],
];

/** Views of one thing: the transaction holds its locks too long. */
const longTransaction = new Set([
  'no-work-after-lock',
  'no-backfill-after-lock',
  'no-wide-lock-window',
  'no-multiple-foreign-keys-in-transaction',
]);

/** Said of each statement, and decided once for a table. */
const perTable = new Set([
  'require-concurrent-index',
  'require-concurrent-index-drop',
  'require-foreign-key-not-valid',
  'no-drop-column',
  'no-rename-column',
]);

/** Folds the findings of one file, in their order. Those of an applied file have no weight that could be folded. */
export function foldFindings(found: readonly Found[]): Finding[] {
  const folded = new Set<Finding>();
  foldPairs(found, folded);
  const repeats = foldGroups(found, folded);
  return mapped(found, ({ finding }) => {
    if (folded.has(finding)) return { ...finding, severity: 'hint' };
    const again = repeats.get(finding);
    return again === undefined ? finding : { ...finding, again };
  });
}

function foldPairs(found: readonly Found[], folded: Set<Finding>): void {
  const here = new Map<string, Finding>();
  const placeOf = (rule: string, { step }: Finding): string => `${rule} ${step?.span.start}`;
  for (const { finding } of found) if (hasWeight(finding)) here.set(placeOf(finding.rule, finding), finding);
  for (const { finding } of found) {
    if (!isLoud(finding)) continue;
    for (const [one, other] of pairs) {
      if (finding.rule !== one && finding.rule !== other) continue;
      const partner = here.get(placeOf(finding.rule === one ? other : one, finding));
      // The stronger of the two speaks; of two equals, the first. What is folded itself speaks for nobody.
      if (!partner || folded.has(partner) || folded.has(finding)) continue;
      const [first, second] = finding.rule === one ? [finding, partner] : [partner, finding];
      folded.add(rank[second.severity] > rank[first.severity] ? first : second);
    }
  }
}

/** The finding that speaks for each group, with how many others of its rule say the same. */
function foldGroups(found: readonly Found[], folded: Set<Finding>): Map<Finding, number> {
  const groups = new Map<string, Finding[]>();
  for (const each of found) {
    const key = isLoud(each.finding) && !folded.has(each.finding) ? groupOf(each) : undefined;
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), each.finding]);
  }
  const repeats = new Map<Finding, number>();
  for (const findings of groups.values()) {
    const [first, ...rest] = [...findings].sort((a, b) => rank[b.severity] - rank[a.severity]);
    if (!first || rest.length === 0) continue;
    for (const each of rest) folded.add(each);
    if (perTable.has(first.rule)) repeats.set(first, rest.length);
  }
  return repeats;
}

function groupOf({ finding, table }: Found): string | undefined {
  const { rule, step } = finding;
  if (longTransaction.has(rule)) return `transaction ${step?.transaction.begin?.start ?? 'file'}`;
  return perTable.has(rule) && table !== undefined ? `${rule} ${table}` : undefined;
}

function hasWeight({ severity, applied }: Finding): boolean {
  return !applied && severity !== 'hint';
}

function isLoud({ severity, applied }: Finding): boolean {
  return !applied && rank[severity] >= rank.warning;
}

/** The table that an action works on, by its key. */
export function tableOfAction(action: Action | undefined, before: SchemaState): string | undefined {
  if (!action) return undefined;
  if (action.kind === 'dropIndex') return before.index(action.index)?.table;
  return 'table' in action && action.table ? (before.table(action.table)?.key ?? action.table.name) : undefined;
}
