import type { HostFile } from '../hosts/index.js';
import { placeInFile } from '../hosts/places.js';
import type { Span } from '../sql/span.js';
import type { SqlDocument } from '../sql/statement.js';

/** Zero-based line and UTF-16 character, as in LSP. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** Turns offsets of one text into positions. Lines end in \n, \r\n or \r, as LSP counts them. */
export class Positions {
  private readonly starts: number[];

  /** In: where a span stands in the text, for offsets that are of another one. */
  constructor(
    private readonly text: string,
    private readonly placeOf: (span: Span) => Span = (span) => span,
  ) {
    // A byte order mark is no character to an editor.
    this.starts = [text.startsWith('\ufeff') ? 1 : 0];
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      if (unit === 10 || (unit === 13 && text.charCodeAt(index + 1) !== 10)) this.starts.push(index + 1);
    }
  }

  at(offset: number): Position {
    return this.positionOf(this.placeOf({ start: offset, end: offset }).start);
  }

  private positionOf(offset: number): Position {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: Math.max(0, offset - (this.starts[low] as number)) };
  }

  range(span: Span): Range {
    const { start, end } = this.placeOf(span);
    return { start: this.positionOf(start), end: this.positionOf(end) };
  }

  /** The text of a line without its end. */
  line(number: number): string {
    const start = this.starts[number] ?? this.text.length;
    return this.text.slice(start, this.starts[number + 1] ?? this.text.length).replace(/[\r\n]+$/, '');
  }
}

/** What an analysis was made of, as far as places hang on it. */
interface Analysed {
  readonly document: Pick<SqlDocument, 'text'>;
  readonly host?: HostFile | undefined;
}

/** The file as it stands on disk or in the editor; the document of an analysis may be the script of it. */
export function fileTextOf({ document, host }: Analysed): string {
  return host?.text ?? document.text;
}

/** Where a span of the document stands in the file. */
export function placeOf({ host }: Pick<Analysed, 'host'>, span: Span): Span {
  return host ? placeInFile(host.script, span) : span;
}

/** Turns offsets of an analysis into positions in its file. */
export function positionsOf(analysis: Analysed): Positions {
  return new Positions(fileTextOf(analysis), (span) => placeOf(analysis, span));
}
