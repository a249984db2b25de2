import { lineEndOf } from '../sql/line-ends.js';
import type { NewMigration, WayBack } from './framework.js';
import { type DirectionMarks, lineAt } from './sections.js';

/** How a tool writes a file that holds both directions. */
export interface DirectionForm {
  readonly marks: DirectionMarks;
  /** The text of a file. In: SQL of both ways; an empty way back where there is none. */
  file(up: WayBack, down: WayBack, newline: string): string;
  /** The line with which the way back begins. */
  downLine(outside: boolean): string;
  /** SQL as the tool needs it, such as with marks around bodies. */
  body?(sql: string): string;
}

const nothing = '-- There is no way back in this file.\n';

/** A new migration in one file. */
export function bothDirections(form: DirectionForm, { up, down, outside, downOutside }: NewMigration): string {
  const newline = lineEndOf(up);
  const body = form.body ?? ((sql: string) => sql);
  return form.file(
    { sql: ended(body(up), newline), outside },
    { sql: ended(body(down ?? nothing), newline), outside: downOutside },
    newline,
  );
}

/** The file with another way back. */
export function withWayBack(form: DirectionForm, text: string, { sql, outside }: WayBack): string {
  const newline = lineEndOf(text);
  const found = form.marks.down.exec(text);
  const up = found ? text.slice(0, found.index) : `${text.replace(/\s*$/, '')}${newline}${newline}`;
  const line = found ? withOption(lineAt(text, found.index), form.downLine(outside)) : form.downLine(outside);
  return `${up}${line}${newline}${ended((form.body ?? ((each: string) => each))(sql), newline)}`;
}

/** The author's own line where it says the same. */
function withOption(own: string, meant: string): string {
  return own.replace(/\s+/g, '').toLowerCase() === meant.replace(/\s+/g, '').toLowerCase() ? own : meant;
}

function ended(sql: string, newline: string): string {
  return sql === '' || /[\r\n]$/.test(sql) ? sql : `${sql}${newline}`;
}
