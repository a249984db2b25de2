/** Something that code of the release before can no longer do once a migration has run. */
export interface LostAbility {
  readonly file: string;
  /** One-based. */
  readonly line: number;
  /** In one sentence, with the code of PostgreSQL's error. */
  readonly text: string;
  /**
   * gone: a name that it uses is not there any more. refused: rows that it may write are refused, which hangs on the
   * rows. changed: it hits a connection once, or changes an answer. A status hangs on the first alone.
   */
  readonly kind: 'gone' | 'refused' | 'changed';
}

/** `prepared`: of a table; many of them become one sentence. */
export type Loss = Pick<LostAbility, 'text' | 'kind'> | { readonly prepared: string };

/** A name that running code uses is not there any more. In: a sentence without its end. */
export function gone(text: string): Loss {
  return { text, kind: 'gone' };
}

/** Rows that running code may write are refused. */
export function refused(text: string): Loss {
  return { text, kind: 'refused' };
}

/** Something answers otherwise, or fails once. */
export function changes(text: string): Loss {
  return { text, kind: 'changed' };
}

/** Prepared statements on a table fail once. In: its name. */
export function prepared(table: string): Loss {
  return { prepared: table };
}
