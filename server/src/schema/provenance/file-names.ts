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

/** The same table is named in thousands of files; a part of a text would keep all of it. */
const relations = new Map<string, UsedName>();
const MOST_RELATIONS = 20_000;

function shared(name: UsedName | undefined): UsedName | undefined {
  if (!name) return undefined;
  const key = `${name.schema ?? ''}\u0000${name.name}`;
  const known = relations.get(key);
  if (known) return known;
  if (relations.size >= MOST_RELATIONS) relations.clear();
  const own = { schema: name.schema && detached(name.schema), name: detached(name.name) };
  relations.set(detached(key), own);
  return own;
}

function placed(use: NameUse, start: number, top: number): Placed {
  const { kind, role, schema, name, of, span, among, isImplied, isMaybe, isCascade, to, what } = use;
  const hasRest = among ?? isImplied ?? isMaybe ?? isCascade ?? to ?? what;
  const rest = hasRest === undefined ? undefined : { among, isImplied, isMaybe, isCascade, to, what };
  return new Placed(
    kind,
    role,
    schema,
    shared({ schema, name })?.name ?? name,
    shared(of),
    rest,
    start + span.start,
    start + span.end,
    top,
  );
}

/** The names of one file. */
export interface FileNames {
  readonly path: string;
  /** In the order of the file. */
  readonly all: readonly PlacedName[];
}

/** What things of one kind and name have in common. */
export function nameKey(kind: NameKind, name: string): string {
  return `${kind} ${name}`;
}

const hasKey = ({ use: { kind, name } }: PlacedName, key: string): boolean =>
  key.length === kind.length + 1 + name.length && key.endsWith(name) && key.startsWith(kind);

/** The names of a file with a key. Files are small and many: an index of each would be larger than what it holds. */
export function namedIn(file: FileNames | undefined, key: string): readonly PlacedName[] {
  return file?.all.filter((each) => hasKey(each, key)) ?? [];
}

export function isNamedIn(file: FileNames, key: string): boolean {
  return file.all.some((each) => hasKey(each, key));
}

/** The names of a document. In: how those of a statement are found. */
export function fileNames(
  path: string,
  document: Pick<SqlDocument, 'statements'>,
  inStatement: (statement: ParsedStatement) => readonly NameUse[] = namesIn,
): FileNames {
  const all: PlacedName[] = [];
  // A file sets its search_path for itself: the next one begins with the usual one again.
  let home: string | undefined;
  document.statements.forEach(({ parsed, span }, top) => {
    for (const use of inStatement(parsed)) {
      all.push(placed(home === undefined ? use : inSchema(use, home), span.start, top));
    }
    for (const action of parsed.actions) {
      if (action.kind !== 'setVariable' || action.variable !== 'search_path') continue;
      const [first] = action.value?.split(', ') ?? [];
      home = first === undefined || first === 'public' || first === '' ? undefined : first;
    }
  });
  // A list that has grown by `push` has room for many more.
  return { path, all: all.slice() };
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
