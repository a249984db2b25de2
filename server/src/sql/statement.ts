import type { Node } from '@pgsql/types';
import type { Action } from './action.js';
import type { ColumnUse, StrayName } from './column-uses.js';
import type { Token } from './lexer.js';
import type { Span } from './span.js';
import type { VersionUse } from './versions/features.js';

/** A statement that PostgreSQL's grammar refuses, with its own message. */
export interface SyntaxProblem {
  readonly message: string;
  /** Where, relative to the statement. */
  readonly span: Span;
  /** Set when it is not PostgreSQL that refuses but Airlock that does not read so far. */
  readonly isOwnLimit?: boolean;
}

/** SQL that stands inside another statement: in a DO block or in a function body. */
export interface EmbeddedStatement {
  readonly parsed: ParsedStatement;
  /** Where its text starts, relative to the statement around it. */
  readonly start: number;
  /** A DO block runs when the migration runs; a function body does not. */
  readonly origin: 'do' | 'function';
}

/** SQL that is put together at run time (EXECUTE), which no static analysis can read. */
export interface DynamicSql {
  /** The EXECUTE and its expression, relative to the statement around it. */
  readonly span: Span;
  readonly origin: 'do' | 'function';
}

/**
 * What can be known of a statement from its text alone.
 * Every offset in it is relative to the start of that text, so the result is cached by the text
 * and stays good wherever the statement moves.
 */
export interface ParsedStatement {
  /**
   * The text without the semicolon and without surrounding blanks; where a comment stands in it, blanks stand instead.
   * What is cut out of it can be put anywhere: no line comment swallows what is put behind.
   */
  readonly text: string;
  /** The same text as its author wrote it, comments included: for showing only. */
  readonly written: string;
  /** The tag of the parse tree, such as "AlterTableStmt"; "" when the text did not parse. */
  readonly tag: string;
  /** PostgreSQL's parse tree, its locations converted to UTF-16; undefined when the text did not parse. */
  readonly node: Node | undefined;
  readonly problem: SyntaxProblem | undefined;
  /** What the statement does, one entry for each sub-command or object. */
  readonly actions: readonly Action[];
  /** The columns that a query or a write names, where it is certain whose they are. */
  readonly columnUses: readonly ColumnUse[];
  /** Names that PostgreSQL may find nowhere. */
  readonly strayNames: readonly StrayName[];
  /** What it uses that not every version of PostgreSQL has; that of `embedded` stands there. */
  readonly versionUses: readonly VersionUse[];
  /** Static SQL inside DO blocks and function bodies. */
  readonly embedded: readonly EmbeddedStatement[];
  readonly dynamic: readonly DynamicSql[];
  /** The tokens of `text`; made when first asked for. */
  tokens(): readonly Token[];
}

/** A statement at its place in a file. */
export interface Statement {
  readonly parsed: ParsedStatement;
  /** Absolute; from the first to the last character of `parsed.text`. */
  readonly span: Span;
  /** The offset behind the semicolon that ends it, or `span.end` when there is none. */
  readonly fullEnd: number;
}

export interface Comment {
  /** Absolute, delimiters included. */
  readonly span: Span;
  readonly kind: 'line' | 'block';
  readonly text: string;
}

/** A file, split and parsed. Never throws: what is wrong stands in `problem` of a statement or in `problems`. */
export interface SqlDocument {
  readonly text: string;
  readonly statements: readonly Statement[];
  readonly comments: readonly Comment[];
  /** Problems that belong to no statement, such as an unterminated comment; absolute. */
  readonly problems: readonly SyntaxProblem[];
}
