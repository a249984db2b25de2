import type { Section, TransactionScope } from './framework.js';

/** The lines with which a tool begins the two directions of a file. Both are found line by line ("m"). */
export interface DirectionMarks {
  readonly up: RegExp;
  readonly down: RegExp;
}

/** The whole of a file, as its way up. */
export function wholeFile(text: string, scope: TransactionScope, mark?: string): Section[] {
  return [{ direction: 'up', span: { start: 0, end: text.length }, scope, mark }];
}

/**
 * A file that begins its way up, and behind it its way back, with a line of its own. What stands before belongs to the
 * way up; a file without the marks is a way up as a whole. In: the marks of one tool or of several, of which one holds
 * for a file, and the transactions of its directions.
 */
export function sectionsByMarks(
  text: string,
  marks: readonly DirectionMarks[],
  scope: TransactionScope,
  scopeOf: (line: string) => { readonly scope: TransactionScope; readonly mark?: string } | undefined = () => undefined,
): Section[] {
  for (const { up, down } of marks) {
    const upAt = up.exec(text);
    const downAt = down.exec(text);
    if (!upAt || !downAt || upAt.index > downAt.index) continue;
    const section = (direction: 'up' | 'down', start: number, end: number, line: string): Section => ({
      direction,
      span: { start, end },
      ...(scopeOf(line) ?? { scope }),
    });
    return [
      section('up', 0, downAt.index, lineAt(text, upAt.index)),
      section('down', downAt.index, text.length, lineAt(text, downAt.index)),
    ];
  }
  const [found] = marks.flatMap(({ up }) => up.exec(text) ?? []);
  const only = found === undefined ? undefined : scopeOf(lineAt(text, text.indexOf(found)));
  return wholeFile(text, only?.scope ?? scope, only?.mark);
}

/** The line that begins at an offset, without its end. */
export function lineAt(text: string, start: number): string {
  const [line = ''] = /^[^\r\n]*/.exec(text.slice(start, start + 2000)) ?? [];
  return line;
}
