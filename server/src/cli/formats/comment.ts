import { counted } from '../../../../rules/engine/words.js';
import { planLines } from '../../review/index-plans.js';
import { htmlText, markdownText } from '../../review/markdown-text.js';
import {
  categoryTable,
  durationLines,
  lockLines,
  lostLines,
  phaseLines,
  questionLines,
  rehearsalLines,
  statementLines,
} from '../../review/markdown.js';
import type { Review } from '../../review/review.js';
import { commentMark, counts, details, headline } from './markdown.js';
import type { GateReport } from './report.js';

/** A comment of GitHub has 65,536 characters at most; some room stays for what a script puts around. */
const LIMIT = 60_000;

/**
 * A review as a comment of a pull request: verdict, reason and the table of categories in sight; the findings folded
 * away by file, then the questions, locks and phases. What has no room is counted and left to the log of the job.
 */
export function comment(report: GateReport, review: Review, limit = LIMIT): string {
  const bad = report.files.filter(({ findings }) => findings.length > 0);
  const head = [
    commentMark,
    `## Airlock: ${headline(report)}`,
    '',
    ...(report.files.length === 0
      ? []
      : [
          markdownText(review.reason),
          '',
          `${counted(report.files.length, 'migration')} for PostgreSQL ${report.postgres}: ${counts(bad.flatMap(({ findings }) => findings))}.`,
          '',
          ...categoryTable(review),
          '',
        ]),
  ].join('\n');
  const tail = [
    ...report.notes.map((note) => `> ${markdownText(note)}\n`),
    ...(report.leftOut.length === 0 ? [] : [`${counted(report.leftOut.length, 'file')} left out.\n`]),
  ].join('\n');
  const parts = [
    ...bad.map((file) => details(report, file)),
    folded('Rehearsal', rehearsalLines(review)),
    folded('Plans of queries', planLines(review.plans)),
    folded('The questions', questionLines(review)),
    folded('Locks and who waits', lockLines(review)),
    folded('How long', durationLines(review)),
    folded('Phases', phaseLines(review)),
    folded('What the release before can no longer do', lostLines(review)),
    folded('Statement by statement', statementLines(review)),
  ].filter((each) => each !== '');
  let length = head.length + tail.length + 200;
  const shown: string[] = [];
  for (const part of parts) {
    if (length + part.length > limit) break;
    shown.push(part);
    length += part.length;
  }
  const files = Math.max(0, bad.length - shown.length);
  const left = parts.length - shown.length;
  const what = files > 0 ? counted(files, 'file') : counted(left, 'section');
  const rest = left === 0 ? '' : `${what} more: this comment has no room for them. The job's log has all.\n\n`;
  return `${head}\n${shown.join('')}${rest}${tail}`;
}

/** What stands in the place of a review that was not made, and of one that an earlier run has made. */
export function couldNotRun(why: string): string {
  return `${commentMark}\n## Airlock: could not run\n\nNothing was judged. ${markdownText(why)}\n`;
}

/** Lines of Markdown behind a title that opens them; "" for none. Their own heading is the title. */
function folded(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  const body = lines[0]?.startsWith('## ') ? lines.slice(1) : lines;
  return `<details><summary>${htmlText(title)}</summary>\n\n${body.join('\n').trim()}\n\n</details>\n\n`;
}
