import type { Analysis } from '../analysis/analyze.js';
import { categoryStatuses } from '../analysis/rules-in-use.js';
import { verdictOf } from '../analysis/finding.js';
import { portableName } from '../workspace/find-files.js';
import { Fingerprints } from './fingerprints.js';

/** Findings that a project has accepted for now, by their fingerprints. */
export interface Baseline {
  readonly known: ReadonlySet<string>;
  /** Those that were met in this run; the others are gone. */
  readonly met: Set<string>;
}

interface Entry {
  readonly rule: string;
  readonly path: string;
  readonly fingerprint: string;
}

/** Reads the text of a baseline; undefined for any other text. */
export function readBaseline(text: string): Baseline | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('findings' in value) || !Array.isArray(value.findings))
      return undefined;
    const entries: readonly unknown[] = value.findings;
    return { known: new Set(entries.filter(isEntry).map(({ fingerprint }) => fingerprint)), met: new Set() };
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && 'fingerprint' in value && typeof value.fingerprint === 'string';
}

/** The text of a baseline: an entry for each finding, one a line, so that a diff shows what has come and gone. */
export function baselineText(entries: readonly Entry[]): string {
  const lines = entries.map((each) => `    ${JSON.stringify(each)}`);
  return `{\n  "version": 1,\n  "findings": [${lines.length === 0 ? '' : `\n${lines.join(',\n')}\n  `}]\n}\n`;
}

/** The errors and warnings of a file as entries. In: the file as the user named it. */
export function entriesOf(analysis: Analysis, name: string): Entry[] {
  const path = portableName(name);
  const prints = new Fingerprints(path);
  return analysis.findings.flatMap((finding) => {
    const fingerprint = prints.of(finding, analysis);
    const isLoud = finding.severity === 'error' || finding.severity === 'warning';
    return isLoud ? [{ rule: finding.rule, path, fingerprint }] : [];
  });
}

/** The analysis without what the baseline has, the verdict that of the rest. */
export function withoutKnown(analysis: Analysis, name: string, { known, met }: Baseline): Analysis {
  const prints = new Fingerprints(portableName(name));
  const findings = analysis.findings.filter((finding) => {
    const fingerprint = prints.of(finding, analysis);
    if (!known.has(fingerprint)) return true;
    met.add(fingerprint);
    return false;
  });
  if (findings.length === analysis.findings.length) return analysis;
  return {
    ...analysis,
    findings,
    verdict: verdictOf(findings),
    categories: categoryStatuses(findings, analysis.asksForSecurity),
  };
}
