import { quoteLiteral } from './quote.js';
import type { Span } from './span.js';

// A script is the SQL that a file of a host language sends, in its order, as one text. Lines of its own say where a
// section begins. It is made and read by us alone; nobody writes one by hand.

const head = '-- airlock-script\n';
const markable = `${head}-- airlock-markable\n`;
const sectionMark = /^-- airlock-section (up|down) ([a-z-]+)(?: because (.*))?\n/gm;

/** A section of a script as its mark describes it. */
export interface ScriptSection {
  readonly direction: 'up' | 'down';
  /** "default": as the tool does. */
  readonly scope: string;
  readonly mark: string | undefined;
  /** UTF-16 offsets in the script, the mark left out. */
  readonly span: Span;
}

/** The first lines of a script. In: whether its file can be marked to run outside a transaction. */
export function scriptHead(isMarkable: boolean): string {
  return isMarkable ? markable : head;
}

/** True for a script whose file can be marked to run outside a transaction. */
export function isMarkable(script: string): boolean {
  return script.startsWith(markable);
}

/** True for a text that is a script, and not a file as it stands on disk. */
export function isScript(text: string): boolean {
  return text.startsWith(head);
}

/** The line that begins a section. In `mark`, what says so, in one line. */
export function sectionLine({ direction, scope, mark }: Omit<ScriptSection, 'span'>): string {
  return `-- airlock-section ${direction} ${scope}${mark === undefined ? '' : ` because ${mark.replace(/\s+/g, ' ')}`}\n`;
}

/** The sections of a script, in its order. */
export function scriptSections(script: string): ScriptSection[] {
  const marks = [...script.matchAll(sectionMark)];
  return marks.map((match, index) => ({
    direction: match[1] === 'down' ? 'down' : 'up',
    scope: match[2] ?? 'default',
    mark: match[3],
    span: { start: match.index + match[0].length, end: marks[index + 1]?.index ?? script.length },
  }));
}

/** The script of a file that is marked to run outside a transaction, in both directions. */
export function outsideTransaction(script: string): string {
  return script.replace(sectionMark, (_line, direction: string) =>
    sectionLine({ direction: direction === 'down' ? 'down' : 'up', scope: 'none', mark: undefined }),
  );
}

/** Code that runs what nobody can read. */
export interface Unread {
  /** A clause without a full stop. */
  readonly reason: string;
  /** True where it changes rows and nothing else. */
  readonly isOfRows: boolean;
}

/** What stands in a script for code that nobody can read. What is only of rows leaves the schema as it is. */
export function unknownSql({ reason, isOfRows }: Unread): string {
  return isOfRows
    ? `SELECT ${quoteLiteral(`airlock_unknown_rows: ${reason}`)};`
    : `DO ${quoteLiteral(`BEGIN EXECUTE airlock_unknown(${quoteLiteral(reason)}); END`)};`;
}

/** The code that a statement stands for; undefined for any other statement. */
export function unreadCode(sql: string): Unread | undefined {
  const rows = /^SELECT 'airlock_unknown_rows: ([\s\S]*)'$/.exec(sql)?.[1];
  if (rows !== undefined) return { reason: rows.replaceAll("''", "'"), isOfRows: true };
  const all = /^DO 'BEGIN EXECUTE airlock_unknown\(''([\s\S]*)''\); END'$/.exec(sql)?.[1];
  return all === undefined ? undefined : { reason: all.replaceAll("''''", "'"), isOfRows: false };
}
