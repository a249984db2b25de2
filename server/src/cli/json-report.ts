import type { Analysis } from '../analysis/analyze.js';
import type { Finding } from '../analysis/finding.js';
import { Positions } from '../analysis/positions.js';
import { rewriteFor } from '../rewrite/rewrites.js';
import { named } from './paths.js';

/**
 * A finding as the contract has it. `existing`: the paths of all migrations, for the names of new ones; `given`: the
 * file as the user named it, in whose form new files are named, too.
 */
export function jsonFinding(
  finding: Finding,
  analysis: Analysis,
  positions: Positions,
  existing: readonly string[],
  given: string,
): object {
  const rewrite = rewriteFor(analysis, finding, existing);
  return {
    rule: finding.rule,
    category: finding.category,
    severity: finding.severity,
    status: finding.status,
    message: finding.message,
    range: positions.range(finding.span),
    ...(finding.applied ? { applied: true } : {}),
    fixes: [
      ...finding.fixes.map(({ title, safety }) => ({ title, safety })),
      ...(rewrite
        ? [
            {
              title: rewrite.title,
              safety: 'unsafe',
              files: rewrite.files.map((file) => ({ ...file, path: named(file.path, given) })),
            },
          ]
        : []),
    ],
  };
}

/** One file of the report of `check --format json`. `path` is as the user gave it. */
export function jsonFile(analysis: Analysis, path: string, existing: readonly string[]): object {
  const positions = new Positions(analysis.document.text);
  return {
    path,
    framework: analysis.framework.id,
    transaction: analysis.transaction,
    applied: analysis.applied,
    verdict: analysis.verdict,
    categories: analysis.categories,
    findings: analysis.findings.map((finding) => jsonFinding(finding, analysis, positions, existing, path)),
  };
}
