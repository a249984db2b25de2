import { diffLines } from 'diff';
import { scriptSections } from '../sql/script-marks.js';
import type { Span } from '../sql/span.js';
import { blocksFor, expressionBodied, withAsync } from './async.js';
import { applied, indentedCall } from './calls.js';
import type { HostFile } from './index.js';
import { inLiterals, pointAt } from './literal-edits.js';
import type { NativeEdit } from './migration.js';
import type { ScriptPiece } from './script.js';
import { type Change, changesOf, isSameScript, type ScriptStatement, statementsOf } from './script-changes.js';

// The way back: a script that was changed becomes a change of the file. It is read again afterwards, and where it does not
// say what was wanted it is refused.

export type WrittenBack = { readonly edits: readonly NativeEdit[] } | { readonly refused: string };

/** How a statement is said: in the words of its call or its string where they have them, or as SQL in calls of their own. */
type Words = 'own' | 'sql';

type Reread = (text: string) => HostFile | undefined;

/**
 * The edits of a file that make its script the wanted one; the reason where they cannot be had. In: how the file is read
 * again.
 */
export function writeBack(file: HostFile, wanted: string, reread: Reread): WrittenBack {
  let refused: string | undefined;
  const blocks = () => withBlocks(file, wanted, reread);
  const starts = [() => file, blocks, () => withDerivedDown(file, reread), () => withDerivedDown(blocks(), reread)];
  for (const start of starts) {
    const from = start();
    if (!from) continue;
    for (const words of ['own', 'sql'] as const) {
      const made = attempt(from, wanted, words, reread);
      if ('edits' in made)
        return from === file ? made : { edits: lineEdits(file.text, applied(from.text, made.edits)) };
      refused ??= made.refused;
    }
  }
  return { refused: refused ?? '' };
}

/**
 * The file with blocks where the bodies of its functions are calls that send SQL, in the direction that changes;
 * undefined where there are none.
 */
function withBlocks(file: HostFile, wanted: string, reread: Reread): HostFile | undefined {
  const statements = new Map<number, Span>();
  const changing = (['up', 'down'] as const).filter((each) => !isSameScript(file.script.text, wanted, [each]));
  for (const piece of file.script.pieces) {
    if (!changing.includes(piece.direction)) continue;
    const statement = statementOf(piece);
    if (statement) statements.set(statement.start, statement);
  }
  const edits = blocksFor(file.code, [...statements.values()]);
  return edits.length === 0 ? undefined : reread(applied(file.text, edits));
}

/** The file with the way back written out that its tool derives; undefined where that is not known or has no place. */
function withDerivedDown(file: HostFile | undefined, reread: Reread): HostFile | undefined {
  if (!file) return undefined;
  const { isDownDerived, down, form } = file.migration;
  if (isDownDerived !== true || !down || !form.derived || unreadDown(file) > 0) return undefined;
  const { place, edits } = form.derived;
  const statements = statementsOf(file.script.text).filter(({ direction }) => direction === 'down');
  const calls = statements.map(({ sql }) => indentedCall([], sql, place.indent, form, 'down')).join('');
  const written = { span: place.span, text: place.before + calls + place.after };
  const again = reread(applied(file.text, [...edits, written]));
  return again && !again.migration.isDownDerived && isSameScript(again.script.text, file.script.text, ['up', 'down'])
    ? again
    : undefined;
}

function attempt(file: HostFile, wanted: string, words: Words, reread: Reread): WrittenBack {
  const marked = isOutsideNow(file.script.text, wanted) ? markedFile(file, reread) : file;
  if (!marked) return { refused: 'This migration has no mark by which it runs outside a transaction.' };
  const edits: NativeEdit[] = [];
  const changes = changesOf(marked.script, wanted);
  if ('refused' in changes) return changes;
  const isDerived = marked.migration.isDownDerived === true;
  for (const change of changes.all) {
    // What is derived from the way up changes with it.
    if (isDerived && change.piece.direction === 'down') continue;
    const made = editsFor(change, marked, words);
    if ('refused' in made) return made;
    edits.push(...made.edits);
  }
  const whole = withAsync(marked.code, [...edits, ...neededImports(edits, marked)]);
  if (!whole) return { refused: 'The function is not async: make it so first.' };
  const inOrder = merged(whole);
  if (!inOrder) return { refused: 'Two changes meet at one place of the code.' };
  const text = applied(marked.text, inOrder);
  const again = reread(text);
  if (
    !again ||
    (again.code.isBroken && !file.code.isBroken) ||
    !isSameScript(again.script.text, wanted, isDerived ? ['up'] : ['up', 'down'])
  )
    return { refused: 'The code cannot say it in its own words: change it by hand.' };
  const isLost = marked.migration.down !== undefined && again.migration.down === undefined;
  if (isDerived && (isLost || unreadDown(again) > unreadDown(marked)))
    return { refused: 'The tool derives the way back from these calls, and cannot take SQL back: write that first.' };
  return { edits: marked === file ? inOrder : lineEdits(file.text, text) };
}

/** The imports that calls need which are written into a file. */
function neededImports(edits: readonly NativeEdit[], { migration: { form } }: HostFile): readonly NativeEdit[] {
  const imports = form.imports ?? [];
  const head = imports.length > 0 ? (form.call('').split('`')[0] ?? '') : '';
  return edits.some(({ text }) => text.includes(head)) ? imports : [];
}

/** How much of a way back is not known: a tool that derives it fails there. */
function unreadDown({ migration: { down } }: HostFile): number {
  return (down ?? []).flatMap(({ pieces }) => pieces).filter(({ kind }) => kind === 'unknown').length;
}

/** The file with the mark by which it runs outside a transaction, read; undefined where it has none. */
function markedFile(file: HostFile, reread: Reread): HostFile | undefined {
  const mark = file.migration.form.markOutside();
  return mark && reread(applied(file.text, mark));
}

/** The edits, line by line, that make one text of another. */
function lineEdits(before: string, after: string): NativeEdit[] {
  const edits: NativeEdit[] = [];
  let at = 0;
  for (const { value, added, removed } of diffLines(before, after)) {
    const last = edits.at(-1);
    if (added && last?.span.end === at && last.text === '') edits[edits.length - 1] = { ...last, text: value };
    else if (added) edits.push({ span: pointAt(at), text: value });
    else {
      if (removed) edits.push({ span: { start: at, end: at + value.length }, text: '' });
      at += value.length;
    }
  }
  return edits;
}

/** In order, the same edit once: a loop sends one string several times. Undefined where two differ about a place. */
function merged(edits: readonly NativeEdit[]): NativeEdit[] | undefined {
  const result: NativeEdit[] = [];
  for (const edit of [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end)) {
    const last = result.at(-1);
    const isSame = last?.span.start === edit.span.start && last.span.end === edit.span.end && last.text === edit.text;
    if (isSame) continue;
    if (last && edit.span.start < last.span.end) return undefined;
    result.push(edit);
  }
  return result;
}

function isOutsideNow(before: string, after: string): boolean {
  const marked = (script: string): number => scriptSections(script).filter(({ scope }) => scope === 'none').length;
  const sections = scriptSections(after);
  return sections.length > 0 && marked(after) === sections.length && marked(before) < scriptSections(before).length;
}

function statementOf({ piece }: Pick<ScriptPiece, 'piece'>): Span | undefined {
  return piece.kind === 'unknown' ? undefined : piece.statement;
}

type Edits = { readonly edits: readonly NativeEdit[] } | { readonly refused: string };

function editsFor(change: Change, file: HostFile, words: Words): Edits {
  const { own, added, piece } = change;
  const isKept = own.every(({ was, wanted }) => wanted?.sql === was.sql);
  if (isKept && added.every((each) => each.length === 0)) return commentsAbove(change, file);
  const statement = statementOf(piece);
  const isAlone = own.length === 1;
  const [only] = own;
  // Inside a string of several statements, all of it is one text.
  if (piece.piece.kind === 'raw' && !isAlone) return inString(piece, change, file);
  if (isAlone && only?.wanted && added.every((each) => each.length === 0)) {
    const inPlace = edited(piece, only.was, only.wanted, file, words);
    if (inPlace) return { edits: [...inPlace, ...newComments(only, piece, file)] };
  }
  if (!statement) return { refused: 'The call stands in a loop, a helper or another call: change it by hand.' };
  if (expressionBodied(file.code, statement))
    return { refused: 'The body of the function is an expression: give it a block first.' };
  return around(change, statement, file, words);
}

/** Calls before and behind the statement of the host language, and what becomes of that itself. */
function around({ own, added, piece }: Change, statement: Span, file: HostFile, words: Words): Edits {
  const { form } = file.migration;
  const lines = lineOf(file.text, statement);
  const calls = (list: readonly ScriptStatement[], carrier?: ScriptStatement): string =>
    list
      .map((each) => {
        const back = wayBackOf(each === carrier, piece, file);
        return indentedCall(each.comments, each.sql, lines.indent, form, piece.direction, back);
      })
      .join('');
  const before = added[0] ?? [];
  const behind = added.slice(1).flat();
  // The elements of a list stand apart by commas; the last may have none.
  const isElement = form.call('').endsWith(',');
  const needsComma = isElement && !/,\s*$/.test(file.text.slice(statement.start, statement.end));
  const put = (list: readonly ScriptStatement[]): NativeEdit[] => {
    if (list.length === 0) return [];
    if (!needsComma) return [{ span: pointAt(lines.end), text: calls(list) }];
    if (lines.end === statement.end) return [{ span: pointAt(lines.end), text: `,\n${calls(list)}` }];
    return [
      { span: pointAt(statement.end), text: ',' },
      { span: pointAt(lines.end), text: calls(list) },
    ];
  };
  const edits: NativeEdit[] = [];
  const changed = own.filter(({ was, wanted }) => wanted?.sql !== was.sql);
  const isGone = own.every(({ wanted }) => wanted === undefined);
  const isBetween = added.slice(1, -1).some((each) => each.length > 0);
  if (words === 'own' && own.length > 1 && changed.length > 0 && !isGone) {
    const removals = changed.map(({ was }) => removalOf(was, piece));
    if (!removals.every((each) => each !== undefined))
      return { refused: 'The call makes several statements: write the one to be changed by itself.' };
    // What the call does not make any more stands behind it, as it is wanted.
    const moved = own.flatMap((each, index) => [
      ...(changed.includes(each) && each.wanted ? [each.wanted] : []),
      ...(added[index + 1] ?? []),
    ]);
    if (before.length > 0) edits.push({ span: pointAt(lines.start), text: calls(before) });
    if (moved.length > 0) edits.push({ span: pointAt(lines.end), text: calls(moved) });
    return { edits: [...edits, ...removals.flat()] };
  }
  const [first] = own;
  if (changed.length === 0 && !isBetween) {
    if (before.length > 0) edits.push({ span: pointAt(lines.start), text: calls(before) });
    return { edits: [...edits, ...put(behind)] };
  }
  const inPlace = own.length === 1 && first?.wanted ? edited(piece, first.was, first.wanted, file, words) : undefined;
  if (inPlace) {
    if (before.length > 0) edits.push({ span: pointAt(lines.start), text: calls(before) });
    return { edits: [...edits, ...inPlace, ...put(behind)] };
  }
  const kept = own.map(
    // What stood above it stands there still.
    ({ was, wanted }) =>
      wanted && { ...wanted, comments: wanted.comments.filter((each) => !was.comments.includes(each)) },
  );
  const inTurn = [
    ...kept.flatMap((each, index) => [...(added[index] ?? []), ...(each ? [each] : [])]),
    ...(added.at(-1) ?? []),
  ];
  const stays =
    piece.piece.kind === 'built' ? form.kept?.(file.text.slice(statement.start, statement.end), lines.indent) : '';
  const text = calls(inTurn, kept.filter((each) => each !== undefined).at(-1) ?? inTurn.at(-1)) + (stays ?? '');
  if (text !== '') return { edits: [{ span: { start: lines.start, end: lines.end }, text }] };
  // A function of Python has to have a body.
  const isOnly =
    file.code.language === 'python' &&
    file.script.pieces.filter(({ direction }) => direction === piece.direction).length === 1;
  return {
    edits: [
      { span: { start: lines.start, end: lines.end }, text: isOnly && !isElement ? `${lines.indent}pass\n` : '' },
    ],
  };
}

/**
 * What takes a new call back, where the tool derives the way back from the calls: one of those that stand in the place of
 * another carries what took that back. Undefined where the file cannot be taken back.
 */
function wayBackOf(isCarrier: boolean, { piece }: ScriptPiece, file: HostFile): string | undefined {
  const { isDownDerived, down } = file.migration;
  if (!isDownDerived || !down) return undefined;
  if (!isCarrier) return '';
  const { start, end } = piece.call;
  const same = file.script.pieces.filter(
    (each) => each.direction === 'down' && each.piece.call.start === start && each.piece.call.end === end,
  );
  if (same.some((each) => each.piece.kind === 'unknown')) return undefined;
  return statementsOf(file.script.text)
    .filter((each) => same.some(({ span }) => each.span.start >= span.start && each.span.end <= span.end))
    .map(({ sql }) => `${sql};`)
    .join('\n');
}

/** How a call is changed so that it does not make one of its statements. */
function removalOf({ span: was }: ScriptStatement, { piece, span }: ScriptPiece): readonly NativeEdit[] | undefined {
  if (piece.kind !== 'built') return undefined;
  const part = piece.parts?.find(({ sql }) => span.start + sql.start === was.start && span.start + sql.end === was.end);
  return part?.removal;
}

/** The lines that a statement of the host language takes, and what stands before it on its first. */
function lineOf(text: string, { start, end }: Span) {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const next = text.indexOf('\n', end);
  const to = next < 0 ? text.length : next + 1;
  const head = text.slice(from, start);
  const tail = text.slice(end, to);
  const indent = /^[ \t]*/.exec(head)?.[0] ?? '';
  // Something else stands on the line: only the statement itself is meant.
  const isOwn = head.trim() === '' && /^\s*(?:\/\/.*|#.*)?\s*$/.test(tail);
  return isOwn ? { start: from, end: to, indent } : { start, end, indent };
}

/** What is said above a statement and was not there. */
function newComments(
  { was, wanted }: { readonly was: ScriptStatement; readonly wanted: ScriptStatement | undefined },
  { piece }: ScriptPiece,
  file: HostFile,
): NativeEdit[] {
  const words = (wanted?.comments ?? []).filter((each) => !was.comments.includes(each));
  if (words.length === 0) return [];
  const lines = lineOf(file.text, statementOf({ piece }) ?? piece.call);
  const start = file.text.lastIndexOf('\n', lines.start - 1) + 1;
  const text = words.map((each) => `${lines.indent}${file.migration.form.comment} ${each}\n`).join('');
  return [{ span: pointAt(start), text }];
}

function commentsAbove({ own, piece }: Change, file: HostFile): Edits {
  const [first] = own;
  return { edits: first ? newComments(first, piece, file) : [] };
}

/** A statement changed where it stands: in its string, or in the words of its call. */
function edited(
  piece: ScriptPiece,
  was: ScriptStatement,
  wanted: ScriptStatement,
  file: HostFile,
  words: Words,
): readonly NativeEdit[] | undefined {
  if (words === 'sql' && piece.piece.kind !== 'unknown' && piece.piece.statement) return undefined;
  if (piece.piece.kind === 'built') return piece.piece.reword?.(wanted.sql);
  if (piece.piece.kind !== 'raw') return undefined;
  // Lines in a string of one line are read by nobody: the whole call is written anew, where it can be.
  const isOneLine = piece.piece.sql.parts.some(({ quote }) => quote?.style === "'" || quote?.style === '"');
  const isLong = wanted.sql.includes('\n') && !was.sql.includes('\n');
  return isOneLine && isLong && piece.piece.statement ? undefined : inLiterals(was.span, wanted.sql, file);
}

/** A string of several statements as a whole: from its first statement to its last. */
function inString(piece: ScriptPiece, { own, added }: Change, file: HostFile): Edits {
  const edits: NativeEdit[] = [];
  const joined = (list: readonly ScriptStatement[]): string =>
    list.map(({ sql, comments }) => [...comments.map((words) => `-- ${words}\n`), `${sql};\n`].join('')).join('');
  for (const [index, { was, wanted }] of own.entries()) {
    const before = joined(added[index] ?? []);
    if (wanted?.sql === was.sql && before === '') continue;
    // With its semicolon, so that none is left.
    const text = file.script.text;
    const end = wanted ? was.span.end : text.indexOf(';', was.span.end) + 1 || was.span.end;
    const made = inLiterals({ start: was.span.start, end }, before + (wanted?.sql ?? ''), file);
    if (!made) return { refused: 'The string is put together when the code runs: change it by hand.' };
    edits.push(...made);
  }
  const behind = added.at(-1) ?? [];
  const last = own.at(-1);
  if (behind.length === 0) return { edits };
  const statement = statementOf(piece);
  if (!statement || !last) return { refused: 'The code has no place for what is to be added.' };
  const lines = lineOf(file.text, statement);
  const calls = behind
    .map(({ sql, comments }) => indentedCall(comments, sql, lines.indent, file.migration.form, piece.direction))
    .join('');
  return { edits: [...edits, { span: pointAt(lines.end), text: calls }] };
}
