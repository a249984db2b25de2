import { type AnyRule, type Category, categories } from '../../../rules/engine/define-rule.js';
import type { RuleSet } from '../../../rules/engine/run.js';
import { saysWhoMay } from '../schema/rights.js';
import type { ParsedStatement } from '../sql/statement.js';
import type { MigrationInput } from './analyze.js';
import type { Config } from './config.js';
import { type Finding, type Status, worst } from './finding.js';
import { severityOf } from './severity.js';

/**
 * Whether the category `security` is looked at: in a project of Supabase, and where a migration up to this one has said
 * who may do what. Anywhere else every session is the application's own, and the category is not shown at all.
 */
export function isSecurityAsked({ project, before, document }: MigrationInput): boolean {
  if (project.framework.id === 'supabase' || before.hasDone('rights')) return true;
  return document.statements.some(({ parsed }) => says(parsed));
}

function says({ actions, embedded }: ParsedStatement): boolean {
  return actions.some(saysWhoMay) || embedded.some(({ origin, parsed }) => origin === 'do' && says(parsed));
}

/** The worst status of each category; `security` is left out where nobody asks for it. */
export function categoryStatuses(
  findings: readonly Finding[],
  asksForSecurity: boolean,
): Readonly<Record<Category, Status>> {
  const statuses = {} as Record<Category, Status>;
  for (const category of categories) if (category !== 'security' || asksForSecurity) statuses[category] = 'PASS';
  for (const { category, status } of findings) statuses[category] = worst([statuses[category], status]);
  return statuses;
}

interface Filtered {
  readonly from: RuleSet;
  readonly set: RuleSet;
}

const withSecurity = new WeakMap<Config, Filtered>();
const withoutSecurity = new WeakMap<Config, Filtered>();

/** The rules that are on for a file; the same object for the same answer. */
export function rulesInUse(rules: RuleSet, config: Config, asksForSecurity: boolean): RuleSet {
  const known = asksForSecurity ? withSecurity : withoutSecurity;
  const before = known.get(config);
  if (before?.from === rules) return before.set;
  const isOn = ({ meta }: AnyRule): boolean =>
    severityOf(meta, config) !== 'off' && (asksForSecurity || meta.category !== 'security');
  const set = rules.rules.every(isOn) ? rules : filtered(rules, isOn);
  known.set(config, { from: rules, set });
  return set;
}

function filtered(rules: RuleSet, isOn: (rule: AnyRule) => boolean): RuleSet {
  return {
    rules: rules.rules.filter(isOn),
    byAction: new Map([...rules.byAction].map(([kind, list]) => [kind, list.filter(isOn)])),
    statement: rules.statement.filter(isOn),
    file: rules.file.filter(isOn),
    problem: rules.problem.filter(isOn),
  };
}
