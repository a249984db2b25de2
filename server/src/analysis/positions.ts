import type { Span } from '../sql/span.js';

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

  constructor(private readonly text: string) {
    // A byte order mark is no character to an editor.
    this.starts = [text.startsWith('\ufeff') ? 1 : 0];
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      if (unit === 10 || (unit === 13 && text.charCodeAt(index + 1) !== 10)) this.starts.push(index + 1);
    }
  }

  at(offset: number): Position {
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
    return { start: this.at(span.start), end: this.at(span.end) };
  }

  /** The text of a line without its end. */
  line(number: number): string {
    const start = this.starts[number] ?? this.text.length;
    return this.text.slice(start, this.starts[number + 1] ?? this.text.length).replace(/[\r\n]+$/, '');
  }
}
