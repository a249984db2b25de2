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

const unknownFunction = 'airlock_unknown';

/** What stands in a script for code that runs SQL which nobody can read. In: why, a clause without a full stop. */
export function unknownSql(reason: string): string {
  return `DO ${quoteLiteral(`BEGIN EXECUTE ${unknownFunction}(${quoteLiteral(reason)}); END`)};`;
}

/** The reason in a statement that stands for unread code; undefined for any other statement. */
export function unknownReason(sql: string): string | undefined {
  const match = /^DO 'BEGIN EXECUTE airlock_unknown\(''([\s\S]*)''\); END'$/.exec(sql);
  return match?.[1]?.replaceAll("''''", "'");
}
