/** A page as data: what it says stands apart from how Markdown and HTML write it. */

/** A piece of a sentence: plain text, a name or SQL in it, what has to be seen, a place that a person fills in. */
export type Piece = string | { readonly code: string } | { readonly strong: string } | { readonly blank: string };

/** A sentence. No piece holds marks of Markdown or HTML: those who write the page escape it. */
export type Text = readonly Piece[];

export type Block =
  | { readonly kind: 'heading'; readonly level: 2 | 3 | 4; readonly text: Text }
  | { readonly kind: 'paragraph'; readonly text: Text }
  /** `tick`: each is something to do, with a box in front of it. */
  | { readonly kind: 'list'; readonly items: readonly Text[]; readonly tick?: boolean }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly Text[])[] }
  | { readonly kind: 'code'; readonly language: 'sql' | 'sh'; readonly text: string }
  | { readonly kind: 'picture'; readonly picture: Picture }
  | { readonly kind: 'query'; readonly query: Query };

/** A query to copy into psql. Each runs on PostgreSQL 14 to 18 and reads only. */
export interface Query {
  readonly title: string;
  readonly sql: string;
  /** What to do with the answer. */
  readonly read: string;
}

/** A picture in both forms: Markdown has Mermaid, HTML the drawing itself. */
export interface Picture {
  /** What it shows, for those who do not see it. */
  readonly title: string;
  readonly mermaid: string;
  readonly svg: string;
}

export interface Page {
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** A name or SQL within a sentence. */
export function code(text: string): Piece {
  return { code: text };
}

export function strong(text: string): Piece {
  return { strong: text };
}

/** A place that a person fills in. In: what belongs there. */
export function blank(what: string): Piece {
  return { blank: what };
}

export function heading(level: 2 | 3 | 4, ...text: Text): Block {
  return { kind: 'heading', level, text };
}

export function paragraph(...text: Text): Block {
  return { kind: 'paragraph', text };
}

export function list(items: readonly Text[]): Block {
  return { kind: 'list', items };
}

export function toDo(items: readonly Text[]): Block {
  return { kind: 'list', items, tick: true };
}

export function table(head: readonly string[], rows: readonly (readonly Text[])[]): Block {
  return { kind: 'table', head, rows };
}

export function sql(text: string): Block {
  return { kind: 'code', language: 'sql', text };
}

export function shell(text: string): Block {
  return { kind: 'code', language: 'sh', text };
}

export function query(each: Query): Block {
  return { kind: 'query', query: each };
}

/** Pieces with a word between them. */
export function joined(pieces: readonly Piece[], between = ', '): Text {
  return pieces.flatMap((piece, index) => (index === 0 ? [piece] : [between, piece]));
}
