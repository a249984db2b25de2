import type { UsedName } from '../../sql/action.js';
import type { NameKind, NameUse } from '../../sql/names/name-use.js';
import { namesIn } from '../../sql/names/names-in.js';
import { detached } from '../../sql/cache.js';
import type { ParsedStatement, SqlDocument } from '../../sql/statement.js';

/** A name as a file has it: its place stands in PlacedName. */
export type FileUse = Omit<NameUse, 'span'>;

/** A name at its place in a file. */
export interface PlacedName {
  readonly use: FileUse;
  /** UTF-16 offset of its first character in the document, which may be the script of a file of code. */
  readonly start: number;
  readonly end: number;
  /** Index of the statement of the file that it stands in. */
  readonly top: number;
}

/** What most names have not. */
type Rest = Pick<NameUse, 'among' | 'isImplied' | 'isMaybe' | 'isCascade' | 'to' | 'what'>;

/** Both in one object: of large histories there are hundreds of thousands. */
class Placed implements PlacedName, FileUse {
  constructor(
    readonly kind: NameUse['kind'],
    readonly role: NameUse['role'],
    readonly schema: string | undefined,
    readonly name: string,
    readonly of: UsedName | undefined,
    private readonly rest: Rest | undefined,
    readonly start: number,
    readonly end: number,
    readonly top: number,
  ) {}

  get use(): FileUse {
    return this;
  }
  get among(): NameUse['among'] {
    return this.rest?.among;
  }
  get isImplied(): NameUse['isImplied'] {
    return this.rest?.isImplied;
  }
  get isMaybe(): NameUse['isMaybe'] {
    return this.rest?.isMaybe;
  }
  get isCascade(): NameUse['isCascade'] {
    return this.rest?.isCascade;
  }
  get to(): NameUse['to'] {
    return this.rest?.to;
  }
  get what(): NameUse['what'] {
    return this.rest?.what;
  }
}

function placed(use: NameUse, start: number, top: number): Placed {
  const { kind, role, schema, name, of, span, among, isImplied, isMaybe, isCascade, to, what } = use;
  const hasRest = among ?? isImplied ?? isMaybe ?? isCascade ?? to ?? what;
  const rest = hasRest === undefined ? undefined : { among, isImplied, isMaybe, isCascade, to, what };
  return new Placed(kind, role, schema, detached(name), of, rest, start + span.start, start + span.end, top);
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

/** The names of a document. In: how those of a statement are found. */
export function fileNames(
  path: string,
  document: Pick<SqlDocument, 'statements'>,
  inStatement: (statement: ParsedStatement) => readonly NameUse[] = namesIn,
): FileNames {
  const all: PlacedName[] = [];
  const byName = new Map<string, PlacedName[]>();
  // A file sets its search_path for itself: the next one begins with the usual one again.
  let home: string | undefined;
  document.statements.forEach(({ parsed, span }, top) => {
    for (const use of inStatement(parsed)) {
      const one = placed(home === undefined ? use : inSchema(use, home), span.start, top);
      all.push(one);
      const key = keyOf(use);
      const known = byName.get(key);
      if (known) known.push(one);
      else byName.set(key, [one]);
    }
    for (const action of parsed.actions) {
      if (action.kind !== 'setVariable' || action.variable !== 'search_path') continue;
      const [first] = action.value?.split(', ') ?? [];
      home = first === undefined || first === 'public' || first === '' ? undefined : first;
    }
  });
  // A list that has grown by `push` has room for many more.
  for (const [key, list] of byName) if (list.length > 1) byName.set(key, list.slice());
  return { path, all: all.slice(), byName };
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
