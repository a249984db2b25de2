import assert from 'node:assert/strict';
import fs from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import * as v from 'valibot';

// What reports for programs have to be, by those who read them.

/** A part of a SARIF log, as far as tests read it. */
export interface SarifRegion {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex?: number;
  readonly locations: readonly {
    readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region: SarifRegion };
  }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly fixes?: readonly SarifFix[];
}

export interface SarifFix {
  readonly artifactChanges: readonly {
    readonly artifactLocation: { readonly uri: string };
    readonly replacements: readonly {
      readonly deletedRegion: SarifRegion;
      readonly insertedContent: { readonly text: string };
    }[];
  }[];
}

export interface SarifLog {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly columnKind: string;
    readonly results: readonly SarifResult[];
  }[];
}

/** The schema of SARIF 2.1.0; written for draft 4 of JSON schema, of whose own words it uses none but these two. */
function sarifSchema(): object {
  const file = require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
  const { $schema: _, id: __, ...schema } = JSON.parse(fs.readFileSync(file, 'utf8'));
  return schema;
}

const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv);
const isSarif = ajv.compile(sarifSchema());

/** Checks a log by the schema, and by what the schema cannot say. */
export function sarifOf(text: string): SarifLog {
  const log: SarifLog = JSON.parse(text);
  assert.ok(isSarif(log), JSON.stringify(isSarif.errors?.slice(0, 3), null, 2));
  for (const { tool, results, columnKind } of log.runs) {
    assert.equal(columnKind, 'utf16CodeUnits');
    const { rules } = tool.driver;
    assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length);
    for (const { ruleId, ruleIndex, locations, fixes = [] } of results) {
      if (ruleIndex !== undefined) assert.equal(rules[ruleIndex]?.id, ruleId);
      assert.equal(locations.length, 1);
      const regions = [
        ...locations.map(({ physicalLocation }) => physicalLocation.region),
        ...fixes.flatMap(({ artifactChanges }) =>
          artifactChanges.flatMap(({ replacements }) => replacements.map(({ deletedRegion }) => deletedRegion)),
        ),
      ];
      for (const { startLine, startColumn, endLine, endColumn } of regions) {
        assert.ok(startLine >= 1 && startColumn >= 1 && endColumn >= 1);
        assert.ok(endLine > startLine || (endLine === startLine && endColumn >= startColumn));
      }
    }
    // By these GitHub knows an alert again: two of one print would be one.
    const prints = results.map(({ partialFingerprints }) => partialFingerprints['airlockStatement/v1']);
    assert.equal(new Set(prints).size, results.length);
  }
  return log;
}

/** The file that a URI of a log names, from the folder that %SRCROOT% stands for. */
export function pathOfUri(uri: string): string {
  assert.match(uri, /^[\x21-\x7e]+$/);
  return decodeURIComponent(uri);
}

/** The text with a fix in it, made by the regions alone, as a program that knows SARIF does. */
export function withFix(text: string, { artifactChanges }: SarifFix): string {
  // A byte order mark is no character of the first line.
  const mark = text.startsWith('\ufeff') ? 1 : 0;
  const starts = [mark];
  for (const { index } of text.matchAll(/\r\n|\r|\n/g)) starts.push(index + (text.startsWith('\r\n', index) ? 2 : 1));
  const at = (line: number, column: number): number => {
    const start = starts[line - 1];
    assert.ok(start !== undefined, `there is no line ${line}`);
    return start + column - 1;
  };
  const edits = artifactChanges.flatMap(({ replacements }) =>
    replacements.map(({ deletedRegion: { startLine, startColumn, endLine, endColumn }, insertedContent }) => ({
      start: at(startLine, startColumn),
      end: at(endLine, endColumn),
      text: insertedContent.text,
    })),
  );
  edits.sort((a, b) => b.start - a.start || b.end - a.end);
  return edits.reduce((now, { start, end, text: put }) => now.slice(0, start) + put + now.slice(end), text);
}

const count = v.pipe(v.number(), v.integer(), v.minValue(1));

/** GitLab's report of code quality: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
const codeQuality = v.array(
  v.strictObject({
    description: v.pipe(v.string(), v.nonEmpty(), v.regex(/^[^\r\n]*$/)),
    check_name: v.pipe(v.string(), v.regex(/^[a-z]+(?:-[a-z]+)*$/)),
    fingerprint: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
    severity: v.picklist(['info', 'minor', 'major', 'critical', 'blocker']),
    location: v.strictObject({
      // Relative to the repository, without "./".
      path: v.pipe(v.string(), v.nonEmpty(), v.regex(/^(?!\.{0,2}\/)/)),
      lines: v.strictObject({ begin: count, end: count }),
    }),
  }),
);

export function codeQualityOf(text: string): v.InferOutput<typeof codeQuality> {
  const issues = v.parse(codeQuality, JSON.parse(text));
  assert.equal(new Set(issues.map(({ fingerprint }) => fingerprint)).size, issues.length);
  for (const { location } of issues) assert.ok(location.lines.end >= location.lines.begin);
  return issues;
}
