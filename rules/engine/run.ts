import type { Action } from '../../server/src/sql/action.js';
import type { AnyRule, FileContents, Report, RuleContext } from './define-rule.js';

/** A report with the rule and the action it came from. */
export interface Reported {
  readonly rule: AnyRule;
  readonly action: Action | undefined;
  readonly report: Report;
}

/** Rules by the kinds of action they look at, so that a statement meets only those that can have something to say. */
export interface RuleSet {
  readonly rules: readonly AnyRule[];
  readonly byAction: ReadonlyMap<string, readonly AnyRule[]>;
  readonly statement: readonly AnyRule[];
  readonly file: readonly AnyRule[];
  readonly problem: readonly AnyRule[];
}

export function ruleSet(rules: readonly AnyRule[]): RuleSet {
  const byAction = new Map<string, AnyRule[]>();
  for (const rule of rules) {
    for (const kind of Object.keys(rule.check ?? {})) {
      const list = byAction.get(kind);
      if (list) list.push(rule);
      else byAction.set(kind, [rule]);
    }
  }
  return {
    rules,
    byAction,
    statement: rules.filter((rule) => rule.checkStatement),
    file: rules.filter((rule) => rule.checkFile),
    problem: rules.filter((rule) => rule.checkProblem),
  };
}

export type RuleFailure = (rule: AnyRule, statement: string, error: unknown) => void;

/** Runs the rules that look at the file as a whole; one that throws is handed to `onFailure` and skipped. */
export function runFileRules(set: RuleSet, file: FileContents, onFailure: RuleFailure): Reported[] {
  return set.file.flatMap((rule) => {
    try {
      return asList(rule.checkFile?.(file)).map((report) => ({ rule, action: undefined, report }));
    } catch (error) {
      onFailure(rule, file.name, error);
      return [];
    }
  });
}

function asList(found: Report | readonly Report[] | undefined): readonly Report[] {
  if (found === undefined) return [];
  return Array.isArray(found) ? (found as readonly Report[]) : [found as Report];
}

/**
 * Runs the rules on one statement. `contextFor` adds what differs from rule to rule. A rule that throws is reported
 * to `onFailure` and skipped; the others go on.
 */
export function runRules(
  set: RuleSet,
  contextFor: (rule: AnyRule, action: Action | undefined) => RuleContext,
  statement: RuleContext['statement'],
  onFailure: RuleFailure,
): Reported[] {
  const found: Reported[] = [];
  const run: Run = { contextFor, found, onFailure, tag: statement.tag };
  if (statement.problem) {
    for (const rule of set.problem) attempt(rule, undefined, rule.checkProblem, run);
    return found;
  }
  for (const action of statement.actions) {
    for (const rule of set.byAction.get(action.kind) ?? []) {
      attempt(rule, action, rule.check?.[action.kind] as OfAction | undefined, run);
    }
  }
  for (const rule of set.statement) attempt(rule, undefined, rule.checkStatement, run);
  return found;
}

type Result = Report | readonly Report[] | undefined;
type OfStatement = (context: RuleContext) => Result;
type OfAction = (action: Action, context: RuleContext) => Result;

interface Run {
  readonly contextFor: (rule: AnyRule, action: Action | undefined) => RuleContext;
  readonly found: Reported[];
  readonly onFailure: RuleFailure;
  readonly tag: string;
}

/** No closure for each rule and action: this runs a hundred thousand times for a large file. */
function attempt(rule: AnyRule, action: Action | undefined, check: OfStatement | OfAction | undefined, run: Run): void {
  if (!check) return;
  try {
    const context = run.contextFor(rule, action);
    const result = action ? (check as OfAction)(action, context) : (check as OfStatement)(context);
    if (result === undefined) return;
    for (const report of asList(result)) run.found.push({ rule, action, report });
  } catch (error) {
    run.onFailure(rule, run.tag, error);
  }
}
