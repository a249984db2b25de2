import { counted } from '../../../../rules/engine/words.js';
import { codeSpan, fencedBlock, htmlText, markdownText } from '../../review/markdown-text.js';
import { type GateReport, pageOf, type ReportedFile, type ReportedFinding, verifyRule } from './report.js';

/** By this line the comment of an earlier run is known. Nobody sees it. */
export const commentMark = '<!-- airlock -->';

/** A comment of GitHub has 65,536 characters at most; some room stays for what a script puts around. */
const LIMIT = 60_000;

/** The report as a comment of a pull request: the verdict, a table of the files, each with its findings folded away. */
export function markdown(report: GateReport, limit = LIMIT): string {
  const bad = report.files.filter(({ findings }) => findings.length > 0);
  const head = [
    commentMark,
    `## Airlock: ${headline(report)}`,
    '',
    `${counted(report.files.length, 'migration')} for PostgreSQL ${report.postgres}: ${counts(bad.flatMap(({ findings }) => findings))}.`,
    '',
    ...(bad.length === 0
      ? []
      : ['| Migration | Verdict | Findings |', '| --- | --- | --- |', ...bad.slice(0, 100).map(row), '']),
  ].join('\n');
  const tail = [
    ...report.notes.map((note) => `> ${markdownText(note)}\n`),
    ...(report.leftOut.length === 0 ? [] : [`${counted(report.leftOut.length, 'file')} left out.\n`]),
  ].join('\n');
  const parts: string[] = [];
  let length = head.length + tail.length + 200;
  let left = bad.length;
  for (const file of bad) {
    const part = details(report, file);
    if (length + part.length > limit) break;
    parts.push(part);
    length += part.length;
    left -= 1;
  }
  const rest =
    left === 0 ? '' : `${counted(left, 'file')} more: this comment has no room for them. The job's log has all.\n\n`;
  return `${head}${parts.join('')}${rest}${tail}`;
}

/** The verdict, where there is one: of no migration nothing is said, and what could not be read is not safe. */
export function headline({ files, verdict, failed }: GateReport): string {
  if (failed && verdict !== 'BLOCK') return "could not read everything; the job's log says what";
  return files.length === 0 ? 'no migration to review' : verdict;
}

function row({ path, verdict, findings }: ReportedFile): string {
  return `| ${codeSpan(path).replaceAll('|', '\\|')} | ${verdict} | ${counts(findings)} |`;
}

/** "2 errors, 1 warning, 3 to verify". */
export function counts(findings: readonly ReportedFinding[]): string {
  const of = (severity: string): number => findings.filter((each) => each.severity === severity).length;
  const [errors, warnings] = [of('error'), of('warning')];
  const asked = findings.filter(({ rule }) => rule === verifyRule).length;
  const others = findings.length - errors - warnings - asked;
  return [
    counted(errors, 'error'),
    counted(warnings, 'warning'),
    ...(asked > 0 ? [`${asked} to verify`] : []),
    ...(others > 0 ? [`${others} for information`] : []),
  ].join(', ');
}

/** A question of the author's with the query that answers it. */
function verification({ message, range }: ReportedFinding): string {
  const [what = '', ...query] = message.split('\n');
  const lines = query.length === 0 ? [] : ['', ...fencedBlock('sql', query.join('\n')).map((each) => `  ${each}`), ''];
  return [`- line ${range.start.line + 1} ${markdownText(what)}`, ...lines].join('\n');
}

/** What was found in a file, behind a title that opens it. */
export function details(report: GateReport, { path, findings }: ReportedFile): string {
  const lines = findings.map((finding) => {
    const { rule, severity, message, range, fixes } = finding;
    const page = pageOf(report, finding);
    if (rule === verifyRule) return verification(finding);
    const name = page === undefined ? codeSpan(rule) : `[${codeSpan(rule)}](${page})`;
    const [what = '', todo] = message.split('\n');
    const advice = todo === undefined ? '' : `<br>${markdownText(todo)}`;
    const fix = fixes.length === 0 ? '' : `<br>_Fix: ${markdownText(fixes[0]?.title ?? '')}_`;
    return `- **${severity}** line ${range.start.line + 1} ${name}: ${markdownText(what)}${advice}${fix}`;
  });
  return `<details><summary><code>${htmlText(path)}</code>: ${counts(findings)}</summary>\n\n${lines.join('\n')}\n\n</details>\n\n`;
}
