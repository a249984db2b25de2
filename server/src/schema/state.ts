import type { QualifiedName, Transaction } from '../sql/action.js';
import { findAlongPath, findInSchema, isDefaultPath } from './find-relation.js';
import { keyOf } from './key-of.js';
import { dependentOn, folded, type Layer, living, livingAt, type MadeObject } from './layers.js';
import { Levels } from './levels.js';
import type { Constraint, Dependent, Index, Place, Relation, Table, UserFunction, UserType, View } from './model.js';
import type { Habit, StateKind, StateWatch } from './state-watch.js';
import { asTable, copied, unknownTable, usedAt, type WritableTable } from './writable-table.js';

export { keyOf };
/**
 * The schema at one moment of the replay. Cheap to fork: a fork sees everything below it and changes nothing there,
 * so one history serves every file behind it.
 */
export class SchemaState {
  private readonly levels: Levels;
  /** Numbers what is shipped together: what has come in the present release is not "existing". */
  release = 1;
  /** The statement that runs, where the path of its file is known. */
  place: Place | undefined;
  private disturbanceCount: number;
  private readonly habits: Set<Habit>;
  private watch: StateWatch | undefined;
  /** False when no enum has a value that was added in an open transaction, so that nobody has to look for one. */
  mayHaveAddedValues = false;
  /** False when there is no temporary relation, so that nobody has to look for one. */
  private mayHaveTemporary = false;
  /** Keys under which a view has ever stood; views are few, relations many. */
  private readonly viewKeys: Set<string>;
  /** The schemas in which a table or an index of a name has ever stood. Shared with all forks: what is there now is looked up. */
  private readonly homes: Map<string, string[]>;
  /** Found last, while nothing has changed. */
  private last: { name: string; schema: string | undefined; relation: Relation | undefined } | undefined;

  constructor(base?: SchemaState) {
    // Every level costs a look-up.
    this.levels = new Levels(base && folded(base.levels.top));
    this.release = base?.release ?? 1;
    this.disturbanceCount = base?.disturbanceCount ?? 0;
    this.habits = new Set(base?.habits);
    this.watch = base?.watch;
    this.homes = base?.homes ?? new Map();
    this.mayHaveAddedValues = base?.mayHaveAddedValues ?? false;
    this.mayHaveTemporary = base?.mayHaveTemporary ?? false;
    this.viewKeys = new Set(base?.viewKeys);
  }

  /** A state on top of this one. This one must not change any more while the fork lives. */
  fork(): SchemaState {
    return new SchemaState(this);
  }

  /** Follows a statement of transactions: what is rolled back has never been. */
  follow(transaction: Pick<Transaction, 'operation' | 'savepoint'>): void {
    this.last = undefined;
    this.levels.follow(transaction);
  }

  /** From here on the watch sees what is read and written, in forks too; undefined ends that. */
  watchBy(watch: StateWatch | undefined): void {
    this.last = undefined;
    this.watch = watch;
  }

  /** How often SQL has run that nobody can read: dynamic SQL, a function that no migration defines. */
  get disturbances(): number {
    this.watch?.read('disturbances');
    return this.disturbanceCount;
  }

  /** Something has run that nobody can read. */
  disturb(): void {
    this.disturbanceCount++;
    this.watch?.write('disturbances', this.disturbanceCount);
  }

  /** True when a file of the history has done so. */
  hasDone(habit: Habit): boolean {
    this.watch?.read(habit);
    return this.habits.has(habit);
  }

  noteDone(habit: Habit): void {
    this.watch?.write(habit, 1);
    this.habits.add(habit);
  }

  get searchPath(): readonly string[] {
    for (let layer: Layer | undefined = this.levels.top; layer; layer = layer.below) {
      if (layer.searchPath) return layer.searchPath;
    }
    return ['public'];
  }

  set searchPath(path: readonly string[]) {
    this.watch?.write('search_path', path.join());
    this.last = undefined;
    this.levels.top.searchPath = path;
  }

  /** Where a new object of this name would be made. */
  schemaFor(name: QualifiedName): string {
    return name.schema ?? this.searchPath[0] ?? 'public';
  }

  relationByKey(key: string): Relation | undefined {
    this.watch?.read(key);
    return this.relationAt(key);
  }

  private relationAt(key: string): Relation | undefined {
    for (let layer: Layer | undefined = this.levels.top; layer; layer = layer.below) {
      const found = layer.relations.get(key);
      if (found !== undefined) return found ?? undefined;
    }
    return undefined;
  }

  relation(name: QualifiedName): Relation | undefined {
    const { last } = this;
    // Every rule asks for the table of its statement.
    if (last && last.name === name.name && last.schema === name.schema) return last.relation;
    const relation = this.find(name);
    this.last = { name: name.name, schema: name.schema, relation };
    return relation;
  }

  private find({ schema, name }: QualifiedName): Relation | undefined {
    if (schema !== undefined) return findInSchema(schema, name, (each, own) => this.relationByKey(keyOf(each, own)));
    this.watch?.read(`named ${name}`);
    const direct = this.mayHaveTemporary || !this.hasDefaultPath ? undefined : this.relationAt(keyOf('public', name));
    if (direct) return direct;
    return findAlongPath(name, {
      searchPath: this.searchPath,
      mayHaveTemporary: this.mayHaveTemporary,
      homes: this.homes.get(name) ?? [],
      at: (schema, each) => this.relationAt(keyOf(schema, each)),
    });
  }

  /** True while no file has said where names without a schema stand. */
  get hasDefaultPath(): boolean {
    return isDefaultPath(this.searchPath);
  }

  table(name: QualifiedName): Table | undefined {
    return asTable(this.relation(name));
  }

  tableByKey(key: string): Table | undefined {
    return asTable(this.relationByKey(key));
  }

  /** The table's own schema and name; those that it would have where no file has made it. */
  named(name: QualifiedName): Pick<Table, 'schema' | 'name'> {
    return this.table(name) ?? { schema: this.schemaFor(name), name: name.name };
  }

  index(name: QualifiedName): Index | undefined {
    const found = this.relation(name);
    return found?.kind === 'index' ? found : undefined;
  }

  view(name: QualifiedName): View | undefined {
    const found = this.relation(name);
    return found?.kind === 'view' || found?.kind === 'materializedView' ? found : undefined;
  }

  type(name: QualifiedName): UserType | undefined {
    return this.firstInPath(name, (key) => this.typeByKey(key));
  }

  typeByKey(key: string): UserType | undefined {
    this.watch?.read(`type ${key}`);
    return livingAt(this.levels.top, typesOf, key);
  }

  function(name: QualifiedName): UserFunction | undefined {
    return this.firstInPath(name, (key) => this.functionByKey(key));
  }

  private firstInPath<T>({ schema, name }: QualifiedName, at: (key: string) => T | undefined) {
    if (schema !== undefined) return at(keyOf(schema, name));
    for (const each of this.searchPath) {
      const found = at(keyOf(each, name));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  functionByKey(key: string): UserFunction | undefined {
    this.watch?.read(`function ${key}`);
    return livingAt(this.levels.top, functionsOf, key);
  }

  /** What stands under a key. Nobody counts it as asked for. */
  peek(kind: StateKind, key: string): object | undefined {
    if (kind === 'relation') return this.relationAt(key);
    return livingAt<object>(
      this.levels.top,
      { type: typesOf, function: functionsOf, dependent: dependentsIn }[kind],
      key,
    );
  }

  /** Every relation, in no order that means anything. */
  relations(): Iterable<Relation> {
    this.watch?.read('every relation');
    return living(this.levels.top, (layer) => layer.relations);
  }

  /** Every view and materialized view. */
  *views(): Iterable<View> {
    this.watch?.read('every view');
    for (const key of this.viewKeys) {
      const found = this.relationAt(key);
      if (found?.kind === 'view' || found?.kind === 'materializedView') yield found;
    }
  }

  types(): Iterable<UserType> {
    this.watch?.read('every type');
    return living(this.levels.top, typesOf);
  }

  functions(): Iterable<UserFunction> {
    this.watch?.read('every function');
    return living(this.levels.top, functionsOf);
  }

  /** Every object that depends on others (see Dependent). */
  dependents(): Iterable<Dependent> {
    this.watch?.read('every dependent');
    return living(this.levels.top, dependentsIn);
  }

  /**
   * True for a table of this release that holds no rows worth mentioning, and for a temporary one:
   * nobody waits for its locks and nothing in it takes long to scan.
   */
  isNew(name: QualifiedName): boolean {
    const table = this.table(name);
    return table !== undefined && (table.temporary || (table.release === this.release && !table.filled));
  }

  /** The same with rows or without: no running code knows the table, so nobody waits for a lock on it. */
  isUnused(name: QualifiedName): boolean {
    const table = this.table(name);
    return table !== undefined && (table.temporary || table.release === this.release);
  }

  /** The session ends, and what is temporary with it. */
  endSession(): void {
    if (!this.mayHaveTemporary) return;
    for (const { key, schema } of [...this.relations()]) if (schema === 'pg_temp') this.remove(key);
    for (const { key, schema } of [...this.functions()]) if (schema === 'pg_temp') this.removeFunction(key);
    this.last = undefined;
    this.mayHaveTemporary = false;
  }

  /** True when a table of the schema has a constraint of that name. */
  isConstraintName(schema: string, name: string): boolean {
    const key = keyOf(schema, name);
    this.watch?.read(`constraint ${key}`);
    for (let layer: Layer | undefined = this.levels.top; layer; layer = layer.below) {
      const tables = layer.constraintNames.get(key);
      if (tables?.some((each) => this.hasConstraint(each, schema, name))) return true;
    }
    return false;
  }

  private hasConstraint(table: string, schema: string, name: string): boolean {
    const known = this.tableByKey(table);
    return known?.schema === schema && known.constraints.has(name);
  }

  /** Puts a constraint into a table, which stands in this state. */
  putConstraint(table: WritableTable, constraint: Constraint): void {
    table.constraints.set(constraint.name, constraint);
    this.watch?.write(`constraint ${keyOf(table.schema, constraint.name)}`, table.key);
    this.levels.top.noteConstraintName(keyOf(table.schema, constraint.name), table.key);
  }

  put(relation: Relation): void {
    if (relation.schema === 'pg_temp') this.mayHaveTemporary = true;
    if (relation.kind === 'view' || relation.kind === 'materializedView') this.viewKeys.add(relation.key);
    this.last = undefined;
    this.noteRelation(relation);
    this.levels.top.relations.set(relation.key, relation);
    if ((relation.kind !== 'table' && relation.kind !== 'index') || relation.schema === 'pg_temp') return;
    const homes = this.homes.get(relation.name);
    if (!homes) this.homes.set(relation.name, [relation.schema]);
    else if (!homes.includes(relation.schema)) homes.push(relation.schema);
  }

  private noteRelation({ key, name }: Relation | WritableTable): void {
    this.watch?.touch({ kind: 'relation', key, name, isView: this.viewKeys.has(key) });
  }

  remove(key: string): void {
    this.last = undefined;
    this.watch?.touch({ kind: 'relation', key, name: this.relationAt(key)?.name, isView: this.viewKeys.has(key) });
    this.levels.top.relations.set(key, null);
  }

  putType(type: UserType): void {
    this.watch?.touch({ kind: 'type', key: type.key });
    this.levels.top.setType(type.key, type);
    if (type.kind === 'enum' && type.addedInTransaction.length > 0) this.mayHaveAddedValues = true;
  }

  removeType(key: string): void {
    this.watch?.touch({ kind: 'type', key: key });
    this.levels.top.setType(key, null);
  }

  putFunction(fn: UserFunction): void {
    if (fn.schema === 'pg_temp') this.mayHaveTemporary = true;
    this.watch?.touch({ kind: 'function', key: fn.key });
    this.levels.top.setFunction(fn.key, fn);
  }

  removeFunction(key: string): void {
    this.watch?.touch({ kind: 'function', key: key });
    this.levels.top.setFunction(key, null);
  }

  /** A schema or an extension that the history has made: "schema s", "extension e". */
  made(key: string): MadeObject | undefined {
    this.watch?.read(`made ${key}`);
    return livingAt(this.levels.top, (layer) => layer.made, key);
  }

  /** A schema or an extension has been made, or is gone. */
  noteMade(key: string, isThere: boolean, note = ''): void {
    const { release, place } = this;
    for (const what of [`made ${key}`, 'every made']) this.watch?.write(what, `${key} ${isThere} ${release} ${note}`);
    this.levels.top.setMade(key, isThere ? { key, release, place, note } : null);
  }

  /** Every schema and extension that the history has made. */
  madeObjects(): Iterable<MadeObject> {
    this.watch?.read('every made');
    return living(this.levels.top, (layer) => layer.made);
  }

  dependent(key: string): Dependent | undefined {
    this.watch?.read(`dependent ${key}`);
    return livingAt(this.levels.top, dependentsIn, key);
  }

  /** Keeps an object that depends on others, and records it at the tables among those. */
  putDependent(dependent: Dependent): void {
    this.watch?.touch({ kind: 'dependent', key: dependent.key });
    this.levels.top.setDependent(dependent.key, dependent);
    for (const key of dependentOn(dependent)) this.writableTableByKey(key)?.dependents.add(dependent.key);
  }

  removeDependent(key: string): void {
    const known = this.dependent(key);
    if (!known) return;
    this.watch?.touch({ kind: 'dependent', key: key });
    this.levels.top.setDependent(key, null);
    for (const table of dependentOn(known)) this.writableTableByKey(table)?.dependents.delete(key);
  }

  /** The table, for changing in place; made as an unknown one when no migration shows it. */
  writableTable(name: QualifiedName): WritableTable {
    const known = this.table(name);
    if (known) return this.own(known);
    const { disturbances, hasDefaultPath } = this;
    const unqualified = name.schema === undefined && hasDefaultPath;
    return this.own({
      ...unknownTable(this.schemaFor(name), name.name),
      disturbances,
      unqualified,
      place: usedAt(this.place),
    });
  }

  writableTableByKey(key: string): WritableTable | undefined {
    const known = this.tableByKey(key);
    return known && this.own(known);
  }

  private own(table: Table): WritableTable {
    // What the top level holds, it was given by `put`, and nobody else has it.
    if (this.levels.top.relations.get(table.key) === table) {
      this.noteRelation(table);
      return table as WritableTable;
    }
    const copy = copied(table);
    this.put(copy);
    return copy;
  }
}

const functionsOf = (layer: Layer): Layer['functions'] => layer.functions;
const typesOf = (layer: Layer): Layer['types'] => layer.types;
const dependentsIn = (layer: Layer): Layer['dependents'] => layer.dependents;
