import { objectKinds, type SchemaObject } from './objects.js';

/** How an object of the database and one that the migrations build differ. */
export interface Drift {
  /** "missing": the database has it not; "extra": only the database has it; "half done": it is there, and not valid. */
  readonly what: 'missing' | 'extra' | 'changed' | 'half done';
  /** As the migrations build it. */
  readonly built: SchemaObject | undefined;
  /** As the database has it. */
  readonly live: SchemaObject | undefined;
  /** Of a table that is on one side alone: its constraints, indexes, triggers and policies. */
  readonly parts: readonly SchemaObject[];
}

/**
 * The objects in which two schemas differ, in the order in which they are made. Of a table that is only on one side its
 * columns and the like are not counted one by one.
 */
export function compareObjects(built: readonly SchemaObject[], live: readonly SchemaObject[]): Drift[] {
  const [ofBuilt, ofLive] = [byKey(built), byKey(live)];
  const found: Drift[] = [];
  for (const [key, object] of ofBuilt) {
    const there = ofLive.get(key);
    if (!there) found.push({ what: 'missing', built: object, live: undefined, parts: [] });
    else if (there.facts !== object.facts) found.push({ what: 'changed', built: object, live: there, parts: [] });
    else if (there.state !== object.state) found.push({ what: 'half done', built: object, live: there, parts: [] });
  }
  for (const [key, object] of ofLive)
    if (!ofBuilt.has(key)) found.push({ what: 'extra', built: undefined, live: object, parts: [] });
  const place = (each: Drift): number => objectKinds.indexOf(objectOf(each).kind);
  return withoutParts(found).sort(
    (one, two) => place(one) - place(two) || compareText(objectOf(one).name, objectOf(two).name),
  );
}

/** The object that a difference is about, as it is where it is. */
export function objectOf({ built, live }: Drift): SchemaObject {
  const object = live ?? built;
  if (!object) throw new Error('A difference has an object on one side at least.');
  return object;
}

export function keyOf({ kind, name }: Pick<SchemaObject, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}

function byKey(objects: readonly SchemaObject[]): Map<string, SchemaObject> {
  return new Map(objects.map((object) => [keyOf(object), object]));
}

/** A table that is on one side alone takes all that belongs to it along; its columns come with CREATE TABLE. */
function withoutParts(found: readonly Drift[]): Drift[] {
  const keyOfTable = ({ what }: Drift, table: string): string => `${what} ${table}`;
  const wholes = new Map<string, SchemaObject[]>();
  for (const each of found)
    if (objectOf(each).kind === 'table' && each.what !== 'changed')
      wholes.set(keyOfTable(each, objectOf(each).name), []);
  const alone = found.filter((each) => {
    const object = objectOf(each);
    const parts = object.kind === 'table' ? undefined : wholes.get(keyOfTable(each, object.table));
    if (parts && object.kind !== 'column') parts.push(object);
    return parts === undefined;
  });
  return alone.map((each) => {
    const parts = objectOf(each).kind === 'table' ? wholes.get(keyOfTable(each, objectOf(each).name)) : undefined;
    return parts ? { ...each, parts } : each;
  });
}

function compareText(one: string, two: string): number {
  return one < two ? -1 : one > two ? 1 : 0;
}
