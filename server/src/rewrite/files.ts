import { baseName, directoryOf, type Framework } from '../frameworks/framework.js';
import { doBlock } from '../schema/safe-statements.js';
import { lineEndOf } from '../sql/line-ends.js';
import { quoteLiteral } from '../sql/quote.js';
import type { Phase, Plan } from './plan.js';
import { commentText, rendered, sessionHead, type Surroundings } from './session.js';

/** A migration file to write. */
export interface MigrationFile {
  readonly path: string;
  readonly sql: string;
  /** False when the file must not run inside a transaction. */
  readonly transactional: boolean;
  /** Set where it ships in a later release than the file before it: what must be deployed by then. */
  readonly gate?: string | undefined;
}

/** The files of a safe form. */
export interface PlannedFiles {
  /** The edited file first, where it is edited; then the new ones in the order in which they run. */
  readonly files: readonly MigrationFile[];
  /** What takes each new file back, where the migration tool keeps it. */
  readonly downs: readonly MigrationFile[];
}

/** Where the statement stands that a plan replaces. */
export interface Place {
  readonly path: string;
  readonly text: string;
  /** From the first character of the statement to behind its semicolon. */
  readonly start: number;
  readonly end: number;
  /** Who has opened the transaction that the statement runs in: the file with BEGIN, the tool, or nobody. */
  readonly transaction: 'begin' | 'framework' | undefined;
  /** True when the statements behind it run behind the last phase, in a file of their own. */
  readonly movesRest: boolean;
  readonly around: Surroundings;
}

/**
 * The files of a plan, in the order in which they run. The first phase takes the place of the statement; every other
 * phase is a new file behind all that exist, and so are the statements behind it where they depend on it.
 * In: the paths of all migrations of the directory. Out: whole texts in the line ends of the file.
 */
export function planFiles(plan: Plan, place: Place, existing: readonly string[], framework: Framework): PlannedFiles {
  const [first] = plan.phases;
  const inPlace = first !== undefined && (first.transactional || place.transaction === undefined);
  const own = inPlace ? plan.phases.slice(1) : plan.phases;
  const rest = place.movesRest ? place.text.slice(place.end).replace(/^[^\S\n]*\r?\n/, '') : '';
  const restSlug = `${baseName(place.path)
    .replace(/^[vV]?[\d._-]+/, '')
    .replace(/(?:\.up)?\.\w+$/, '')}_rest`;
  const slugs = [...own.map(({ slug }) => slug), ...(rest === '' ? [] : [restSlug])];
  const paths = framework.nextPaths(existing, slugs, directoryOf(place.path));
  const newline = lineEndOf(place.text);
  const file = (path: string, sql: string, transactional: boolean, gate?: string): MigrationFile => ({
    path,
    sql: sql.replace(/\r?\n/g, newline),
    transactional,
    gate,
  });
  const { around } = place;
  const apart = { local: false, inFile: false };
  const pathOf = (index: number): string => paths[index] ?? `${slugs[index]}.sql`;
  const files = own.map((phase, index) =>
    file(
      pathOf(index),
      heading(plan, phase) + sessionHead(around, phase.statements) + rendered(phase.statements, around, apart),
      phase.transactional,
      phase.gate,
    ),
  );
  const downs = own.map((phase, index) =>
    file(
      framework.downPath(pathOf(index)),
      `-- Takes ${commentText(baseName(pathOf(index)))} back.\n${
        phase.noWayBack !== undefined
          ? noWayBack(baseName(pathOf(index)), phase.noWayBack)
          : phase.back.length === 0
            ? '-- There is nothing to run: what it did is taken back by the step before, or harms nobody.\n'
            : sessionHead(around, phase.back) + rendered(phase.back, around, apart)
      }`,
      phase.backTransactional,
    ),
  );
  if (rest !== '') {
    const head = `-- What stood behind step 1 in ${commentText(baseName(place.path))}, and needs all steps.\n`;
    files.push(file(pathOf(own.length), head + sessionHead(around, []) + rest, true));
  }
  const edited = inPlace
    ? heading(plan, first) +
      rendered(first.statements, around, { local: place.transaction !== undefined, inFile: true })
    : '';
  const text = replaced(place, edited.replace(/\n$/, '').replace(/\r?\n/g, newline));
  return {
    files: [{ path: place.path, sql: text, transactional: inPlace ? first.transactional : true }, ...files],
    downs,
  };
}

/** Fails, so that nobody takes back what stands before it as if this had been taken back. */
function noWayBack(name: string, why: string): string {
  const message = quoteLiteral(`${name} cannot be taken back by itself: ${why}`.replaceAll('%', '%%'));
  return `-- It cannot be taken back by itself: ${commentText(why)}\n${doBlock([`RAISE EXCEPTION ${message};`])};\n`;
}

function replaced({ text, start, end, movesRest }: Place, edited: string): string {
  const behind = movesRest ? lineEndOf(text) : text.slice(end);
  return text.slice(0, start) + edited + behind;
}

/** The line by which a file is known for a step of a split, and in which release it ships. */
const stepLine = /^-- Airlock step (\d+) of (\d+)\b/m;
const gateLine = /^-- In a later release than the step before: /m;

/** True for a file that a split has written to be shipped in a later release than the file before it. */
export function shipsLater(text: string): boolean {
  const head = text.slice(0, 2000);
  return stepLine.test(head) && gateLine.test(head);
}

/** What a person reads at the top of a file: which step it is, when it ships, why, and how to see that it has worked. */
function heading({ phases, before }: Plan, phase: Phase): string {
  const number = phases.indexOf(phase) + 1;
  const lines = [`Airlock step ${number} of ${phases.length}: ${lowerFirst(phase.title)}.`, phase.why];
  if (phase.gate !== undefined) lines.push(`In a later release than the step before: ship it when ${phase.gate}`);
  if (number === 1 && before !== undefined) lines.push(`Before: ${before}`);
  lines.push(...(phase.notes ?? []));
  if (phase.verify !== undefined) lines.push(`To verify: ${phase.verify}`);
  return lines.map((line) => `-- ${commentText(line)}\n`).join('');
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
