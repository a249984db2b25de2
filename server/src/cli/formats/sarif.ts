import type { Log, Region, Result } from 'sarif';
import type { AnyRule, Severity } from '../../../../rules/engine/define-rule.js';
import type { Range } from '../../analysis/positions.js';
import { type GateReport, pageOf, type ReportedFile, type ReportedFinding } from './report.js';

// Static Analysis Results Interchange Format 2.1.0 (OASIS): what code scanning of GitHub and others reads.

const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
  hint: 'note',
};

/** In: the rules that may have spoken. */
export function sarif(report: GateReport, rules: readonly AnyRule[]): string {
  const said = new Set(report.files.flatMap(({ findings }) => findings.map(({ rule }) => rule)));
  const own = rules.filter(({ meta }) => said.has(meta.id));
  const indexes = new Map(own.map(({ meta }, index) => [meta.id, index]));
  const results = report.files.flatMap((file) =>
    file.findings.map((finding) => result(file, finding, indexes.get(finding.rule))),
  );
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Airlock',
            semanticVersion: report.version,
            ...(report.pages === undefined ? {} : { informationUri: report.pages.replace(/\/blob\/.*$/, '') }),
            rules: own.map(({ meta }) => {
              const page = pageOf(report, { rule: meta.id, category: meta.category });
              return {
                id: meta.id,
                shortDescription: { text: meta.summary },
                ...(page === undefined ? {} : { helpUri: page }),
                defaultConfiguration: { level: levels[meta.severity] },
                properties: { tags: ['postgresql', 'migration', meta.category] },
              };
            }),
          },
        },
        columnKind: 'utf16CodeUnits',
        results,
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function result({ path }: ReportedFile, finding: ReportedFinding, ruleIndex: number | undefined): Result {
  const { rule, severity, message, range, fingerprint, fixes, places } = finding;
  const artifactLocation = artifact(path);
  return {
    ruleId: rule,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: levels[severity],
    message: { text: message },
    locations: [{ physicalLocation: { artifactLocation, region: regionOf(range) } }],
    ...(places.length === 0
      ? {}
      : {
          relatedLocations: places.map((place, id) => ({
            id,
            physicalLocation: { artifactLocation: artifact(place.path), region: regionOf(place.range) },
            message: { text: place.message },
          })),
        }),
    partialFingerprints: { 'airlockStatement/v1': fingerprint },
    ...(fixes.length === 0
      ? {}
      : {
          fixes: fixes.map(({ title, edits }) => ({
            description: { text: title },
            artifactChanges: [
              {
                artifactLocation,
                replacements: edits.map((edit) => ({
                  deletedRegion: regionOf(edit.range),
                  insertedContent: { text: edit.newText },
                })),
              },
            ],
          })),
        }),
  };
}

function artifact(path: string): { uri: string; uriBaseId?: string } {
  return { uri: uriOf(path), ...(path.startsWith('/') ? {} : { uriBaseId: '%SRCROOT%' }) };
}

/** One-based, as SARIF counts. */
function regionOf({ start, end }: Range): Region {
  return {
    startLine: start.line + 1,
    startColumn: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  };
}

/** A path as a URI reference. */
export function uriOf(path: string): string {
  const encoded = path
    .split('/')
    .map((part) => encodeURIComponent(part))
    .join('/');
  return path.startsWith('/') ? `file://${encoded}` : encoded;
}
