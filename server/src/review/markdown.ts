import { lineOfMessage } from '../analysis/finding-message.js';
import { lockName, whoWaits } from '../impact/locks.js';
import { codeCell, codeSpan, fencedBlock, markdownText, tableCell } from './markdown-text.js';
import { type CategoryReview, categoryTitles, type Issue, issuesOf, notChecked, type Review } from './review.js';
import type { Verification } from './to-verify.js';

function issueLine({ file, line, finding }: Issue): string {
  return `- **${finding.status}** ${codeSpan(`${file}:${line}`)} ${finding.rule}: ${markdownText(lineOfMessage(finding))}`;
}

/** The cells of a category: what decides its status, the worst first, and what to do about it. */
function issueAndAction({ status, issues, verify, checked }: CategoryReview): [string, string] {
  const issue = issues.find(({ finding }) => finding.status === status);
  const [question] = verify;
  const others = issues.length + verify.length - 1;
  const more = others > 0 ? ` (and ${others} more)` : '';
  if (issue) {
    const { file, line, finding } = issue;
    return [`${codeCell(`${file}:${line}`)} ${tableCell(finding.message)}${more}`, tableCell(finding.advice) || '–'];
  }
  if (question)
    return [
      `${codeCell(`${question.file}:${question.line}`)} cannot be read from the files${more}`,
      `Verify: ${tableCell(question.text)}`,
    ];
  return checked ? ['–', '–'] : [notChecked, '–'];
}

function verificationLines({ file, line, text, query }: Verification): string[] {
  const first = `- ${codeSpan(`${file}:${line}`)} Verify: ${markdownText(text)}`;
  return query === undefined ? [first] : [first, '', ...fencedBlock('sql', query).map((each) => `  ${each}`), ''];
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
    '| Category | Status | Issue | Recommended action |',
    '| --- | --- | --- | --- |',
    ...review.categories.map(
      (each) => `| ${[categoryTitles[each.category], each.status, ...issueAndAction(each)].join(' | ')} |`,
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
  if (review.verify.length + review.notes.length > 0)
    lines.push(
      '## Verify',
      '',
      ...review.verify.flatMap(verificationLines),
      ...review.notes.map((each) => `- Verify: ${markdownText(each)}`),
      '',
    );
  return `${lines.join('\n').trimEnd()}\n`;
}
