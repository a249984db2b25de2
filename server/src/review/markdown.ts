import { lineOfMessage } from '../analysis/finding-message.js';
import { lockName, whoWaits } from '../impact/locks.js';
import { codeCell, codeSpan, markdownText, tableCell } from './markdown-text.js';
import { categoryTitles, type Issue, issuesOf, notChecked, type Review } from './review.js';

function issueLine({ file, line, finding }: Issue): string {
  return `- **${finding.status}** ${codeSpan(`${file}:${line}`)} ${finding.rule}: ${markdownText(lineOfMessage(finding))}`;
}

/** The review as Markdown: verdict, categories, what to change, locks. */
export function reviewMarkdown(review: Review): string {
  const lines = [
    `# Migration review: ${review.verdict}`,
    '',
    review.reason,
    '',
    `${review.files.length} pending migration${review.files.length === 1 ? '' : 's'} for PostgreSQL ${review.postgres}${review.applied > 0 ? `; ${review.applied} already applied, not judged` : ''}.`,
    '',
    '| Risk | Status | Findings |',
    '| --- | --- | --- |',
    ...review.categories.map(
      (each) =>
        `| ${categoryTitles[each.category]} | ${each.status} | ${each.issues.length || (each.checked ? '–' : notChecked)} |`,
    ),
    '',
  ];
  const issues = issuesOf(review);
  if (issues.length > 0) lines.push('## What to change', '', ...issues.map(issueLine), '');
  if (review.locks.length > 0) {
    lines.push(
      '## Strongest locks',
      '',
      '| Table | Lock | Who waits | Held | Where |',
      '| --- | --- | --- | --- | --- |',
      ...review.locks.map(
        (lock) =>
          `| ${tableCell(lock.relation)} | ${lockName(lock.mode)} | ${whoWaits(lock.mode)} | ${lock.long ? 'while the whole table is read or written' : 'for an instant, once it is granted'} | ${codeCell(`${lock.file}:${lock.line}`)} |`,
      ),
      '',
    );
  }
  if (review.verify.length > 0)
    lines.push('## Verify', '', ...review.verify.map((each) => `- Verify: ${markdownText(each)}`), '');
  return `${lines.join('\n').trimEnd()}\n`;
}
