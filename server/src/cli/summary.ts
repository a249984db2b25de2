import type { Analysis } from '../analysis/analyze.js';
import { openEndsOf, unboundedWaits } from '../review/project-notes.js';
import { type ShownVerdict, type Step, shownVerdict, type Verdict, verdictIn } from '../analysis/finding.js';
import { type Coverage, jsonCoverage, noCoverage, runsElsewhere, withStatements } from './coverage.js';

export interface Summary {
  readonly files: number;
  /** Files that count as applied; their findings change nothing. */
  readonly applied: number;
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  /** Those of them that --verbose would show. */
  readonly quiet: number;
  readonly suppressed: number;
  /** Statements of which Airlock knows no facts, and which may do anything. */
  readonly unknown: number;
  readonly coverage: Coverage;
  readonly verdict: Verdict;
  /** Migrations that wait for their locks without end, and whether one of them sets lock_timeout. */
  readonly waits: { readonly unbounded: number; readonly isBound: boolean };
  /** What earlier migrations have begun and none has ended, the oldest first. */
  readonly open: readonly { readonly message: string; readonly isShown: boolean }[];
  /** Errors and warnings of each rule, and the files that have them. */
  readonly rules: ReadonlyMap<string, RuleCount>;
}

export interface RuleCount {
  readonly errors: number;
  readonly warnings: number;
  readonly files: number;
}

/** Of no files yet. */
export const emptySummary: Summary = {
  files: 0,
  applied: 0,
  errors: 0,
  warnings: 0,
  infos: 0,
  quiet: 0,
  suppressed: 0,
  unknown: 0,
  coverage: noCoverage,
  verdict: 'SAFE TO SHIP',
  waits: { unbounded: 0, isBound: false },
  open: [],
  rules: new Map(),
};

/** A summary with one more file in it. In: the file as the user named it. */
export function withFile(summary: Summary, analysis: Analysis, name: string): Summary {
  const { applied, findings, suppressed, steps } = analysis;
  const count = (...severities: readonly string[]): number =>
    findings.filter((finding) => severities.includes(finding.severity)).length;
  const errors = summary.errors + count('error');
  const warnings = summary.warnings + count('warning');
  return {
    files: summary.files + 1,
    applied: summary.applied + (applied ? 1 : 0),
    errors,
    warnings,
    infos: summary.infos + count('info', 'hint'),
    quiet: summary.quiet + (applied ? 0 : count('info', 'hint')),
    suppressed: summary.suppressed + suppressed,
    unknown: summary.unknown + (applied ? 0 : steps.filter(isUnknown).length + runsElsewhere(analysis).length),
    coverage: applied ? summary.coverage : withStatements(summary.coverage, analysis, name),
    verdict: errors > 0 ? 'BLOCK' : warnings > 0 ? 'SAFE WITH MODIFICATIONS' : 'SAFE TO SHIP',
    waits: {
      unbounded: summary.waits.unbounded + unboundedWaits([analysis]),
      isBound: summary.waits.isBound || analysis.after.hasDone('bound waits'),
    },
    open: [...summary.open, ...openEndsOf(analysis).map((message) => ({ message, isShown: !applied }))],
    rules: withRules(summary.rules, analysis),
  };
}

function withRules(before: Summary['rules'], { findings }: Analysis): Summary['rules'] {
  const loud = findings.filter(({ severity }) => severity === 'error' || severity === 'warning');
  if (loud.length === 0) return before;
  const rules = new Map(before);
  const seen = new Set<string>();
  for (const { rule, severity } of loud) {
    const { errors, warnings, files } = rules.get(rule) ?? { errors: 0, warnings: 0, files: 0 };
    rules.set(rule, {
      errors: errors + (severity === 'error' ? 1 : 0),
      warnings: warnings + (severity === 'warning' ? 1 : 0),
      files: files + (seen.has(rule) ? 0 : 1),
    });
    seen.add(rule);
  }
  return rules;
}

/** The verdict as it is said. In: true where something could not be read. */
export function verdictOfSummary({ coverage, verdict }: Summary, failed: boolean): ShownVerdict {
  return shownVerdict(verdict, coverage.statements === 0 && verdict === 'SAFE TO SHIP', !failed);
}

/** What programs read of it: no verdict where there is nothing to judge, or not everything could be read. */
export function jsonSummary(summary: Summary, failed: boolean): object {
  const { rules: _, waits: __, open: ___, coverage, verdict: ____, quiet: _____, ...counts } = summary;
  const verdict = verdictIn(verdictOfSummary(summary, failed)) ?? null;
  return { ...counts, ...jsonCoverage(coverage), verdict };
}

/** The rules of a long report, the one with the most findings first, with a line for each. */
export function ruleTable({ rules }: Summary): string {
  const rows = [...rules].map(([rule, { errors, warnings, files }]) => ({ rule, errors, warnings, files }));
  rows.sort((a, b) => b.errors + b.warnings - (a.errors + a.warnings) || (a.rule < b.rule ? -1 : 1));
  const width = Math.max(...rows.map(({ rule }) => rule.length), 'rule'.length);
  const line = (rule: string, ...cells: readonly (string | number)[]): string =>
    `  ${rule.padEnd(width)}${cells.map((cell) => String(cell).padStart(10)).join('')}\n`;
  const head = line('rule', 'errors', 'warnings', 'files');
  return `${head}${rows.map(({ rule, errors, warnings, files }) => line(rule, errors, warnings, files)).join('')}\n`;
}

function isUnknown({ impact, origin }: Step): boolean {
  return !impact.known && origin !== 'function';
}
