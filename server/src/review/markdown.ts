import { counted, listed } from '../../../rules/engine/words.js';
import { lineOfMessage } from '../analysis/finding-message.js';
import { lockName, whoWaits } from '../impact/locks.js';
import { planLines } from './index-plans.js';
import { codeSpan, fencedBlock, markdownText, tableCell } from './markdown-text.js';
import {
  type CategoryReview,
  categoryTitles,
  type Issue,
  issuesOf,
  notChecked,
  type Review,
  shownResult,
  type StrongestLock,
} from './review.js';
import { grouped } from '../sizes/sizes.js';
import { byteWords, heldMeanwhile, rangeWords } from './durations.js';
import type { Place } from './statements.js';
import { phaseNote } from './table-phases.js';
import { timelineLegend, timelineMarkdown, timelineOf } from './timeline.js';
import type { Verification } from './to-verify.js';

/**
 * Writes a place, such as `0018_cleanup.sql:3`: as a link where there is something to open. With `most`, a longer name
 * is cut to so many characters.
 */
export type PlaceText = (file: string, line: number, most?: number) => string;

const plainPlace: PlaceText = (file, line, most) => codeSpan(`${cut(file, most)}:${line}`);

function cut(name: string, most = name.length): string {
  return name.length <= most ? name : `${name.slice(0, most - 1)}…`;
}

/** A name never breaks, so a long one takes the room of all other columns of a table. The list below has it whole. */
const MOST_IN_CELL = 28;

/** A place in a cell of a table, where a bar would end the cell. */
function placeCell({ file, line }: Place, at: PlaceText): string {
  return at(file, line, MOST_IN_CELL).replaceAll('|', '\\|');
}

/** Places as links. In: the address of a file, encoded; undefined where it has none. */
export function linkedPlaces(addressOf: (file: string) => string | undefined): PlaceText {
  return (file, line, most) => {
    const address = addressOf(file);
    const text = plainPlace(file, line, most);
    return address === undefined ? text : `[${text}](${address}#L${line})`;
  };
}

/** A line for each issue. What a rule says of several lines of a file in the same words is one issue. */
function issueLines(issues: readonly Issue[], at: PlaceText): string[] {
  const groups = new Map<string, Issue[]>();
  for (const each of issues) {
    const { rule, status, message, advice } = each.finding;
    const key = JSON.stringify([each.file, rule, status, message, advice]);
    const group = groups.get(key);
    if (group) group.push(each);
    else groups.set(key, [each]);
  }
  return [...groups.values()].flatMap(([first, ...rest]) => {
    if (!first) return [];
    const { finding, file, line } = first;
    const also = [...new Set(rest.map((each) => each.line))].filter((each) => each !== line);
    const where =
      also.length === 0
        ? at(file, line)
        : `${at(file, line)} (also ${also.length === 1 ? 'line' : 'lines'} ${listed(also.map(String))})`;
    // How often the same is true is seen here: the others are in the list.
    return [
      `- **${finding.status}** ${where} ${finding.rule}: ${markdownText(lineOfMessage({ ...finding, again: 0 }))}`,
    ];
  });
}

/** The cells of a category: what decides its status, the worst first, and what to do about it. */
function issueAndAction({ status, issues, verify, checked, proofs }: CategoryReview, at: PlaceText): [string, string] {
  const issue = issues.find(({ finding }) => finding.status === status);
  const [question] = verify;
  const others = issues.length + verify.length - 1;
  const more = others > 0 ? ` (and ${others} more)` : '';
  if (issue) {
    const { file, line, finding } = issue;
    return [`${placeCell({ file, line }, at)} ${tableCell(finding.message)}${more}`, tableCell(finding.advice) || '–'];
  }
  if (question)
    return [`${placeCell(question, at)} cannot be read from the files${more}`, `Verify: ${tableCell(question.text)}`];
  const [proof] = proofs;
  if (proof)
    return [
      `${tableCell(`${proof.file}: ${proof.text}`)}${proofs.length > 1 ? ` (and ${proofs.length - 1} more)` : ''}`,
      '–',
    ];
  return checked ? ['–', '–'] : [notChecked, '–'];
}

/** Category, status, issue and recommended action: a line for each, those that pass as well. */
export function categoryTable({ categories }: Review, at: PlaceText = plainPlace): string[] {
  return [
    '| Category | Status | Issue | Recommended action |',
    '| --- | --- | --- | --- |',
    ...categories.map(
      (each) => `| ${[categoryTitles[each.category], each.status, ...issueAndAction(each, at)].join(' | ')} |`,
    ),
  ];
}

function verificationLines({ file, line, text, query }: Verification, at: PlaceText): string[] {
  const first = `- ${at(file, line)} Verify: ${markdownText(text)}`;
  return query === undefined ? [first] : [first, '', ...fencedBlock('sql', query).map((each) => `  ${each}`), ''];
}

/** What a rehearsal of the release says of itself, and of each way back. */
export function rehearsalLines({ rehearsal, categories }: Review): string[] {
  if (rehearsal.length === 0) return [];
  const proofs = categories.flatMap((each) => each.proofs);
  return [
    '## Rehearsal',
    '',
    ...rehearsal.map((each) => `- ${markdownText(each)}`),
    ...proofs.map(({ file, text }) => `- ${codeSpan(file)} rollback: ${markdownText(text)}`),
    '',
  ];
}

export function questionLines({ questions, files }: Review, at: PlaceText = plainPlace): string[] {
  if (files.length === 0) return [];
  return [
    '## The questions',
    '',
    ...questions.flatMap(({ question, answer }) => {
      const [first = '', ...rest] = answer.map(({ place, text }) =>
        place ? `${at(place.file, place.line)} ${markdownText(text)}` : markdownText(text),
      );
      return rest.length === 0
        ? [`**${question}** ${first}`, '']
        : [`**${question}**`, '', ...[first, ...rest].map((each) => `- ${each}`), ''];
    }),
  ];
}

export function lockLines({ locks, migrations }: Review, at: PlaceText = plainPlace): string[] {
  if (locks.length === 0) return [];
  const pictures = migrations.flatMap((each) => timelineOf(each) ?? []);
  const shown = pictures.slice(0, MOST_PICTURES);
  return [
    '## Strongest locks',
    '',
    '| Table | Lock | Who waits | Held | Where |',
    '| --- | --- | --- | --- | --- |',
    ...locks.map(
      (lock) =>
        `| ${tableCell(lock.relation)} | ${lockName(lock.mode)} | ${whoWaits(lock.mode)} | ${heldWords(lock)} | ${placeCell(lock, at)} |`,
    ),
    '',
    ...(shown.length === 0 ? [] : ['## Timeline', '', timelineLegend, '']),
    ...shown.flatMap((each) => [`**${markdownText(each.file)}**`, '', ...timelineMarkdown(each)]),
    ...(pictures.length > shown.length
      ? [`${pictures.length - shown.length} more migrations lock tables: see below.`, '']
      : []),
  ];
}

/** What works through whole tables, how long, and what the numbers rest on. */
export function durationLines({ durations }: Review, at: PlaceText = plainPlace): string[] {
  if (durations.length === 0) return [];
  const bases = [...new Set(durations.map(({ estimate }) => estimate.basis))];
  return [
    '## How long',
    '',
    '| Where | Work | Table | Rows | Takes | Held meanwhile | WAL |',
    '| --- | --- | --- | ---: | --- | --- | ---: |',
    ...durations.slice(0, MOST_STATEMENTS).map(({ place, estimate }) => {
      const { work, table, rows, isAssumed, low, high, mode, walBytes } = estimate;
      const cells = [
        placeCell(place, at),
        work,
        tableCell(table.label),
        `${grouped(rows)}${isAssumed ? ' assumed' : ''}`,
        rangeWords(low, high),
        heldMeanwhile(mode),
        byteWords(walBytes),
      ];
      return `| ${cells.join(' | ')} |`;
    }),
    '',
    ...bases.slice(0, 6).flatMap((basis) => [markdownText(basis), '']),
  ];
}

/** How long a lock is held, as far as the statements show. */
export function heldWords({ long, heldThrough }: StrongestLock): string {
  if (heldThrough === 0)
    return long ? 'while the whole table is read or written' : 'for an instant, once it is granted';
  const more = counted(heldThrough, 'more statement');
  return long
    ? `while a whole table is read or written, through ${more}, until the transaction ends`
    : `through ${more}, until the transaction ends`;
}

/** Pictures and statements of a release with hundreds of files would fill a page that nobody reads. */
const MOST_PICTURES = 12;
const MOST_STATEMENTS = 200;

function isSome(places: readonly Place[]): boolean {
  return places.length > 0;
}

export function phaseLines({ phases }: Review, at: PlaceText = plainPlace): string[] {
  // A table that is only expanded has nothing to be checked across the release.
  const mixed = phases.filter((each) => [each.expand, each.migrate, each.contract].filter(isSome).length > 1);
  if (mixed.length === 0) return [];
  const listed = (places: readonly Place[]): string => {
    const texts = places.map((each) => placeCell(each, at));
    return texts.length > 3 ? `${texts.slice(0, 2).join(' ')} and ${texts.length - 2} more` : texts.join(' ');
  };
  return [
    '## Phases',
    '',
    '| Table | Expand | Migrate | Contract |',
    '| --- | --- | --- | --- |',
    ...mixed.map(
      ({ table, expand, migrate, contract }) =>
        `| ${tableCell(table)} | ${[expand, migrate, contract].map(listed).join(' | ')} |`,
    ),
    '',
    ...mixed.flatMap(phaseNote).flatMap((each) => [`- ${markdownText(each)}`, '']),
  ];
}

export function lostLines({ lost }: Review, at: PlaceText = plainPlace): string[] {
  if (lost.length === 0) return [];
  return [
    '## What the release before can no longer do',
    '',
    ...lost.map(({ file, line, text }) => `- ${at(file, line)} ${markdownText(text)}`),
    '',
  ];
}

export function statementLines({ migrations }: Review): string[] {
  const lines: string[] = [];
  let left = MOST_STATEMENTS;
  for (const { file, phases, statements } of migrations) {
    if (statements.length === 0 || left <= 0) continue;
    const shown = statements.slice(0, left);
    left -= shown.length;
    lines.push(
      `### ${markdownText(file)}: ${phases.join(' → ') || 'no phase'}`,
      '',
      ...shown.map(
        ({ line, phase, does, waits }) =>
          `- line ${line}${phase ? `, ${phase}` : ''}: ${markdownText([does, waits].filter((each) => each !== '').join(' '))}`,
      ),
      ...(shown.length < statements.length ? [`- ${statements.length - shown.length} more`] : []),
      '',
    );
  }
  return lines.length === 0 ? [] : ['## Statement by statement', '', ...lines];
}

/**
 * The review as Markdown: verdict, categories, what to change, the questions, locks with their picture, statements. In:
 * false where something could not be read.
 */
export function reviewMarkdown(review: Review, at: PlaceText = plainPlace, isAllRead = true): string {
  const { verdict, reason } = shownResult(review, isAllRead);
  const lines = [
    `# Migration review: ${verdict}`,
    '',
    reason,
    '',
    `${review.files.length} pending migration${review.files.length === 1 ? '' : 's'} for PostgreSQL ${review.postgres}${review.applied > 0 ? `; ${review.applied} already applied, not judged` : ''}.`,
    '',
    ...(review.isEmpty ? [] : [...categoryTable(review, at), '']),
  ];
  const issues = issuesOf(review);
  if (issues.length > 0) lines.push('## What to change', '', ...issueLines(issues, at), '');
  lines.push(
    ...rehearsalLines(review),
    ...planLines(review.plans),
    ...(review.isEmpty ? [] : questionLines(review, at)),
    ...lockLines(review, at),
    ...durationLines(review, at),
    ...phaseLines(review, at),
  );
  if (review.verify.length + review.notes.length > 0)
    lines.push(
      '## Verify',
      '',
      ...review.verify.flatMap((each) => verificationLines(each, at)),
      ...review.notes.map((each) => `- Verify: ${markdownText(each)}`),
      '',
    );
  lines.push(...lostLines(review, at), ...statementLines(review));
  return `${lines.join('\n').trimEnd()}\n`;
}
