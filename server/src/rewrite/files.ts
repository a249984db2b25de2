import {
  baseName,
  migrationName,
  type NewMigration,
  type Outside,
  type Project,
  type WritePlace,
  type WrittenFile,
} from '../frameworks/framework.js';
import { withWritten } from '../frameworks/written-files.js';
import { withStatementMarks } from '../frameworks/statement-marks.js';
import { doBlock } from '../schema/safe-statements.js';
import { lineEndOf } from '../sql/line-ends.js';
import { quoteLiteral } from '../sql/quote.js';
import { isMarkable, isScript, outsideTransaction } from '../sql/script-marks.js';
import type { Span } from '../sql/span.js';
import { isRefused, type Phase, type PhaseStatement, type Plan, type Refusal } from './plan.js';
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
  /** What takes each new file back, where the migration tool keeps it in a file of its own. */
  readonly downs: readonly MigrationFile[];
  /** What the tool needs besides: a file that says how one runs, a journal. One that is there is replaced. */
  readonly beside: readonly WrittenFile[];
}

/** Where the statement stands that a plan replaces. */
export interface Place {
  readonly path: string;
  readonly text: string;
  /** From the first character of the statement to behind its semicolon. */
  readonly start: number;
  readonly end: number;
  /** The stretch of the file that runs with it: what stands behind is another migration, or the way back. */
  readonly section: Span;
  /** Where nothing else runs in that stretch but settings of timeouts, BEGIN and COMMIT: those; else undefined. */
  readonly settings: readonly Span[] | undefined;
  /** Who has opened the transaction that the statement runs in: the file with BEGIN, the tool, or nobody. */
  readonly transaction: 'begin' | 'framework' | undefined;
  /** True when the statements behind it run behind the last phase, in a file of their own. */
  readonly movesRest: boolean;
  readonly around: Surroundings;
  /** The tool and the folder, for the new files. */
  readonly write: WritePlace;
}

/** In the text of a way back: the name of the migration, which is chosen when all of them are known. */
const ownName = '\u0001';

/** A migration to write, with what is known of it beside its text. */
interface Planned extends NewMigration {
  readonly gate?: string | undefined;
}

/**
 * The files of a plan, in the order in which they run. The first phase takes the place of the statement; every other
 * phase is a new migration behind all that exist, and so are the statements behind it where they depend on it.
 * Out: whole texts in the line ends of the file, or why the migration tool cannot run them.
 */
export function planFiles(plan: Plan, place: Place): PlannedFiles | Refusal {
  const [first] = plan.phases;
  const { text, around, write } = place;
  const { framework } = write.project;
  const outside = framework.outside(write.project);
  const newline = lineEndOf(text);
  const { statementMarks } = framework;
  const asTool = (sql: string): string => (statementMarks ? withStatementMarks(sql, statementMarks) : sql);
  const inNewlines = (sql: string): string => sql.replace(/\r?\n/g, newline);
  const inPlace = first !== undefined && (first.transactional || place.transaction === undefined);
  // A file with nothing else in it is not emptied for a new one: it is run without a transaction itself.
  const marked =
    first && !inPlace && place.settings && fitsAlone(first, outside, around)
      ? markedFile(place, inNewlines(markedText(plan, first, place, place.settings, outside)))
      : undefined;
  const own = inPlace || marked ? plan.phases.slice(1) : plan.phases;
  const migrations: Planned[] = [];
  for (const phase of own) {
    const made = migrationsOf(plan, phase, around, outside, write.project);
    if ('refused' in made) return made;
    migrations.push(...made);
  }
  const start =
    marked?.text ??
    replaced(
      place,
      inPlace && first ? inNewlines(asTool(edited(plan, first, around, place.transaction !== undefined, outside))) : '',
    );
  // What is written beside goes on from the file as it will be.
  const behind = {
    ...write,
    project: {
      ...write.project,
      files: isScript(start)
        ? write.project.files
        : withWritten(write.project.files, [{ path: place.path, text: start }]),
    },
  };
  const rest = restOf(place);
  if (rest !== '') {
    const head = `-- What stood behind step 1 in ${commentText(baseName(place.path))}, and needs all steps.\n`;
    const up = head + sessionHead(around, []) + rest;
    migrations.push({ slug: restSlug(place.path), up, down: undefined, outside: false, downOutside: false });
  }
  const written = writtenFiles(migrations, behind, newline);
  if (isRefused(written)) return written;
  if (written.files.some((each) => each.path === place.path)) return noPlace(write.project);
  const files: MigrationFile[] = [
    { path: place.path, sql: start, transactional: marked ? false : inPlace ? first.transactional : true },
    ...written.files,
  ];
  return { files, downs: written.downs, beside: [...(marked?.beside ?? []), ...written.beside] };
}

/**
 * The files of a plan that replaces nothing: all of them are new migrations behind those that exist. `phases`: those of
 * the plan that are to be written now.
 */
export function planNewFiles(
  plan: Plan,
  around: Surroundings,
  write: WritePlace,
  phases: readonly Phase[] = plan.phases,
): PlannedFiles | Refusal {
  const outside = write.project.framework.outside(write.project);
  const migrations: Planned[] = [];
  for (const phase of phases) {
    const made = migrationsOf(plan, phase, around, outside, write.project);
    if ('refused' in made) return made;
    migrations.push(...made);
  }
  return writtenFiles(migrations, write, '\n');
}

/** Migrations in the form of the tool. `write`: the project as it is before the first of them. */
function writtenFiles(migrations: readonly Planned[], write: WritePlace, newline: string): PlannedFiles | Refusal {
  const { framework } = write.project;
  const inNewlines = (sql: string): string => sql.replace(/\r?\n/g, newline);
  const paths = framework.nextPaths(
    migrations.map(({ slug }) => slug),
    write,
  );
  const written = framework.write(
    migrations.map((each, index) => {
      const name = migrationName(paths[index] ?? each.slug);
      const down = each.down && `-- Takes ${commentText(name)} back.\n${each.down.replaceAll(ownName, name)}`;
      return { ...each, up: inNewlines(each.up), down: down && inNewlines(down) };
    }),
    write,
  );
  if (written.some(({ up }) => write.existing.includes(up.path)) || written.length < migrations.length)
    return noPlace(write.project);
  const files = written.map(({ up }, index) => ({
    path: up.path,
    sql: up.text,
    transactional: migrations[index]?.outside !== true,
    gate: migrations[index]?.gate,
  }));
  const downs = written.flatMap(({ down }, index) =>
    down ? [{ path: down.path, sql: down.text, transactional: migrations[index]?.downOutside !== true }] : [],
  );
  return { files, downs, beside: written.flatMap(({ beside }) => beside) };
}

function noPlace({ framework }: Project): Refusal {
  return {
    refused: `${framework.title} has no file of its own for the next step: write it by hand as the next ${framework.unit ?? 'migration'}.`,
  };
}

/** The first phase in the place of the statement. */
function edited(plan: Plan, first: Phase, around: Surroundings, local: boolean, outside: Outside): string {
  return (heading(plan, first, outside) + rendered(first.statements, around, { local, inFile: true })).replace(
    /\n$/,
    '',
  );
}

/** The file as it runs outside a transaction: with the tool's mark, or, where the file itself began one, without that. */
function markedFile({ transaction, path, write: { project } }: Place, text: string) {
  if (transaction === 'begin') return { text, beside: [] };
  // Of code it is the script that is planned with; how the code says it is known where that is written back.
  if (isScript(text)) return isMarkable(text) ? { text: outsideTransaction(text), beside: [] } : undefined;
  return project.framework.mark?.(path, text, project);
}

/** The file with the first phase alone in its stretch, for a file that runs outside a transaction from now on. */
function markedText(plan: Plan, first: Phase, place: Place, settings: readonly Span[], outside: Outside): string {
  const { holds } = outside;
  const bare: Surroundings = { ...place.around, settings: new Map() };
  const body =
    holds === 'one'
      ? alone(first.statements[0], '')
      : sessionHead(place.around, first.statements) + rendered(first.statements, bare, { local: false, inFile: false });
  const text =
    place.text.slice(0, place.start) +
    (heading(plan, first, outside) + body).replace(/\n$/, '') +
    place.text.slice(place.end);
  // From the end, so that what stands before keeps its place: a statement behind has moved by what was put in.
  const moved = text.length - place.text.length;
  return withoutSpans(
    text,
    settings.map(({ start, end }) =>
      start < place.start ? { start, end } : { start: start + moved, end: end + moved },
    ),
  );
}

/** The text without some stretches, and without the lines that they leave empty. */
export function withoutSpans(text: string, spans: readonly Span[]): string {
  let left = text;
  for (const { start, end } of [...spans].sort((a, b) => b.start - a.start)) {
    const isWholeLine = /(?:^|[\r\n])[^\S\r\n]*$/.test(left.slice(0, start));
    const behind = left.slice(end);
    left = left.slice(0, start) + (isWholeLine ? behind.replace(/^[^\S\r\n]*(?:\r\n|[\r\n])/, '') : behind);
  }
  return left;
}

/** What a phase is as migrations: one, or one for each statement where the tool sends a file as one query. */
function migrationsOf(
  plan: Plan,
  phase: Phase,
  around: Surroundings,
  outside: Outside,
  { framework }: Project,
): Planned[] | Refusal {
  const apart = { local: false, inFile: false };
  const { slug, gate, statements, back, noWayBack, transactional, backTransactional } = phase;
  const needs = !transactional || !backTransactional;
  if (needs && outside.holds === 'nothing')
    return { refused: `${framework.title} cannot run a step of it: it goes ${outside.where}.` };
  const text = (list: readonly PhaseStatement[]): string => sessionHead(around, list) + rendered(list, around, apart);
  const nothing = `-- ${commentText(phase.backNote ?? 'There is nothing to run: what it did is taken back by the step before, or harms nobody.')}\n`;
  const wayBack = noWayBack !== undefined ? noWayBackSql(noWayBack) : back.length === 0 ? nothing : text(back);
  if (!needs || outside.holds === 'many')
    return [
      {
        slug,
        gate,
        up: heading(plan, phase, outside) + text(statements),
        down: wayBack,
        outside: !transactional,
        downOutside: !backTransactional,
      },
    ];
  const session = untimed(around);
  if (session !== '')
    return {
      refused: `${framework.title} sends a file as one query, so that what runs outside a transaction stands alone in it, and ${session.split('\n', 1)[0]} cannot stand before it.`,
    };
  // What goes back in several statements outside a transaction has no place in one query.
  const goesBack = backTransactional || back.length <= (transactional ? 1 : statements.length);
  const noRoom = noWayBackSql(
    `its ${back.length} statements cannot run in one transaction, and ${framework.title} sends a file as one query.`,
  );
  if (transactional)
    return [
      {
        slug,
        gate,
        up: heading(plan, phase, outside) + text(statements),
        down: !goesBack ? noRoom : backTransactional ? wayBack : alone(back[0], nothing),
        outside: false,
        downOutside: goesBack && !backTransactional,
      },
    ];
  // One by one: the way back of all of them runs with the last, which is taken back first.
  const undoOf = (index: number): string => {
    if (goesBack && !backTransactional) return alone(back[statements.length - 1 - index], nothing);
    if (index < statements.length - 1) return nothing;
    return goesBack ? wayBack : noRoom;
  };
  return statements.map((statement, index) => ({
    slug: statements.length === 1 ? slug : `${slug}_${index + 1}`,
    gate: index === 0 ? gate : undefined,
    up: heading(plan, phase, outside) + alone(statement, nothing),
    down: undoOf(index),
    outside: true,
    downOutside: goesBack && !backTransactional,
  }));
}

/** A statement by itself, without a SET that would make two statements of it. */
function alone(statement: PhaseStatement | undefined, nothing: string): string {
  if (!statement) return nothing;
  return `${statement.note === undefined ? '' : `-- ${commentText(statement.note)}\n`}${statement.sql};\n`;
}

/** What the session has to have beside timeouts, which would only end what runs alone. */
function untimed(around: Surroundings): string {
  return sessionHead(
    { ...around, settings: new Map([...around.settings].filter(([name]) => !/_timeout$/.test(name))) },
    [],
  );
}

function fitsAlone(phase: Phase, { holds }: Outside, around: Surroundings): boolean {
  return holds === 'many' || (holds === 'one' && phase.statements.length === 1 && untimed(around) === '');
}

function restOf({ movesRest, text, end, section }: Place): string {
  return movesRest ? text.slice(end, section.end).replace(/^[^\S\n]*\r?\n/, '') : '';
}

function restSlug(path: string): string {
  const name = migrationName(path)
    .replace(/^[vV]?[\d._-]+/, '')
    .replace(/(?:\.up)?\.\w+$/, '');
  return `${name}_rest`;
}

/** Fails, so that nobody takes back what stands before it as if this had been taken back. */
function noWayBackSql(why: string): string {
  const message = quoteLiteral(`${ownName} cannot be taken back by itself: ${why}`.replaceAll('%', '%%'));
  return `-- It cannot be taken back by itself: ${commentText(why)}\n${doBlock([`RAISE EXCEPTION ${message};`])};\n`;
}

function replaced({ text, start, end, section, movesRest }: Place, edited: string): string {
  if (edited === '' && !movesRest) return withoutSpans(text, [{ start: start - titleAbove(text, start), end }]);
  const behind = movesRest ? lineEndOf(text) : text.slice(end, section.end);
  return text.slice(0, start) + edited + behind + text.slice(section.end);
}

/** How long the line above a statement is that a generator has put there as its title: "-- CreateIndex". */
function titleAbove(text: string, start: number): number {
  return /(?<=^|[\r\n])-- (?:Create|Drop)Index[^\S\r\n]*\r?\n$/.exec(text.slice(0, start))?.[0].length ?? 0;
}

/** The line by which a file is known for a step of a split, and in which release it ships. */
const stepLine = /^\s*(?:--|\/\/|#) Airlock step (\d+) of (\d+)\b/m;
const gateLine = /^\s*(?:--|\/\/|#) In a later release than the step before: /m;

/** True for a file that a split has written to be shipped in a later release than the file before it. */
export function shipsLater(text: string): boolean {
  const head = text.slice(0, 2000);
  return stepLine.test(head) && gateLine.test(head);
}

/** Behind it stands what a step belongs to, so that the next one can be written later. */
const changeMark = 'The change: ';

/** A step that a file says it is. */
export interface WrittenStep {
  readonly step: number;
  readonly of: number;
  /** Its title, which begins in lower case. */
  readonly title: string;
  /** As in Plan; undefined for a step of a split. */
  readonly change: string | undefined;
  /** What must be deployed before it. */
  readonly gate: string | undefined;
}

/** The steps that stand in a file, by their headings. */
export function writtenSteps(text: string): WrittenStep[] {
  const heads = text.matchAll(
    /^[ \t]*(?:--|\/\/|#) Airlock step (\d+) of (\d+): ([^\r\n]*)\.((?:\r?\n[ \t]*(?:--|\/\/|#) [^\r\n]*)*)/gm,
  );
  return [...heads].map(([, step, of, title = '', lines = '']) => ({
    step: Number(step),
    of: Number(of),
    title,
    change: /^[ \t]*\S+ The change: ([^\r\n]*)/m.exec(lines)?.[1],
    gate: /^[ \t]*\S+ In a later release than the step before: ship it when ([^\r\n]*)/m.exec(lines)?.[1],
  }));
}

/** What a person reads at the top of a file: which step it is, when it ships, why, and how to see that it has worked. */
function heading({ phases, before, change }: Plan, phase: Phase, { note }: Outside): string {
  const number = phases.indexOf(phase) + 1;
  const step =
    phases.length === 1 ? `${phase.title}.` : `Airlock step ${number} of ${phases.length}: ${lowerFirst(phase.title)}.`;
  const lines =
    phases.length > 1 && change !== undefined ? [step, `${changeMark}${change}`, phase.why] : [step, phase.why];
  if (phase.gate !== undefined) lines.push(`In a later release than the step before: ship it when ${phase.gate}`);
  if (!phase.transactional && note !== undefined) lines.push(`Before: ${note}`);
  if (number === 1 && before !== undefined) lines.push(`Before: ${before}`);
  lines.push(...(phase.notes ?? []));
  if (phase.verify !== undefined) lines.push(`To verify: ${phase.verify}`);
  return lines.map((line) => `-- ${commentText(line)}\n`).join('');
}

export function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
