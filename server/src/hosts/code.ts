import type { Span } from '../sql/span.js';

// A file of a host language as plain data: the same few shapes for JavaScript, TypeScript, Python and Ruby. What a
// migration tool makes of it is read from these shapes alone. All offsets are UTF-16 offsets in the file.

export type HostLanguage = 'javascript' | 'typescript' | 'tsx' | 'python' | 'ruby';

/** How a string is written, which decides how a text that is put into it has to be written. */
export interface Quote {
  /** `'`, `"`, a backtick, `"""`, `'''`, or "heredoc", "%" for Ruby's other forms. */
  readonly style: "'" | '"' | '`' | '"""' | "'''" | 'heredoc' | '%';
  /** True where no backslash is read: r'…', String.raw, <<~'SQL'. */
  readonly raw: boolean;
  /** How something else is put into it; undefined where nothing can be. */
  readonly interpolates: '${}' | '{}' | '#{}' | undefined;
  /** Blanks that are taken off each line: a squiggly heredoc's, textwrap.dedent's. */
  readonly dedent: number;
  /** From the first character behind the opening delimiter to the closing one. */
  readonly inside: Span;
}

/** A stretch of a string. */
export type TextPart =
  /** Stands in the file as it is: `text` is as long as `span`. */
  | { readonly kind: 'verbatim'; readonly span: Span; readonly text: string; readonly quote: Quote }
  /** Is written otherwise in the file: an escape, blanks that are taken off (then `text` is ""), a line end. */
  | { readonly kind: 'escape'; readonly span: Span; readonly text: string; readonly quote: Quote }
  /** Is put in when the code runs. */
  | { readonly kind: 'value'; readonly span: Span; readonly value: Expression; readonly quote: Quote | undefined };

/** A string: one literal, or several that are joined. */
export interface Text {
  readonly kind: 'text';
  readonly span: Span;
  readonly parts: readonly TextPart[];
  /** The tag of a tagged template: sql`…`. */
  readonly tag?: Expression | undefined;
}

export interface Argument {
  /** A keyword argument's name: Python's, Ruby's. */
  readonly name: string | undefined;
  readonly value: Expression;
  /** With the name. */
  readonly span: Span;
  /** True for `...rest`, `*rest`, `**rest`: what it holds is not one argument. */
  readonly isSpread: boolean;
}

export interface Call {
  readonly kind: 'call';
  readonly span: Span;
  /** What is called: a name, or a member of something. */
  readonly callee: Expression;
  readonly args: readonly Argument[];
  /** Ruby's block. */
  readonly block: FunctionValue | undefined;
  /** True behind JavaScript's `new`. */
  readonly isNew: boolean;
  /** The list of arguments with its parentheses; of a Ruby call without any, from the first to the last. */
  readonly argumentsSpan: Span;
}

export interface FunctionValue {
  readonly kind: 'function';
  readonly span: Span;
  /** "" for one without a name. */
  readonly name: string;
  /** "" for a parameter that is a pattern. */
  readonly params: readonly string[];
  readonly body: readonly Statement[];
}

export interface Entry {
  /** Undefined where it is computed or spread. */
  readonly key: string | undefined;
  readonly value: Expression;
  readonly span: Span;
  /** What gives the key where it is computed: `[Op.ne]: null`. */
  readonly computed?: Expression | undefined;
}

/** What is put around an expression and changes nothing of it is left out: await, parentheses, `as const`, `!`. */
export type Expression =
  | Text
  | Call
  | FunctionValue
  | { readonly kind: 'number'; readonly span: Span; readonly value: number; readonly written: string }
  | { readonly kind: 'boolean'; readonly span: Span; readonly value: boolean }
  /** null, undefined, None, nil. */
  | { readonly kind: 'null'; readonly span: Span }
  /** An array, a tuple, %w[]. */
  | { readonly kind: 'list'; readonly span: Span; readonly items: readonly Expression[] }
  | { readonly kind: 'record'; readonly span: Span; readonly entries: readonly Entry[] }
  | { readonly kind: 'name'; readonly span: Span; readonly name: string }
  /** `object.name`, `object['name']`, Ruby's `Object::Name`. */
  | { readonly kind: 'member'; readonly span: Span; readonly object: Expression; readonly name: string }
  | { readonly kind: 'not'; readonly span: Span; readonly value: Expression }
  /** What is read no further; `parts` are the expressions within, for those who look for calls. */
  | {
      readonly kind: 'other';
      readonly span: Span;
      readonly parts: readonly Expression[];
      /** What joins the parts, where it is known: "&&", "===", "?:" of JavaScript. */
      readonly operator?: string | undefined;
    };

/** `span` is that of the whole statement, its semicolon included. */
export type Statement =
  | { readonly kind: 'expression'; readonly span: Span; readonly value: Expression }
  /** `const x = …`, `x = …`, `exports.up = …`; `target` is undefined for a pattern. */
  | {
      readonly kind: 'assign';
      readonly span: Span;
      readonly target: Expression | undefined;
      readonly value: Expression;
    }
  | { readonly kind: 'return'; readonly span: Span; readonly value: Expression | undefined }
  | {
      readonly kind: 'if';
      readonly span: Span;
      readonly condition: Expression;
      readonly then: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  /** for … of, for … in of Python, Ruby's for; not one that counts. `names` as in `for (const [a, b] of …)`. */
  | {
      readonly kind: 'loop';
      readonly span: Span;
      readonly names: readonly string[];
      readonly over: Expression;
      readonly body: readonly Statement[];
    }
  /** Python's `with`; `names`: what each item is called within, `as …`. */
  | {
      readonly kind: 'with';
      readonly span: Span;
      readonly items: readonly Expression[];
      readonly names?: readonly (string | undefined)[];
      readonly body: readonly Statement[];
    }
  /** Statements that run as they stand or may: try, a block, a loop that counts (`certain` false). */
  | { readonly kind: 'block'; readonly span: Span; readonly body: readonly Statement[]; readonly certain: boolean }
  | { readonly kind: 'function'; readonly span: Span; readonly value: FunctionValue; readonly isStatic?: boolean }
  | {
      readonly kind: 'class';
      readonly span: Span;
      readonly name: string;
      readonly bases: readonly Expression[];
      readonly body: readonly Statement[];
    }
  | {
      readonly kind: 'import';
      readonly span: Span;
      readonly module: string;
      readonly names: readonly { readonly imported: string; readonly local: string }[];
    }
  /** `export default …`, `module.exports = …` as one: the value is what the file exports. */
  | { readonly kind: 'exported'; readonly span: Span; readonly value: Expression };

/** A comment, its marks included in `span` and not in `text`. */
export interface HostComment {
  readonly span: Span;
  readonly text: string;
}

/** A file, read. Half-typed code is read as far as it goes. */
export interface Code {
  readonly language: HostLanguage;
  readonly text: string;
  /** `export` before a declaration is left out: the declaration stands here. */
  readonly body: readonly Statement[];
  readonly comments: readonly HostComment[];
  /** True where the parser had to guess: the code is being typed, or is not of this language. */
  readonly isBroken: boolean;
}
