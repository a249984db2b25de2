import type { QualifiedName } from '../../sql/action.js';

/** What has to be true behind a migration. */
export interface Check {
  /** For people: "column orders.region: text, NOT NULL". One check for each object: the last word on it holds. */
  readonly what: string;
  /** The object that it is about. */
  readonly about: string;
  /** A condition in SQL, which never fails: an object that is not there makes it false or NULL. */
  readonly holds: string;
}

/** In: the object, what has to be true of it, and how that is said. */
export function is(about: string, holds: string, what = about): Check {
  return { about, what, holds };
}

/** A name as people read it. */
export function label({ schema, name }: QualifiedName): string {
  return schema === undefined ? name : `${schema}.${name}`;
}
