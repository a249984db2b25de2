import type { Span } from '../sql/span.js';

export type UseKind = 'SQL string' | 'model' | 'identifier';

/** How sure it is that a place means what is looked for. */
export type Certainty = 'certain' | 'likely' | 'possible';

/** A place in the code that names something. */
export interface Use {
  readonly kind: UseKind;
  readonly certainty: Certainty;
  /** In the text of its file. */
  readonly span: Span;
}

/** The same in its file. */
export interface CodeUse {
  /** Absolute. */
  readonly path: string;
  /** Below the root of the search. */
  readonly name: string;
  readonly kind: UseKind;
  readonly certainty: Certainty;
  /** Zero-based, UTF-16. */
  readonly line: number;
  readonly character: number;
  readonly endCharacter: number;
  /** The line, without blanks around it; cut where it is long. */
  readonly excerpt: string;
  /** True in a test: it breaks no running code. */
  readonly isTest: boolean;
}

const certainties: Readonly<Record<Certainty, number>> = { certain: 0, likely: 1, possible: 2 };

/** Running code first, then what is more certain, then by path and line. */
export function byStrength(one: CodeUse, other: CodeUse): number {
  return (
    Number(one.isTest) - Number(other.isTest) ||
    certainties[one.certainty] - certainties[other.certainty] ||
    (one.path < other.path ? -1 : one.path > other.path ? 1 : 0) ||
    one.line - other.line ||
    one.character - other.character
  );
}
