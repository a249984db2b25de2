import type { Analysis } from '../analysis/analyze.js';
import { type Finding, rangeOfPlace } from '../analysis/finding.js';
import { fileEdits, isNotWritten } from '../analysis/file-edits.js';
import { lineOfMessage } from '../analysis/finding-message.js';
import { Positions, positionsOf } from '../analysis/positions.js';
import { isWayBack } from '../analysis/sections.js';
import { isSplit, planSplit, splitTitle } from '../planning/plan-split.js';
import type { Workspace } from '../workspace/workspace.js';
import type { MigrationFile } from '../rewrite/files.js';
import { pageOf } from '../workspace/package-info.js';
import { named } from '../workspace/find-files.js';

/** How a finding is printed. */
export interface JsonForm {
  readonly analysis: Analysis;
  readonly positions: Positions;
  /** The file as the user named it, in whose form new files are named, too. */
  readonly given: string;
  /** Makes the files of splits; undefined where no whole files are wanted. */
  readonly withFiles: Pick<Workspace, 'surroundingsOf'> | undefined;
}

/** A finding as the contract has it. Without whole files a report grows with its findings only. */
export function jsonFinding(finding: Finding, { analysis, positions, given, withFiles }: JsonForm): object {
  const page = pageOf(finding);
  const inFile = analysis.host ? new Positions(analysis.host.text) : positions;
  const title = splitTitle(analysis, finding);
  const split =
    withFiles && title !== undefined
      ? planSplit(analysis, finding, withFiles.surroundingsOf(analysis.path))
      : undefined;
  const isOffered = title !== undefined && (withFiles === undefined || isSplit(split));
  const renamed = (files: readonly MigrationFile[]): object[] =>
    files.map((file) => ({ ...file, path: named(file.path, given) }));
  return {
    rule: finding.rule,
    category: finding.category,
    severity: finding.severity,
    status: finding.status,
    message: lineOfMessage(finding),
    ...(page === undefined ? {} : { page }),
    range: positions.range(finding.span),
    ...(finding.applied ? { applied: true } : {}),
    ...(finding.code
      ? {
          uses: finding.code.places.map(({ path, kind, certainty, isTest, excerpt, ...place }) => ({
            path: named(path, given),
            kind,
            certainty,
            test: isTest,
            range: rangeOfPlace(place),
            text: excerpt,
          })),
        }
      : {}),
    fixes: [
      ...finding.fixes.flatMap((fix) => {
        const edits = fileEdits(analysis, fix.edits);
        if (isNotWritten(edits)) return [];
        const shown = edits.map(({ span, text }) => ({ range: inFile.range(span), newText: text }));
        return [{ title: fix.title, safety: fix.safety, edits: shown }];
      }),
      ...(isOffered
        ? [
            {
              title,
              safety: 'unsafe',
              edits: [],
              ...(isSplit(split)
                ? {
                    files: renamed(split.files),
                    downs: renamed(split.downs),
                    beside: split.beside.map((each) => ({ ...each, path: named(each.path, given) })),
                  }
                : {}),
            },
          ]
        : []),
    ],
  };
}

/** One file of the report of `check --format json`. `path` is as the user gave it. */
export function jsonFile(analysis: Analysis, path: string, withFiles: JsonForm['withFiles']): object {
  const form = { analysis, positions: positionsOf(analysis), given: path, withFiles };
  return {
    path,
    framework: analysis.framework.id,
    direction: isWayBack(analysis.path, analysis.project) ? 'down' : 'up',
    transaction: analysis.transaction,
    applied: analysis.applied,
    verdict: analysis.verdict,
    categories: analysis.categories,
    findings: analysis.findings.map((finding) => jsonFinding(finding, form)),
  };
}
