import type { ObjectName } from '../sql/action.js';
import { dependentOn, folded, Layer, living, livingAt, type MadeObject } from './layers.js';
import type { Constraint, Dependent, Index, Place, Relation, Table, UserFunction, UserType, View } from './model.js';
import { asTable, copied, unknownTable, usedAt, type WritableTable } from './writable-table.js';

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
  /** How often SQL has run that nobody can read: dynamic SQL, a function that no migration defines. */
  disturbances = 0;
  /** True when a file has set a lock_timeout, and when one has begun or ended a transaction inside the tool's. */
  hasBoundWaits = false;
  hasOwnTransactions = false;
  /** The statement that runs, where the path of its file is known. */
  place: Place | undefined;
  /** False when no enum has a value that was added in an open transaction, so that nobody has to look for one. */
  mayHaveAddedValues = false;
  /** False when there is no temporary relation, so that nobody has to look for one. */
  private mayHaveTemporary = false;
  /** Keys under which a view has ever stood; views are few, relations many. */
  private readonly viewKeys: Set<string>;
  /** The schemas in which a table of a name has ever stood. Shared with all forks: what is there now is looked up. */
  private readonly homes: Map<string, string[]>;

  /** What was found last, while nothing has changed. */
  private last: { name: string; schema: string | undefined; relation: Relation | undefined } | undefined;

  constructor(base?: SchemaState) {
    // Every level costs a look-up.
    this.top = new Layer(base && folded(base.top), 'file');
    this.release = base?.release ?? 1;
    this.disturbances = base?.disturbances ?? 0;
    this.hasBoundWaits = base?.hasBoundWaits ?? false;
    this.hasOwnTransactions = base?.hasOwnTransactions ?? false;
    this.homes = base?.homes ?? new Map();
    this.mayHaveAddedValues = base?.mayHaveAddedValues ?? false;
    this.mayHaveTemporary = base?.mayHaveTemporary ?? false;
    this.viewKeys = new Set(base?.viewKeys);
  }

  /** A state on top of this one. This one must not change any more while the fork lives. */
  fork(): SchemaState {
    return new SchemaState(this);
  }

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
    this.last = undefined;
    if (this.top.below) this.top = this.top.below;
  }

  get searchPath(): readonly string[] {
    for (let layer: Layer | undefined = this.top; layer; layer = layer.below) {
      if (layer.searchPath) return layer.searchPath;
    }
    return ['public'];
  }

  set searchPath(path: readonly string[]) {
    this.last = undefined;
    this.top.searchPath = path;
  }

  /** Where a new object of this name would be made. */
  schemaFor(name: ObjectName): string {
    return name.schema ?? this.searchPath[0] ?? 'public';
  }

  relationByKey(key: string): Relation | undefined {
    for (let layer: Layer | undefined = this.top; layer; layer = layer.below) {
      const found = layer.relations.get(key);
      if (found !== undefined) return found ?? undefined;
    }
    return undefined;
  }

  relation(name: ObjectName): Relation | undefined {
    const { last } = this;
    // Every rule asks for the table of its statement.
    if (last && last.name === name.name && last.schema === name.schema) return last.relation;
    const relation = this.find(name);
    this.last = { name: name.name, schema: name.schema, relation };
    return relation;
  }

  private find(name: ObjectName): Relation | undefined {
    if (name.schema !== undefined)
      return this.relationByKey(keyOf(name.schema, name.name)) ?? this.withoutSchema(name.schema, name.name);
    // Temporary relations come before the search path; nearly no migration has one.
    const temporary = this.mayHaveTemporary ? this.relationByKey(keyOf('pg_temp', name.name)) : undefined;
    if (temporary) return temporary;
    for (const schema of this.searchPath) {
      const found = this.relationByKey(keyOf(schema, name.name));
      if (found) return found;
    }
    return this.hasDefaultPath ? this.withSchema(name.name) : undefined;
  }

  /** True while no file has said where names without a schema stand. */
  get hasDefaultPath(): boolean {
    return this.searchPath.length === 1 && this.searchPath[0] === 'public';
  }

  /**
   * A table written with and without its schema is one, unless the history shows two: the role or the tool may set
   * another search_path than files do.
   */
  private withoutSchema(schema: string, name: string): Relation | undefined {
    if (schema.startsWith('pg_') || schema === 'information_schema') return undefined;
    const found = this.relationByKey(keyOf('public', name));
    return found?.kind === 'table' && found.unqualified ? found : undefined;
  }

  private withSchema(name: string): Relation | undefined {
    const found = (this.homes.get(name) ?? []).flatMap(
      (schema) => asTable(this.relationByKey(keyOf(schema, name))) ?? [],
    );
    return found.length === 1 ? found[0] : undefined;
  }

  table(name: ObjectName): Table | undefined {
    return asTable(this.relation(name));
  }

  tableByKey(key: string): Table | undefined {
    return asTable(this.relationByKey(key));
  }

  /** The table's own schema and name; those that it would have where no file has made it. */
  named(name: ObjectName): Pick<Table, 'schema' | 'name'> {
    return this.table(name) ?? { schema: this.schemaFor(name), name: name.name };
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
    return this.onPath(name, typesOf);
  }

  typeByKey(key: string): UserType | undefined {
    return livingAt(this.top, typesOf, key);
  }

  function(name: Pick<ObjectName, 'schema' | 'name'>): UserFunction | undefined {
    return this.onPath(name, functionsOf);
  }

  private onPath<T>(name: Pick<ObjectName, 'schema' | 'name'>, of: (layer: Layer) => ReadonlyMap<string, T | null>) {
    for (const schema of name.schema !== undefined ? [name.schema] : this.searchPath) {
      const found = livingAt(this.top, of, keyOf(schema, name.name));
      if (found) return found;
    }
    return undefined;
  }

  functionByKey(key: string): UserFunction | undefined {
    return livingAt(this.top, functionsOf, key);
  }

  /** Every relation, in no order that means anything. */
  relations(): Iterable<Relation> {
    return living(this.top, (layer) => layer.relations);
  }

  /** Every view and materialized view. */
  *views(): Iterable<View> {
    for (const key of this.viewKeys) {
      const found = this.relationByKey(key);
      if (found?.kind === 'view' || found?.kind === 'materializedView') yield found;
    }
  }

  types(): Iterable<UserType> {
    return living(this.top, typesOf);
  }

  functions(): Iterable<UserFunction> {
    return living(this.top, functionsOf);
  }

  /** Every object that depends on others (see Dependent). */
  dependents(): Iterable<Dependent> {
    return living(this.top, dependentsIn);
  }

  /**
   * True for a table of this release that holds no rows worth mentioning, and for a temporary one:
   * nobody waits for its locks and nothing in it takes long to scan.
   */
  isNew(name: ObjectName): boolean {
    const table = this.table(name);
    return table !== undefined && (table.temporary || (table.release === this.release && !table.filled));
  }

  /** The same with rows or without: no running code knows the table, so nobody waits for a lock on it. */
  isUnused(name: ObjectName): boolean {
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
    for (let layer: Layer | undefined = this.top; layer; layer = layer.below) {
      for (const each of layer.constraintNames.get(key) ?? []) {
        const table = this.tableByKey(each);
        if (table?.schema === schema && table.constraints.has(name)) return true;
      }
    }
    return false;
  }

  /** Puts a constraint into a table, which stands in this state. */
  putConstraint(table: WritableTable, constraint: Constraint): void {
    table.constraints.set(constraint.name, constraint);
    this.top.noteConstraintName(keyOf(table.schema, constraint.name), table.key);
  }

  put(relation: Relation): void {
    if (relation.schema === 'pg_temp') this.mayHaveTemporary = true;
    if (relation.kind === 'view' || relation.kind === 'materializedView') this.viewKeys.add(relation.key);
    this.last = undefined;
    this.top.relations.set(relation.key, relation);
    if (relation.kind !== 'table' || relation.schema === 'pg_temp') return;
    const homes = this.homes.get(relation.name);
    if (!homes) this.homes.set(relation.name, [relation.schema]);
    else if (!homes.includes(relation.schema)) homes.push(relation.schema);
  }

  remove(key: string): void {
    this.last = undefined;
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
    if (fn.schema === 'pg_temp') this.mayHaveTemporary = true;
    this.top.setFunction(fn.key, fn);
  }

  removeFunction(key: string): void {
    this.top.setFunction(key, null);
  }

  /** A schema or an extension that the history has made: "schema s", "extension e". */
  made(key: string): MadeObject | undefined {
    return livingAt(this.top, (layer) => layer.made, key);
  }

  /** A schema or an extension has been made, or is gone. */
  noteMade(key: string, isThere: boolean): void {
    this.top.setMade(key, isThere ? { release: this.release, place: this.place } : null);
  }

  dependent(key: string): Dependent | undefined {
    return livingAt(this.top, dependentsIn, key);
  }

  /** Keeps an object that depends on others, and records it at the tables among those. */
  putDependent(dependent: Dependent): void {
    this.top.setDependent(dependent.key, dependent);
    for (const key of dependentOn(dependent)) this.writableTableByKey(key)?.dependents.add(dependent.key);
  }

  removeDependent(key: string): void {
    const known = this.dependent(key);
    if (!known) return;
    this.top.setDependent(key, null);
    for (const table of dependentOn(known)) this.writableTableByKey(table)?.dependents.delete(key);
  }

  /** The table, for changing in place; made as an unknown one when no migration shows it. */
  writableTable(name: ObjectName): WritableTable {
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
    if (this.top.relations.get(table.key) === table) return table as WritableTable;
    const copy = copied(table);
    this.put(copy);
    return copy;
  }
}

const functionsOf = (layer: Layer): Layer['functions'] => layer.functions;
const typesOf = (layer: Layer): Layer['types'] => layer.types;
const dependentsIn = (layer: Layer): Layer['dependents'] => layer.dependents;
