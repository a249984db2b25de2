import type { Dependent, Place, Relation, UserFunction, UserType } from './model.js';

const nothing: ReadonlyMap<string, never> = new Map<string, never>();

/** Where a schema or an extension was made. */
export interface MadeObject {
  /** "schema s", "extension e". */
  readonly key: string;
  readonly release: number;
  readonly place: Place | undefined;
  /** What who made the note wants to know later. */
  readonly note: string;
}

/** One level of changes over another: the base, a file, a transaction, a savepoint. */
export class Layer {
  readonly relations = new Map<string, Relation | null>();
  // Most files have none, and there is a level for every file.
  private ownTypes: Map<string, UserType | null> | undefined;
  private ownFunctions: Map<string, UserFunction | null> | undefined;
  private ownDependents: Map<string, Dependent | null> | undefined;
  private ownMade: Map<string, MadeObject | null> | undefined;
  private ownConstraintNames: Map<string, readonly string[]> | undefined;
  searchPath: readonly string[] | undefined;

  constructor(
    readonly below: Layer | undefined,
    /** A level that COMMIT keeps and ROLLBACK forgets; a file's own level is neither. */
    readonly level: 'file' | 'transaction' | 'savepoint',
    readonly savepoint?: string,
  ) {}

  get types(): ReadonlyMap<string, UserType | null> {
    return this.ownTypes ?? nothing;
  }

  get functions(): ReadonlyMap<string, UserFunction | null> {
    return this.ownFunctions ?? nothing;
  }

  get dependents(): ReadonlyMap<string, Dependent | null> {
    return this.ownDependents ?? nothing;
  }

  get made(): ReadonlyMap<string, MadeObject | null> {
    return this.ownMade ?? nothing;
  }

  /** The tables that have ever had a constraint of a name, by schema and name; some may have it no more. */
  get constraintNames(): ReadonlyMap<string, readonly string[]> {
    return this.ownConstraintNames ?? nothing;
  }

  noteConstraintName(key: string, table: string): void {
    this.ownConstraintNames ??= new Map();
    const known = this.ownConstraintNames.get(key);
    if (known === undefined) this.ownConstraintNames.set(key, [table]);
    else if (!known.includes(table)) this.ownConstraintNames.set(key, [...known, table]);
  }

  setDependent(key: string, dependent: Dependent | null): void {
    this.ownDependents ??= new Map();
    this.ownDependents.set(key, dependent);
  }

  setType(key: string, type: UserType | null): void {
    this.ownTypes ??= new Map();
    this.ownTypes.set(key, type);
  }

  setFunction(key: string, fn: UserFunction | null): void {
    this.ownFunctions ??= new Map();
    this.ownFunctions.set(key, fn);
  }

  setMade(key: string, made: MadeObject | null): void {
    this.ownMade ??= new Map();
    this.ownMade.set(key, made);
  }

  /** How much it would take to write it over another. */
  get size(): number {
    return this.relations.size + this.types.size + this.functions.size + this.dependents.size + 1;
  }

  /** Writes what another level says over what this one does. */
  take({ relations, types, functions, dependents, made, constraintNames, searchPath }: Layer): void {
    for (const [key, value] of relations) this.relations.set(key, value);
    for (const [key, value] of types) this.setType(key, value);
    for (const [key, value] of functions) this.setFunction(key, value);
    for (const [key, value] of dependents) this.setDependent(key, value);
    for (const [key, value] of made) this.setMade(key, value);
    for (const [key, tables] of constraintNames) for (const table of tables) this.noteConstraintName(key, table);
    if (searchPath) this.searchPath = searchPath;
  }
}

/** What stands in one place of all levels, the topmost of each key, in no order that means anything. */
export function* living<T>(top: Layer, of: (layer: Layer) => ReadonlyMap<string, T | null>): Iterable<T> {
  const seen = new Set<string>();
  for (let layer: Layer | undefined = top; layer; layer = layer.below) {
    for (const [key, value] of of(layer)) {
      if (seen.has(key)) continue;
      seen.add(key);
      if (value) yield value;
    }
  }
}

/** What stands under a key in the topmost level that says something of it. */
export function livingAt<T>(
  top: Layer,
  of: (layer: Layer) => ReadonlyMap<string, T | null>,
  key: string,
): T | undefined {
  for (let layer: Layer | undefined = top; layer; layer = layer.below) {
    const found = of(layer).get(key);
    if (found !== undefined) return found ?? undefined;
  }
  return undefined;
}

/** The tables that have to know of a dependent. */
export function dependentOn({ on, reads }: Dependent): string[] {
  return on === undefined ? [...reads] : [on, ...reads.filter((key) => key !== on)];
}

/** A level is folded into the one on it when it is less than so many times as large. */
const foldFactor = 4;

/**
 * The same levels as fewer: one that is not much larger than what lies on it is folded into it. So there are never
 * more than the logarithm of all objects, and a long history folds each object only so often. Objects are shared,
 * and copied by who writes next.
 */
export function folded(top: Layer): Layer {
  const levels: Layer[] = [top];
  let { size } = top;
  let below = top.below;
  while (below && below.size < foldFactor * size) {
    levels.push(below);
    size += below.size;
    below = below.below;
  }
  if (levels.length === 1) return top;
  const one = new Layer(below, 'file');
  for (const level of levels.reverse()) one.take(level);
  return one;
}
