import { lex } from '../sql/lexer.js';
import { scriptHead, sectionLine, unknownSql } from '../sql/script-marks.js';
import type { Span } from '../sql/span.js';
import { split } from '../sql/split.js';
import type { Code, Expression, HostComment, Quote, Text } from './code.js';
import type { BuiltPart, HostMigration, HostSection, Piece } from './migration.js';
import { pathOf } from './values.js';

/** A stretch of a script and where it comes from. */
export interface Segment {
  readonly script: Span;
  readonly file: Span;
  /** True where both are the same text: an offset in one is an offset in the other. */
  readonly exact: boolean;
  /** The literal that it stands in. */
  readonly quote: Quote | undefined;
}

/** A piece of a migration at its place in the script. */
export interface ScriptPiece {
  readonly piece: Piece;
  /** From its first character to behind the line end that follows it. */
  readonly span: Span;
  readonly direction: 'up' | 'down';
}

/** The SQL that a file sends, as one text, with a map to the file. */
export interface Script {
  readonly text: string;
  /** In the order of the script; they do not overlap. What stands in none is no text of the file. */
  readonly segments: readonly Segment[];
  readonly pieces: readonly ScriptPiece[];
}

/** Comments that say something to Airlock or to a checker like it. */
const directive = /^\s*(?:airlock|squawk|pgls)-ignore\b/;
const forFile = /^\s*(?:airlock|squawk|pgls)-ignore-file\b/;

/** Puts the pieces of a migration into one script. */
export function scriptOf(migration: HostMigration, code: Code): Script {
  const isMarkable = migration.form.markOutside() !== undefined;
  const writer = new ScriptWriter(scriptHead(isMarkable), code);
  for (const comment of code.comments) if (forFile.test(comment.text)) writer.comment(comment);
  for (const direction of ['up', 'down'] as const)
    for (const section of migration[direction] ?? []) writer.section(section, direction);
  return writer;
}

class ScriptWriter implements Script {
  readonly segments: Segment[] = [];
  readonly pieces: ScriptPiece[] = [];
  private readonly comments: readonly HostComment[];
  private readonly said = new Set<HostComment>();

  constructor(
    public text: string,
    private readonly code: Code,
  ) {
    this.comments = code.comments.filter(({ text }) => directive.test(text));
  }

  section({ scope: own, mark, pieces }: HostSection, direction: 'up' | 'down'): void {
    const scope = own ?? 'default';
    this.text += sectionLine({ direction, scope, mark });
    let isApart = false;
    for (const piece of pieces) {
      // Several statements in one string are one query, which PostgreSQL runs as one transaction.
      const needsOne = piece.kind === 'raw' && split(plainText(piece.sql)).pieces.length > 1 && scope !== 'per-file';
      if (needsOne || isApart)
        this.text += sectionLine({ direction, scope: needsOne && scope === 'none' ? 'one-query' : scope, mark });
      isApart = needsOne;
      this.piece(piece, direction);
    }
  }

  private piece(piece: Piece, direction: 'up' | 'down'): void {
    for (const comment of this.comments) {
      if (this.said.has(comment) || comment.span.end > piece.call.start) continue;
      if (!forFile.test(comment.text)) this.comment(comment);
    }
    const start = this.text.length;
    if (piece.kind === 'raw') this.raw(piece.sql, piece.call);
    else if (piece.kind === 'unknown') {
      const { reason, touches } = piece;
      this.add(unknownSql({ reason, isOfRows: touches === 'rows' }), this.headOf(piece.call), false);
    } else this.built(piece.sql, piece.parts ?? [], this.headOf(piece.call));
    this.text += '\n';
    this.pieces.push({ piece, span: { start, end: this.text.length }, direction });
  }

  /** A comment of the file as one of SQL. */
  comment(comment: HostComment): void {
    if (this.said.has(comment)) return;
    this.said.add(comment);
    const start = this.text.length;
    this.text += `-- ${comment.text.replace(/\s+/g, ' ').trim()}\n`;
    this.segments.push({
      script: { start, end: this.text.length - 1 },
      file: comment.span,
      exact: false,
      quote: undefined,
    });
  }

  private built(sql: string, parts: readonly BuiltPart[], call: Span): void {
    let at = 0;
    for (const part of parts) {
      this.add(sql.slice(at, part.sql.start), call, false);
      this.add(sql.slice(part.sql.start, part.sql.end), this.headOf(part.place), false);
      at = part.sql.end;
    }
    this.add(sql.slice(at), call, false);
  }

  /** The first line of a call: nobody underlines a whole page. */
  private headOf({ start, end }: Span): Span {
    const line = /[\r\n]/.exec(this.code.text.slice(start, end))?.index;
    return line === undefined
      ? { start, end }
      : { start, end: start + this.code.text.slice(start, start + line).trimEnd().length };
  }

  private raw(sql: Text, call: Span): void {
    const start = this.text.length;
    for (const part of sql.parts) {
      const { quote } = part;
      if (part.kind === 'value') this.add(placeholder(part.value), part.span, false, quote);
      else this.add(part.text, part.span, part.kind === 'verbatim', quote);
    }
    const end = ending(this.text.slice(start));
    if (end !== '') this.add(end, { start: sql.parts.at(-1)?.span.end ?? call.end, end: call.end }, false);
  }

  private add(text: string, file: Span, exact: boolean, quote?: Quote | undefined): void {
    if (text === '') return;
    const start = this.text.length;
    this.text += text;
    this.segments.push({ script: { start, end: this.text.length }, file, exact, quote });
  }
}

/** What ends the last statement of a string, so that the next string begins one of its own. */
function ending(sql: string): string {
  const tokens = lex(sql);
  const last = tokens.at(-1);
  if (last?.kind === 'bad' && last.end === sql.length) return `${closing(last.text)};`;
  const code = tokens.filter(({ kind }) => kind !== 'lineComment' && kind !== 'blockComment').at(-1);
  if (code === undefined || code.kind === 'semicolon') return '';
  return last?.kind === 'lineComment' ? '\n;' : ';';
}

/** The mark that ends what is open in a string of SQL: it must not swallow what the next string says. */
function closing(open: string): string {
  if (open.startsWith('/*')) return '*/';
  if (open.startsWith('$')) return /^\$\w*\$/.exec(open)?.[0] ?? '';
  return open.includes('"') && !open.includes("'") ? '"' : "'";
}

/** What is put in when the code runs, as a placeholder that our parser knows. */
function placeholder(value: Expression): string {
  const name = pathOf(value.kind === 'call' ? value.callee : value)
    ?.join('.')
    .replace(/\W+/g, '_');
  return `\${${name === undefined || name === '' ? 'value' : name}}`;
}

/** The SQL of a string as the script has it. */
export function plainText(sql: Text): string {
  return sql.parts.map((part) => (part.kind === 'value' ? placeholder(part.value) : part.text)).join('');
}
