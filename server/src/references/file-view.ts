import type { Span } from '../sql/span.js';
import { split } from '../sql/split.js';
import { type QueryParts, readQuery } from '../sql/query-parts.js';
import { type Language, languageOf } from './languages.js';
import type { ModelsOfFile } from './model.js';
import { modelsOf, ormOf } from './models.js';
import { type Segment, segmentsOf } from './segments.js';

/** Strings that make one text, or a statement of a file of SQL. What stands between its parts is blank. */
export interface Literal extends Span {
  /** As long as the span, so that offsets are the same behind `start`. */
  readonly text: string;
  /** True when it reads like a query, a write, or a part of one with its table. */
  readonly isSql: boolean;
}

const sqlWords =
  /\b(?:select\b[\s\S]*\bfrom|insert\s+into|update\b[\s\S]*\bset|delete\s+from|merge\s+into|truncate|copy\s+\S+\s*[(f]|(?:inner|left|right|full|cross)\s+(?:outer\s+)?join|from\s+\S+\s+(?:where|join|as|order|group))\b/i;
const startsSql = /^\s*(?:select|insert|update|delete|with|merge|from|join|where|and|or|order\s+by|returning|set)\b/i;

/** A file of source code, read as far as somebody asks. */
export class FileView {
  readonly lower: string;
  private readonly language: Language | undefined;
  private knownSegments: readonly Segment[] | undefined;
  private knownLiterals: readonly Literal[] | undefined;
  private knownModels: ModelsOfFile | undefined;
  private readonly queries = new Map<Literal, QueryParts | undefined>();

  constructor(
    readonly path: string,
    readonly text: string,
  ) {
    const lower = text.toLowerCase();
    // Some letters are longer in lower case: then places would not be the same.
    this.lower = lower.length === text.length ? lower : text;
    this.language = languageOf(path);
  }

  get isSqlFile(): boolean {
    return this.path.endsWith('.sql');
  }

  /** No strings are known in it: words in tags and templates. */
  get isMarkup(): boolean {
    return this.language?.quotes.length === 0 && !this.isSqlFile;
  }

  get isPython(): boolean {
    return this.path.endsWith('.py');
  }

  /** The ORM of whose models it may have some. */
  get orm(): string | undefined {
    return ormOf(this.path, this.lower);
  }

  get segments(): readonly Segment[] {
    this.knownSegments ??= this.language ? segmentsOf(this.text, this.language) : [];
    return this.knownSegments;
  }

  get models(): ModelsOfFile {
    this.knownModels ??= this.orm === undefined ? { models: [], enums: [] } : modelsOf(this.path, this.text);
    return this.knownModels;
  }

  /** The segment in which a place stands; undefined in a comment. */
  segmentAt(at: number): Segment | undefined {
    return covering(this.segments, at);
  }

  get literals(): readonly Literal[] {
    this.knownLiterals ??= this.isSqlFile ? statementsOf(this.text) : literalsOf(this.text, this.segments);
    return this.knownLiterals;
  }

  literalAt(at: number): Literal | undefined {
    return covering(this.literals, at);
  }

  /** What PostgreSQL's grammar reads in a literal; undefined where it reads no query. */
  query(literal: Literal): QueryParts | undefined {
    if (!this.queries.has(literal)) this.queries.set(literal, readQuery(withoutHoles(literal.text)));
    return this.queries.get(literal);
  }
}

/** The span that a place stands in. In: spans in order, none in another. */
function covering<T extends Span>(spans: readonly T[], at: number): T | undefined {
  let low = 0;
  let high = spans.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const each = spans[middle];
    if (!each || at < each.start) high = middle - 1;
    else if (at >= each.end) low = middle + 1;
    else return each;
  }
  return undefined;
}

/** What may stand between two strings that make one: quotes, "+", the end of a line. */
const joint = /^["'`]{1,3}\s*[+.\\&]{0,2}\s*[frbuFRBU@$]{0,2}["'`]{1,3}$/;
const hole = /^(?:\$\{|#\{)[\s\S]*\}$/;
const FARTHEST = 400;

function literalsOf(text: string, segments: readonly Segment[]): Literal[] {
  const found: Literal[] = [];
  let start = -1;
  let end = -1;
  let parts = '';
  const close = (): void => {
    if (start >= 0) found.push({ start, end, text: parts, isSql: isSql(parts) });
    start = -1;
  };
  for (const segment of segments) {
    if (segment.kind !== 'string') continue;
    const between = start >= 0 && segment.start - end <= FARTHEST ? text.slice(end, segment.start) : undefined;
    if (between !== undefined && joint.test(between)) parts += ' '.repeat(between.length);
    else if (between !== undefined && hole.test(between)) parts += `_${'h'.repeat(between.length - 1)}`;
    else {
      close();
      start = segment.start;
      parts = '';
    }
    parts += text.slice(segment.start, segment.end);
    end = segment.end;
  }
  close();
  return found;
}

function statementsOf(text: string): Literal[] {
  return split(text).pieces.map(({ span }) => {
    const { start, end } = span;
    return { start, end, text: text.slice(start, end), isSql: true };
  });
}

/** A word of SQL alone makes no SQL: "Select a file from the list". */
function isSql(text: string): boolean {
  if (text.length < 12) return false;
  return (
    sqlWords.test(text.length > 4000 ? text.slice(0, 4000) : text) && (startsSql.test(text) || /[=(*,;$]/.test(text))
  );
}

/** What stands for values, as names of the same length: `%s`, `%(name)s`, `:name`, `@name`, `?`. */
function withoutHoles(text: string): string {
  return text
    .replace(/%\(\w+\)s|%[sd]|\{\w*\}/g, (found) => `_${'h'.repeat(found.length - 1)}`)
    .replace(/(?<![:\w])[:@](?=[A-Za-z_])/g, '_')
    .replace(/\?(?=\s*(?:[,)]|$|\s(?:and|or|limit|offset|order|group|returning)\b))/gi, '_')
    .replace(/\\[nt]/g, '  ');
}
