import type { Severity, Category } from '../../../../rules/engine/define-rule.js';
import type { Analysis } from '../../analysis/analyze.js';
import { fileEdits, isNotWritten } from '../../analysis/file-edits.js';
import {
  type Finding,
  placeText,
  rangeOfPlace,
  type ShownVerdict,
  type Status,
  type Verdict,
  weightOfApplied,
} from '../../analysis/finding.js';
import { named, portableName } from '../../workspace/find-files.js';
import { shownMessage } from '../../analysis/finding-message.js';
import { fileTextOf, Positions, positionsOf, type Range } from '../../analysis/positions.js';
import { isWayBack } from '../../analysis/sections.js';
import { Fingerprints } from '../fingerprints.js';

/** A change of a file by which a finding is answered. */
export interface ReportedFix {
  readonly title: string;
  readonly edits: readonly { readonly range: Range; readonly newText: string }[];
}

/** A finding as reports for programs have it. */
export interface ReportedFinding {
  readonly rule: string;
  readonly category: Category;
  readonly severity: Severity;
  readonly status: Status;
  /** What happens and what to do, a line each. */
  readonly message: string;
  readonly range: Range;
  /** The same wherever the statement moves in its file: of the rule, the file and the statement. 64 hex digits. */
  readonly fingerprint: string;
  readonly fixes: readonly ReportedFix[];
  /** Places in the code that it breaks, by the paths that the user would say. */
  readonly places: readonly { readonly path: string; readonly message: string; readonly range: Range }[];
}

/** A file with what was found in it. */
export interface ReportedFile {
  /** Below the working directory from there, else as the user named it. */
  readonly path: string;
  readonly verdict: Verdict;
  readonly applied: boolean;
  readonly isWayBack: boolean;
  /** Statements, and those of them that Airlock knows no facts of. */
  readonly statements: number;
  readonly unknown: number;
  readonly findings: readonly ReportedFinding[];
}

/** What a format writes. */
export interface GateReport {
  /** Airlock's own. */
  readonly version: string;
  /** Where the pages of this version stand; undefined where nobody knows. */
  readonly pages: string | undefined;
  readonly postgres: number;
  readonly verdict: ShownVerdict;
  /** True when something could not be read: what was found may not be all. */
  readonly failed: boolean;
  readonly files: readonly ReportedFile[];
  /** What was not looked at, with the reason as it stands behind "This file". */
  readonly leftOut: readonly { readonly name: string; readonly why: string }[];
  /** What is true of the whole project, a sentence each. */
  readonly notes: readonly string[];
}

/** What stands in the place of a rule for what the author has to look up. It has no page. */
export const verifyRule = 'verify';

/** The address of a rule's page. */
export function pageOf(
  { pages }: Pick<GateReport, 'pages'>,
  { rule, category }: Pick<ReportedFinding, 'rule' | 'category'>,
) {
  return pages === undefined || rule === verifyRule ? undefined : `${pages}/rules/${category}/${rule}.md`;
}

/** True for a file that a report has: one that is pending, or an applied one against which something speaks. */
export function isReported({ applied, leftAlone, findings }: Analysis): boolean {
  return leftAlone === undefined && (!applied || weightOfApplied(findings).length > 0);
}

/** A file of a report. In: whether information and hints are wanted, too; of an applied file they never are. */
export function reportedFile(analysis: Analysis, name: string, verbose: boolean): ReportedFile {
  const path = portableName(name);
  const positions = positionsOf(analysis);
  const prints = new Fingerprints(path);
  return {
    path,
    verdict: analysis.verdict,
    applied: analysis.applied,
    isWayBack: isWayBack(analysis.path, analysis.project),
    statements: analysis.document.statements.length,
    unknown: analysis.steps.filter(({ impact, origin }) => !impact.known && origin !== 'function').length,
    findings: analysis.findings.flatMap((finding) => {
      // Counted for what is not shown as well: a fingerprint does not hang on the options.
      const fingerprint = prints.of(finding, analysis);
      if ((!verbose || analysis.applied) && finding.severity !== 'error' && finding.severity !== 'warning') return [];
      const { rule, category, severity, status } = finding;
      return [
        {
          rule,
          category,
          severity,
          status,
          message: shownMessage(finding),
          range: positions.range(finding.span),
          fingerprint,
          fixes: fixesOf(finding, analysis),
          places: placesOf(finding, path),
        },
      ];
    }),
  };
}

function placesOf({ code }: Finding, given: string): ReportedFinding['places'] {
  return (code?.places ?? []).map((place) => ({
    path: named(place.path, given),
    message: placeText(place),
    range: rangeOfPlace(place),
  }));
}

function fixesOf(finding: Finding, analysis: Analysis): ReportedFix[] {
  if (finding.fixes.length === 0) return [];
  const inFile = new Positions(fileTextOf(analysis));
  return finding.fixes.flatMap(({ title, edits }) => {
    const made = fileEdits(analysis, edits);
    if (isNotWritten(made)) return [];
    return [{ title, edits: made.map(({ span, text }) => ({ range: inFile.range(span), newText: text })) }];
  });
}
