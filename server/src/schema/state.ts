import type { ObjectName } from '../sql/action.js';
import type { Index, Relation, Table, UserFunction, UserType, View } from './model.js';
import { SharedMap, SharedSet } from './shared.js';

/** A fresh object may be changed by the layer that made it; readers see it as immutable. */
export type Writable<T> = { -readonly [K in keyof T]: T[K] };

const nothing: ReadonlyMap<string, never> = new Map<string, never>();

/** One level of changes over another: the base, a file, a transaction, a savepoint. */
class Layer {
  readonly relations = new Map<string, Relation | null>();
  // Most files have none, and there is a level for every file.
  private ownTypes: Map<string, UserType | null> | undefined;
  private ownFunctions: Map<string, UserFunction | null> | undefined;
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

  setType(key: string, type: UserType | null): void {
    this.ownTypes ??= new Map();
    this.ownTypes.set(key, type);
  }

  setFunction(key: string, fn: UserFunction | null): void {
    this.ownFunctions ??= new Map();
    this.ownFunctions.set(key, fn);
  }

  /** How much it would take to write it over another. */
  get size(): number {
    return this.relations.size + this.types.size + this.functions.size + 1;
  }

  /** Writes what another level says over what this one does. */
  take({ relations, types, functions, searchPath }: Layer): void {
    for (const [key, value] of relations) this.relations.set(key, value);
    for (const [key, value] of types) this.setType(key, value);
    for (const [key, value] of functions) this.setFunction(key, value);
    if (searchPath) this.searchPath = searchPath;
  }
}

/** A level is folded into the one on it when it is less than so many times as large. */
const foldFactor = 4;

/**
 * The same levels as fewer: one that is not much larger than what lies on it is folded into it. So there are never
 * more than the logarithm of all objects, and a long history folds each object only so often. Objects are shared,
 * and copied by who writes next.
 */
function folded(top: Layer): Layer {
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

/** What a table is before any migration has said a word of it. */
export function unknownTable(schema: string, name: string): Writable<Table> {
  return {
    kind: 'table',
    key: keyOf(schema, name),
    schema,
    name,
    complete: false,
    columns: new Map(),
    constraints: new Map(),
    indexes: new Set(),
    partitionBy: undefined,
    partitionOf: undefined,
    isDefaultPartition: false,
    children: new Set(),
    referencedBy: new Set(),
    temporary: false,
    unlogged: false,
    release: 0,
    filled: false,
  };
}

export function keyOf(schema: string, name: string): string {
  return `${schema}.${name}`;
}

/**
 * The schema at one moment of the replay. Cheap to fork: a fork sees everything below it and changes nothing there,
 * so one history serves every file behind it.
 */
export class SchemaState {
  private top: Layer;
  /** Numbers what is shipped together: what has come in the present release is not "existing". */
  release = 1;
  /** False when no enum has a value that was added in an open transaction, so that nobody has to look for one. */
  mayHaveAddedValues = false;
  /** False when there is no temporary relation, so that nobody has to look for one. */
  private mayHaveTemporary = false;

  constructor(base?: SchemaState) {
    // Every level costs a look-up.
    this.top = new Layer(base && folded(base.top), 'file');
    this.release = base?.release ?? 1;
    this.mayHaveAddedValues = base?.mayHaveAddedValues ?? false;
    this.mayHaveTemporary = base?.mayHaveTemporary ?? false;
  }

  /** A state on top of this one. This one must not change any more while the fork lives. */
  fork(): SchemaState {
    return new SchemaState(this);
  }

  // --- transactions -------------------------------------------------------------------------------------------

  /** True between BEGIN and its end. */
  get inTransaction(): boolean {
    return this.top.level !== 'file';
  }

  /** BEGIN inside a transaction is only a warning to PostgreSQL, and nothing here. */
  begin(): void {
    if (!this.inTransaction) this.top = new Layer(this.top, 'transaction');
  }

  setSavepoint(name: string): void {
    if (this.inTransaction) this.top = new Layer(this.top, 'savepoint', name);
  }

  /** Ends the transaction and keeps its changes. */
  commit(): void {
    while (this.inTransaction) this.keep();
  }

  /** Ends the transaction and forgets its changes. */
  rollback(): void {
    while (this.inTransaction) this.forget();
  }

  /** Back to a savepoint, which stays. Without a name: the innermost. */
  rollbackTo(name?: string): void {
    if (!this.hasSavepoint(name)) return;
    for (;;) {
      const { savepoint, level } = this.top;
      if (level !== 'savepoint') return;
      this.forget();
      if (name === undefined || savepoint === name) {
        this.setSavepoint(savepoint ?? '');
        return;
      }
    }
  }

  /** Keeps what came since a savepoint. */
  releaseSavepoint(name?: string): void {
    if (!this.hasSavepoint(name)) return;
    for (;;) {
      const { savepoint, level } = this.top;
      if (level !== 'savepoint') return;
      this.keep();
      if (name === undefined || savepoint === name) return;
    }
  }

  private hasSavepoint(name: string | undefined): boolean {
    for (let layer: Layer | undefined = this.top; layer?.level === 'savepoint'; layer = layer.below) {
      if (name === undefined || layer.savepoint === name) return true;
    }
    return false;
  }

  private keep(): void {
    const { top } = this;
    const { below } = top;
    if (!below) return;
    below.take(top);
    this.top = below;
  }

  private forget(): void {
    if (this.top.below) this.top = this.top.below;
  }

  // --- names --------------------------------------------------------------------------------------------------

  get searchPath(): readonly string[] {
    for (let layer: Layer | undefined = this.top; layer; layer = layer.below) {
      if (layer.searchPath) return layer.searchPath;
    }
    return ['public'];
  }

  set searchPath(path: readonly string[]) {
    this.top.searchPath = path;
  }

  /** Where a new object of this name would be made. */
  schemaFor(name: ObjectName): string {
    return name.schema ?? this.searchPath[0] ?? 'public';
  }

  // --- reading ------------------------------------------------------------------------------------------------

  relationByKey(key: string): Relation | undefined {
    for (let layer: Layer | undefined = this.top; layer; layer = layer.below) {
      const found = layer.relations.get(key);
      if (found !== undefined) return found ?? undefined;
    }
    return undefined;
  }

  relation(name: ObjectName): Relation | undefined {
    if (name.schema !== undefined) return this.relationByKey(keyOf(name.schema, name.name));
    // Temporary relations come before the search path; nearly no migration has one.
    const temporary = this.mayHaveTemporary ? this.relationByKey(keyOf('pg_temp', name.name)) : undefined;
    if (temporary) return temporary;
    for (const schema of this.searchPath) {
      const found = this.relationByKey(keyOf(schema, name.name));
      if (found) return found;
    }
    return undefined;
  }

  table(name: ObjectName): Table | undefined {
    return asTable(this.relation(name));
  }

  tableByKey(key: string): Table | undefined {
    return asTable(this.relationByKey(key));
  }

  index(name: ObjectName): Index | undefined {
    const found = this.relation(name);
    return found?.kind === 'index' ? found : undefined;
  }

  view(name: ObjectName): View | undefined {
    const found = this.relation(name);
    return found?.kind === 'view' || found?.kind === 'materializedView' ? found : undefined;
  }

  type(name: Pick<ObjectName, 'schema' | 'name'>): UserType | undefined {
    for (const schema of name.schema !== undefined ? [name.schema] : this.searchPath) {
      const key = keyOf(schema, name.name);
      for (let layer: Layer | undefined = this.top; layer; layer = layer.below) {
        const found = layer.types.get(key);
        if (found) return found;
        if (found === null) break;
      }
    }
    return undefined;
  }

  function(name: Pick<ObjectName, 'schema' | 'name'>): UserFunction | undefined {
    for (const schema of name.schema !== undefined ? [name.schema] : this.searchPath) {
      const key = keyOf(schema, name.name);
      for (let layer: Layer | undefined = this.top; layer; layer = layer.below) {
        const found = layer.functions.get(key);
        if (found) return found;
        if (found === null) break;
      }
    }
    return undefined;
  }

  /** Every relation, in no order that means anything. */
  *relations(): Iterable<Relation> {
    const seen = new Set<string>();
    for (let layer: Layer | undefined = this.top; layer; layer = layer.below) {
      for (const [key, relation] of layer.relations) {
        if (seen.has(key)) continue;
        seen.add(key);
        if (relation) yield relation;
      }
    }
  }

  *types(): Iterable<UserType> {
    const seen = new Set<string>();
    for (let layer: Layer | undefined = this.top; layer; layer = layer.below) {
      for (const [key, type] of layer.types) {
        if (seen.has(key)) continue;
        seen.add(key);
        if (type) yield type;
      }
    }
  }

  /**
   * True for a table of this release that holds no rows worth mentioning, and for a temporary one:
   * nobody waits for its locks and nothing in it takes long to scan.
   */
  isNew(name: ObjectName): boolean {
    const table = this.table(name);
    return table !== undefined && (table.temporary || (table.release === this.release && !table.filled));
  }

  /**
   * True for a table of this release, with rows or without, and for a temporary one: no running code knows it, so
   * nobody waits for a lock on it.
   */
  isUnused(name: ObjectName): boolean {
    const table = this.table(name);
    return table !== undefined && (table.temporary || table.release === this.release);
  }

  // --- writing ------------------------------------------------------------------------------------------------

  put(relation: Relation): void {
    if (relation.schema === 'pg_temp') this.mayHaveTemporary = true;
    this.top.relations.set(relation.key, relation);
  }

  remove(key: string): void {
    this.top.relations.set(key, null);
  }

  putType(type: UserType): void {
    this.top.setType(type.key, type);
    if (type.kind === 'enum' && type.addedInTransaction.length > 0) this.mayHaveAddedValues = true;
  }

  removeType(key: string): void {
    this.top.setType(key, null);
  }

  putFunction(fn: UserFunction): void {
    this.top.setFunction(fn.key, fn);
  }

  removeFunction(key: string): void {
    this.top.setFunction(key, null);
  }

  /** The table, for changing in place; made as an unknown one when no migration has told of it. */
  writableTable(name: ObjectName): WritableTable {
    const known = this.table(name);
    return this.own(known ?? unknownTable(this.schemaFor(name), name.name));
  }

  writableTableByKey(key: string): WritableTable | undefined {
    const known = this.tableByKey(key);
    return known && this.own(known);
  }

  private own(table: Table): WritableTable {
    // What the top level holds, it was given by `put`, and nobody else has it.
    if (this.top.relations.get(table.key) === table) return table as WritableTable;
    const copy = copied(table);
    this.put(copy);
    return copy;
  }
}

export type WritableTable = Omit<
  Writable<Table>,
  'columns' | 'constraints' | 'indexes' | 'children' | 'referencedBy'
> & {
  columns: Map<string, Table['columns'] extends ReadonlyMap<string, infer C> ? C : never>;
  constraints: Map<string, Table['constraints'] extends ReadonlyMap<string, infer C> ? C : never>;
  indexes: Set<string>;
  children: Set<string>;
  referencedBy: Set<string>;
};

/** A table that shares nothing changeable with this one. */
export function copied(table: Table): WritableTable {
  return {
    ...table,
    columns: new SharedMap(table.columns),
    constraints: new SharedMap(table.constraints),
    indexes: new SharedSet(table.indexes),
    children: new SharedSet(table.children),
    referencedBy: new SharedSet(table.referencedBy),
  };
}

function asTable(relation: Relation | undefined): Table | undefined {
  return relation?.kind === 'table' || relation?.kind === 'foreignTable' ? relation : undefined;
}
