import type { Analysis } from '../analysis/analyze.js';
import type { CodeEvidence, Finding } from '../analysis/finding.js';
import { visibleLine } from '../sql/visible.js';
import type { Found, SearchResult } from './search.js';
import { byStrength, type CodeUse } from './use.js';
import { carriersOf, type Wanted } from './wanted.js';

/** So many places stand in the words of a finding; the others stand beside it. */
const NAMED = 3;

/** The findings with what was found in the code. What is not in the result was not searched, and stays as it is. */
export function withUses(analysis: Analysis, result: SearchResult): Analysis {
  if (result.files === 0) return analysis;
  const known = new Map<Finding, Known>();
  for (const { finding, key } of carriersOf(analysis)) {
    const found = result.found.get(key);
    if (!found) continue;
    const { wanted, uses, served, inCode } = found;
    const isUnused = wanted.kind !== 'index' && inCode === 0;
    const unused = isUnused ? [{ label: wanted.label, searched: searched(result) }] : [];
    known.set(finding, { text: sentence(found, result), uses: [...uses, ...served], unused });
  }
  if (known.size === 0) return analysis;
  const findings = analysis.findings.map((finding) => {
    const own = known.get(finding);
    const others =
      finding.again === undefined ? [] : spokenFor(finding, analysis.findings).flatMap((each) => known.get(each) ?? []);
    const all = [...(own ? [own] : []), ...others];
    if (all.length === 0) return finding;
    const texts = [...new Set(all.map(({ text }) => text))];
    const places = all.flatMap(({ uses }) => uses).sort(byStrength);
    const advice = [finding.advice, ...texts].filter((text) => text !== '').join(' ');
    return { ...finding, advice, code: { places, unused: all.flatMap(({ unused }) => unused) } };
  });
  return { ...analysis, findings };
}

/** What is said of one finding. */
interface Known {
  readonly text: string;
  readonly uses: readonly CodeUse[];
  readonly unused: CodeEvidence['unused'];
}

/** The findings that are folded into one. */
function spokenFor({ rule, action }: Finding, findings: readonly Finding[]): Finding[] {
  const table = action && 'table' in action ? action.table?.name : undefined;
  return findings.filter(
    (each) =>
      each.rule === rule &&
      each.severity === 'hint' &&
      each.action !== undefined &&
      each.action !== action &&
      'table' in each.action &&
      each.action.table?.name === table,
  );
}

/** What was found of a name, or that nothing was, with what was searched. */
export function sentence(found: Found, result: SearchResult): string {
  const { wanted } = found;
  if (wanted.kind === 'index') return indexSentence(wanted, found, result);
  const label = visibleLine(wanted.label);
  const { uses, inCode, inTests, files } = found;
  const running = uses.filter(({ isTest }) => !isTest);
  const inTest = inTests === 0 ? '' : ` ${counted(inTests, 'place')} in tests.`;
  if (inCode === 0) return `No use of ${label} in ${searched(result)}.${inTest && ` But${inTest}`}`;
  const isCertain = running[0]?.certainty !== 'possible';
  const where = placesText(running, inCode);
  return isCertain
    ? `The code uses ${label} in ${counted(inCode, 'place')} of ${counted(files, 'file')}: ${where}.${inTest && ` Also${inTest}`}`
    : `${counted(inCode, 'place')} of the code may mean ${label}: ${where}.${inTest && ` Also${inTest}`}`;
}

function indexSentence(
  { label, leading, table, name: dropped }: Extract<Wanted, { kind: 'index' }>,
  found: Found,
  result: SearchResult,
): string {
  const { served, servedCount, uses, inCode } = found;
  const name = visibleLine(label);
  const named = inCode === 0 ? '' : ` The code names ${name}: ${placesText(uses, inCode)}.`;
  // Nobody doubts a new index because its query is yet to be written.
  if (leading === undefined || (servedCount === 0 && dropped === undefined)) return named.trim();
  const column = `${visibleLine(table.name)}.${visibleLine(leading)}`;
  if (servedCount === 0)
    return `No query in the SQL strings of ${filesText(result)} finds or orders rows by ${column}; the queries that an ORM makes are not seen.${named}`;
  return `${counted(servedCount, 'query', 'queries')} in the code ${servedCount === 1 ? 'finds or orders' : 'find or order'} rows by ${column}: ${placesText(served, servedCount)}.${named}`;
}

function placesText(uses: readonly CodeUse[], count: number): string {
  const shown = uses.slice(0, NAMED).map(({ name, line, kind, certainty }) => {
    const doubt = certainty === 'possible' ? ', possibly' : '';
    return `${visibleLine(name)}:${line + 1} (${kind}${doubt})`;
  });
  const more = count - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${number(more)} more` : ''}`;
}

/** "3,120 files: SQL strings, Prisma models and identifiers". */
export function searched(result: SearchResult): string {
  const { orms } = result;
  const models = orms.length === 0 ? [] : [`models of ${orms.join(', ')}`];
  return `${filesText(result)}: ${['SQL strings', ...models, 'identifiers'].join(', ')}`;
}

function filesText({ files, isCut }: SearchResult): string {
  return `${isCut ? 'the first ' : ''}${number(files)} ${files === 1 ? 'file' : 'files'}`;
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
