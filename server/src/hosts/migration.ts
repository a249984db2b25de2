import type { Span } from '../sql/span.js';
import type { Text } from './code.js';

// What a migration in a host language does, in the order in which it does it: SQL as it stands in strings, SQL that the
// tool makes of a call, and what cannot be known without running it.

/** A way to say a change of SQL in the words of the call that it comes from. */
export interface NativeEdit {
  readonly span: Span;
  readonly text: string;
}

export type Piece =
  /** SQL in a string. */
  | {
      readonly kind: 'raw';
      /** Constants of the file are put in; what else is put in when the code runs stays a value. */
      readonly sql: Text;
      /** The call that sends it: what is underlined where a place in the string is not meant. */
      readonly call: Span;
      /** The whole statement of the host language, where it does nothing else than send this SQL. */
      readonly statement: Span | undefined;
    }
  /** SQL that the tool makes of a call: one statement or several, each ended by ";". */
  | {
      readonly kind: 'built';
      readonly sql: string;
      readonly call: Span;
      readonly statement: Span | undefined;
      /**
       * Says a change of `sql` in the words of the call; undefined where they have none for it. In: the SQL as it is to
       * be, without its semicolon. Edits are of the file.
       */
      readonly reword?: ((wanted: string) => readonly NativeEdit[] | undefined) | undefined;
      /**
       * Which stretch of `sql` comes from which part of the call, in order and apart: a column of a table that is made. What
       * is in none comes from the call as a whole.
       */
      readonly parts?: readonly BuiltPart[] | undefined;
    }
  /** What runs, or may run, and cannot be read. */
  | {
      readonly kind: 'unknown';
      readonly call: Span;
      /** Why, a clause: "its SQL is put together when it runs". */
      readonly reason: string;
      /** "rows" for code that changes rows, through a model of the application, and nothing else; by default anything. */
      readonly touches?: 'rows' | undefined;
    };

/** A stretch of SQL that a tool makes of a part of a call. */
export interface BuiltPart {
  /** UTF-16 offsets in the SQL of the piece. */
  readonly sql: Span;
  /** In the file. */
  readonly place: Span;
  /** The edits by which the call does not make this any more and all else as before; where they are known. */
  readonly removal?: readonly NativeEdit[] | undefined;
}

/** Pieces that run in one transaction. */
export interface HostSection {
  /** "none" where the code itself says so or opens none; undefined: as the tool does by default. */
  readonly scope: 'none' | 'per-file' | undefined;
  /** What says so, as people know it: "disable_ddl_transaction!". */
  readonly mark: string | undefined;
  readonly pieces: readonly Piece[];
}

/** How a new statement is written beside others of a function. */
export interface HostForm {
  /**
   * A call that sends this SQL, without indentation, as a statement of the host language. In: the function that it is
   * written into, whose parameters may have other names than those of the other. `back` is the SQL that takes it back, ""
   * for nothing, for a tool that keeps that with each call; undefined where it cannot be taken back.
   */
  call(sql: string, direction?: 'up' | 'down', back?: string | undefined): string;
  /** What the file needs once where such a call is written into it: an import that it has not. */
  readonly imports?: readonly NativeEdit[] | undefined;
  /** The mark of a comment of one line. */
  readonly comment: '//' | '#';
  /**
   * The edits by which the whole file runs outside a transaction; undefined where the tool has no such mark, [] where it
   * stands there already.
   */
  markOutside(): readonly NativeEdit[] | undefined;
  /**
   * What stays of a call whose SQL is sent by another one, or by another migration: a tool may keep more by its calls than
   * the database has, as Django does the state of its models. In: the statement as it stands, and the blanks before it.
   * Out: whole lines. Absent where nothing has to stay.
   */
  kept?(statement: string, indent: string): string;
  /**
   * Where the calls of a way back go: the body of a down function that is empty, or a new one. `span` is replaced by
   * `before`, the calls, each on a line of its own behind `indent`, and `after`. Undefined where the file has a way back
   * already, or its tool keeps it elsewhere.
   */
  readonly down?: BodyPlace | undefined;
  /** Undefined where the file has a way back, and where the tool cannot do with one that is written. */
  readonly derived?: DerivedDown | undefined;
}

/** How a way back that its tool derives is written out. */
export interface DerivedDown {
  /** Where its calls go. */
  readonly place: BodyPlace;
  /** What else changes, so that the tool derives none: `change` becomes `up`. */
  readonly edits: readonly NativeEdit[];
}

/** A place for the body of a function. */
export interface BodyPlace {
  readonly span: Span;
  readonly before: string;
  readonly indent: string;
  readonly after: string;
}

/** A file of a code tool, read. */
export interface HostMigration {
  /** Undefined where the file has no such function: then nothing runs in that direction. */
  readonly up: readonly HostSection[] | undefined;
  readonly down: readonly HostSection[] | undefined;
  /** True where the way back is not written: the tool derives it from the way up. */
  readonly isDownDerived?: boolean | undefined;
  readonly form: HostForm;
}
