import type { UsedName } from '../../sql/action.js';
import type { NameKind, NameUse } from '../../sql/names/name-use.js';
import { namesIn } from '../../sql/names/names-in.js';
import { detached } from '../../sql/cache.js';
import type { SqlDocument } from '../../sql/statement.js';

/** A name at its place in a file. */
export interface PlacedName {
  readonly use: NameUse;
  /** UTF-16 offset of its first character in the document, which may be the script of a file of code. */
  readonly start: number;
  readonly end: number;
  /** Index of the statement of the file that it stands in. */
  readonly top: number;
}

/** The names of one file. */
export interface FileNames {
  readonly path: string;
  /** In the order of the file. */
  readonly all: readonly PlacedName[];
  /** The same by kind and name (see `nameKey`). */
  readonly byName: ReadonlyMap<string, readonly PlacedName[]>;
}

/** What things of one kind and name have in common. */
export function nameKey(kind: NameKind, name: string): string {
  return `${kind} ${name}`;
}

/** The same key is in thousands of files. */
const keys = new Map<string, Map<string, string>>();
const MOST_KEYS = 100_000;

function keyOf({ kind, name }: NameUse): string {
  const ofKind = keys.get(kind) ?? new Map<string, string>();
  keys.set(kind, ofKind);
  const known = ofKind.get(name);
  if (known !== undefined) return known;
  if (ofKind.size >= MOST_KEYS) ofKind.clear();
  // A part of a text would keep all of it.
  const own = detached(name);
  const key = nameKey(kind, own);
  ofKind.set(own, key);
  return key;
}

/** The names of a document, whose statements keep their own. */
export function fileNames(path: string, document: SqlDocument): FileNames {
  const all: PlacedName[] = [];
  const byName = new Map<string, PlacedName[]>();
  // A file sets its search_path for itself: the next one begins with the usual one again.
  let home: string | undefined;
  document.statements.forEach(({ parsed, span }, top) => {
    for (const use of namesIn(parsed)) {
      const placed: PlacedName = {
        use: home === undefined ? use : inSchema(use, home),
        start: span.start + use.span.start,
        end: span.start + use.span.end,
        top,
      };
      all.push(placed);
      const key = keyOf(use);
      const known = byName.get(key);
      if (known) known.push(placed);
      else byName.set(key, [placed]);
    }
    for (const action of parsed.actions) {
      if (action.kind !== 'setVariable' || action.variable !== 'search_path') continue;
      const [first] = action.value?.split(', ') ?? [];
      home = first === undefined || first === 'public' || first === '' ? undefined : first;
    }
  });
  return { path, all, byName };
}

/** With the schema that a name without one means. */
function inSchema(use: NameUse, home: string): NameUse {
  const own = <Name extends UsedName>(name: Name): Name =>
    name.schema === undefined ? { ...name, schema: home } : name;
  const { of, among, to } = use;
  const isPart = of !== undefined;
  return {
    ...use,
    ...(isPart ? { of: own(of) } : { schema: use.schema ?? home }),
    ...(among && { among: among.map(own) }),
    ...(to && !isPart && { to: own(to) }),
  };
}
