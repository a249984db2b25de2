import type { Range } from '../analysis/positions.js';
import type { Proof } from '../rehearsal/proof.js';
import type { FailedQuery } from '../rehearsal/old-code.js';
import type { FileResult } from '../rehearsal/rehearse.js';
import type { Outcome, Remark } from '../rehearsal/remarks.js';
import type { Span } from '../sql/span.js';
import { visibleLine } from '../sql/visible.js';

/** A migration that was rehearsed, as it is reported. */
export interface RehearsedMigration {
  readonly path: string;
  readonly outcome: Outcome;
  readonly result: FileResult;
  readonly proof: Proof;
  readonly remarks: readonly (Remark & { readonly range: Range | undefined })[];
  rangeOf(span: Span): Range | undefined;
}

export interface RehearsalReport {
  readonly engine: string;
  readonly files: readonly RehearsedMigration[];
  /** What of the history could not be replayed. */
  readonly unreplayed: readonly { readonly path: string; readonly message: string }[];
  /** Roles that were made because no file makes them. */
  readonly roles: readonly string[];
  /** About the seed file and the queries of the application. */
  readonly notes: readonly string[];
  /** Queries that fail without any migration. */
  readonly failedQueries: readonly FailedQuery[];
}

/** Writes a report in a format of --format. */
export const rehearsalWriters: Readonly<Record<'text' | 'json' | 'junit', (report: RehearsalReport) => string>> = {
  text,
  json,
  junit,
};

const marks: Readonly<Record<Outcome, string>> = {
  passed: 'passed',
  failed: 'FAILED',
  'not rehearsed': 'not rehearsed',
};

function text({ engine, files, unreplayed, roles, notes }: RehearsalReport): string {
  const lines: string[] = [];
  for (const { path, message } of unreplayed) lines.push(`${visibleLine(path)}: not replayed: ${visibleLine(message)}`);
  if (roles.length > 0)
    lines.push(
      `Made for the rehearsal, since no file does: ${roles.map((role) => `role ${visibleLine(role)}`).join(', ')}`,
    );
  lines.push(...notes.map(visibleLine));
  if (lines.length > 0) lines.push('');
  for (const { path, outcome, proof, remarks } of files) {
    lines.push(`${visibleLine(path)}  ${marks[outcome]}`);
    if (proof.verdict !== 'different' && proof.verdict !== 'failed')
      lines.push(`  rollback (${proof.by === 'author' ? 'yours' : "Airlock's"}): ${visibleLine(proof.text)}`);
    for (const { severity, range, message } of remarks)
      lines.push(
        `  ${range ? `${range.start.line + 1}:${range.start.character + 1} ` : ''}${severity === 'unknown' ? 'info' : severity}: ${visibleLine(message)}`,
      );
  }
  const count = (outcome: Outcome): number => files.filter((file) => file.outcome === outcome).length;
  const counts = (['passed', 'failed', 'not rehearsed'] as const)
    .filter((each) => count(each) > 0)
    .map((each) => `${count(each)} ${each}`);
  lines.push(
    '',
    `${files.length} ${files.length === 1 ? 'migration' : 'migrations'} on ${engine || 'nothing'}: ${counts.join(', ') || 'none to rehearse'}.`,
    '',
  );
  return lines.join('\n');
}

function json({ engine, files, unreplayed, roles, notes, failedQueries }: RehearsalReport): string {
  const shown = files.map(({ path, outcome, result, proof, remarks, rangeOf }) => ({
    path,
    outcome,
    proof,
    remarks: remarks.map(({ severity, about, message, range }) => ({
      severity,
      about,
      message,
      ...(range && { range }),
    })),
    statements: result.up.statements.map(({ statement, observed, affected, ms }) => ({
      range: rangeOf(statement.span),
      ms: Math.round(ms),
      rows: affected,
      ...(observed && {
        locks: observed.locks.map(({ relation, mode }) => ({ relation: nameOf(relation), mode })),
        rewrites: observed.rewrites.map(nameOf),
        indexBuilds: observed.indexBuilds.map(nameOf),
        scans: observed.scans.map(nameOf),
        walBytes: observed.wal,
      }),
    })),
    prediction: result.agreement && {
      compared: result.agreement.compared,
      agreed: result.agreement.agreed,
      differences: result.agreement.disagreements.map(({ statement, ...rest }) => ({
        range: rangeOf(statement.span),
        ...rest,
      })),
    },
    ...(result.oldCode && {
      queries: {
        ran: result.oldCode.ran,
        broken: result.oldCode.broken.map(({ by, isOfValues, ...each }) => ({
          ...queryJson(each),
          values: isOfValues ? 'made' : 'any',
          ...(by && { range: rangeOf(by.span) }),
        })),
      },
    }),
    ms: Math.round(result.ms),
  }));
  const summary = { files: files.length, passed: 0, failed: 0, 'not rehearsed': 0 };
  for (const { outcome } of files) summary[outcome] += 1;
  const report = { version: 1, engine, files: shown, unreplayed, roles, notes };
  return `${JSON.stringify({ ...report, failedQueries: failedQueries.map(queryJson), summary }, null, 2)}\n`;
}

function queryJson({ query, code, message }: FailedQuery): object {
  return { file: query.file, line: query.line, query: query.text, code, message };
}

function nameOf({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return schema === 'public' ? name : `${schema}.${name}`;
}

/** A suite for each file with a case for each of its three ways, and one for the queries where there are some. */
function junit({ engine, files }: RehearsalReport): string {
  const suites = files.map(({ path, result, remarks, outcome }) => {
    const parts = [
      ['up', true],
      ['rollback', result.back !== undefined],
      ['again', result.again !== undefined],
      ...(result.oldCode ? [['queries', true] as const] : []),
    ] as const;
    const cases = parts.map(([about, ran]) => {
      const head = `    <testcase name="${about}" classname="${xml(path)}"`;
      const failures = remarks.filter((remark) => remark.about === about && remark.severity === 'error');
      if (failures.length > 0)
        return `${head}><failure message="${xml(failures[0]?.message ?? '')}">${xml(failures.map(({ range, message }) => `${path}:${(range?.start.line ?? 0) + 1} ${message}`).join('\n'))}</failure></testcase>`;
      const isUnknown = !ran || (about === 'up' && outcome === 'not rehearsed');
      const why =
        remarks.find((remark) => remark.about === about && remark.severity === 'unknown')?.message ?? 'It was not run.';
      return isUnknown ? `${head}><skipped message="${xml(why)}"/></testcase>` : `${head}/>`;
    });
    const count = (word: string): number => cases.filter((each) => each.includes(`<${word}`)).length;
    return { cases, failures: count('failure'), skipped: count('skipped'), path, ms: result.ms };
  });
  const total = (key: 'failures' | 'skipped'): number => suites.reduce((sum, each) => sum + each[key], 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="Airlock on ${xml(engine)}" tests="${suites.reduce((sum, { cases }) => sum + cases.length, 0)}" failures="${total('failures')}" errors="0" skipped="${total('skipped')}">`,
    ...suites.flatMap(({ cases, failures, skipped, path, ms }) => [
      `  <testsuite name="${xml(path)}" tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}" time="${(ms / 1000).toFixed(3)}">`,
      ...cases,
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n');
}

function xml(given: string): string {
  return visibleLine(given)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
