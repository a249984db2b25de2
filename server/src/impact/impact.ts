import type { QualifiedName } from '../sql/action.js';
import type { Index, Relation, Sequence, Table } from '../schema/model.js';
import { ancestorsOf, descendantsOf } from '../schema/descendants.js';
import { keyFor } from '../schema/keys.js';
import { keyOf, type SchemaState } from '../schema/state.js';
import type { Failure } from './failure.js';
import { atLeast, type LockMode } from './locks.js';
import { schemaToWrite } from './object-refs.js';

/** Where a migration will run. */
export interface Target {
  /** Major version, 14 to 18. */
  readonly postgres: number;
  /** The minor version of the oldest server, where it is stated. */
  readonly minor?: number | undefined;
  /** True when the version is not stated, so that it is the oldest supported one. */
  readonly versionAssumed?: boolean;
  /** The TimeZone of the session; decides whether timestamp ↔ timestamptz rewrites. */
  readonly timeZone: string;
}

/** A relation that an impact is about. SQL for it is made of `schema` and `name` by sql/quote.ts, never of the label. */
export interface RelationRef {
  /** As in the schema state. */
  readonly key: string;
  /** What a person reads: as the statement writes it; a related object with its schema when that is not on the search path. */
  readonly label: string;
  /** Undefined where the search path finds it. */
  readonly schema: string | undefined;
  readonly name: string;
}

export interface RelationLock {
  readonly relation: RelationRef;
  readonly kind: 'table' | 'index' | 'view' | 'sequence';
  readonly mode: LockMode;
  /** True when this release made it, so that nobody else uses it yet. */
  readonly isNew: boolean;
}

export interface Scan {
  readonly relation: RelationRef;
  readonly isNew: boolean;
  /** `domain`: the values of a domain, one table after the other. */
  readonly why: 'check' | 'not null' | 'foreign key' | 'partition' | 'index' | 'query' | 'domain';
}

export interface IndexBuild {
  readonly relation: RelationRef;
  readonly index: RelationRef;
  readonly isNew: boolean;
}

/** What a statement does to a running system, before its own rows are counted. */
export interface Impact {
  /** False when Airlock has no fact about this form: it is unknown, not safe. */
  readonly known: boolean;
  /** The strongest mode on every relation that exists before the statement. */
  readonly locks: readonly RelationLock[];
  /** Tables that are written anew, row by row. */
  readonly rewrites: readonly RelationRef[];
  /** Tables that are read from end to end while the locks are held. */
  readonly scans: readonly Scan[];
  readonly indexBuilds: readonly IndexBuild[];
  /** Whether PostgreSQL takes the statement inside a transaction block. */
  readonly transaction: 'allowed' | 'forbidden';
  /** What PostgreSQL answers when it is certain to refuse. */
  readonly fails: Failure | undefined;
}

/** Collects the impact of a statement; the strongest lock on a relation wins. */
export class ImpactBuilder {
  private readonly locks = new Map<string, RelationLock>();
  private readonly rewritten = new Map<string, RelationRef>();
  private readonly scanned = new Map<string, Scan>();
  private readonly built: IndexBuild[] = [];
  private forbidden = false;
  private unknown = false;
  private failure: Failure | undefined;

  private state: SchemaState;

  constructor(
    /** The schema before the statement. */
    private readonly start: SchemaState,
    readonly target: Target,
  ) {
    this.state = start;
  }

  /** The schema before the action that is looked at. */
  get before(): SchemaState {
    return this.state;
  }

  /** Goes on to an action, on the state that the actions before it have left. */
  at(state: SchemaState): void {
    this.state = state;
  }

  /** A relation of the state that the statement does not name. */
  ref(relation: Pick<Relation, 'key' | 'schema' | 'name'>): RelationRef {
    return refOf(relation.key, this.labelSchema(relation), relation.name);
  }

  /** A relation as the statement names it. */
  refTo(name: QualifiedName): RelationRef {
    return refOf(keyFor(this.before, name), name.schema, name.name);
  }

  /** The statement's own spelling for its own table, the state's for any other. */
  refFor(table: Table | undefined, name: QualifiedName): RelationRef {
    return !table || this.before.table(name)?.key === table.key ? this.refTo(name) : this.ref(table);
  }

  /** The schema that has to be written before its name. */
  labelSchema(relation: Pick<Relation, 'schema'>): string | undefined {
    return schemaToWrite(relation, this.before);
  }

  /** Locks a relation as the statement names it. */
  lock(name: QualifiedName, mode: LockMode, kind?: RelationLock['kind']): void {
    const relation = this.before.relation(name);
    this.put({ relation: this.refTo(name), kind: kind ?? kindOf(relation), mode, isNew: this.isNew(relation) });
  }

  /** Locks a relation that the statement does not name. */
  lockRelated(relation: Relation, mode: LockMode): void {
    this.put({ relation: this.ref(relation), kind: kindOf(relation), mode, isNew: this.isNew(relation) });
  }

  lockKey(key: string, mode: LockMode): void {
    const relation = this.before.relationByKey(key);
    if (relation) this.lockRelated(relation, mode);
  }

  private put(lock: RelationLock): void {
    const { key } = lock.relation;
    if (this.isMadeHere(key)) return;
    const held = this.locks.get(key);
    if (!held || !atLeast(held.mode, lock.mode))
      this.locks.set(key, held ? { ...lock, relation: held.relation } : lock);
  }

  /** What an earlier action of the statement has made is locked by nobody else. A table that no file makes was there. */
  private isMadeHere(key: string): boolean {
    if (this.state === this.start || this.start.relationByKey(key)) return false;
    const made = this.state.relationByKey(key);
    return made !== undefined && made.release !== 0;
  }

  private isNew(relation: Relation | undefined): boolean {
    if (!relation) return false;
    if (relation.kind === 'table' || relation.kind === 'foreignTable') {
      return relation.temporary || (relation.release === this.before.release && !relation.filled);
    }
    if (relation.kind === 'index') {
      const owner = this.before.relationByKey(relation.table);
      return owner?.kind === 'index' ? false : this.isNew(owner);
    }
    return relation.release === this.before.release;
  }

  rewrite(table: Table | undefined, name: QualifiedName): void {
    const relation = this.refFor(table, name);
    if (!this.rewritten.has(relation.key)) this.rewritten.set(relation.key, relation);
    for (const index of this.indexesOf(table)) this.lockRelated(index, 'AccessExclusiveLock');
  }

  scan(relation: RelationRef, why: Scan['why'], isNew: boolean): void {
    const key = `${why} ${relation.key}`;
    if (!this.scanned.has(key)) this.scanned.set(key, { relation, why, isNew });
  }

  scanTable(name: QualifiedName, why: Scan['why']): void {
    this.scan(this.refTo(name), why, this.before.isNew(name));
  }

  /** An index is made in the schema of its table. */
  buildIndex(name: QualifiedName, index: string): void {
    const schema = this.before.relation(name)?.schema ?? this.before.schemaFor(name);
    this.built.push({
      relation: this.refTo(name),
      index: { key: keyOf(schema, index), label: index, schema: name.schema, name: index },
      isNew: this.before.isNew(name),
    });
  }

  indexesOf(table: Table | undefined): Index[] {
    const found: Index[] = [];
    for (const key of table?.indexes ?? []) {
      const index = this.before.relationByKey(key);
      if (index?.kind === 'index') found.push(index);
    }
    return found;
  }

  /** The sequences of its serial and identity columns; of one column when it is named. */
  sequencesOf(table: Table | undefined, column?: string): Sequence[] {
    const found: Sequence[] = [];
    for (const each of table?.columns.values() ?? []) {
      const sequence = each.sequence === undefined ? undefined : this.before.relationByKey(each.sequence);
      if (sequence?.kind === 'sequence' && (column === undefined || each.name === column)) found.push(sequence);
    }
    return found;
  }

  /** Partitions and inheriting tables, all levels down. */
  descendantsOf(table: Table | undefined): Table[] {
    return table ? descendantsOf(table, (key) => this.before.tableByKey(key)) : [];
  }

  /** The tables that it is a partition of, from the next one to the root. */
  ancestorsOf(table: Table | undefined): Table[] {
    return table ? ancestorsOf(table, (key) => this.before.tableByKey(key)) : [];
  }

  forbidInTransaction(): void {
    this.forbidden = true;
  }

  /** The first failure of a statement is the one that PostgreSQL answers with. */
  fail(failure: Failure | undefined): void {
    this.failure ??= failure;
  }

  notKnown(): void {
    this.unknown = true;
  }

  build(): Impact {
    return {
      known: !this.unknown,
      locks: [...this.locks.values()],
      rewrites: [...this.rewritten.values()],
      scans: [...this.scanned.values()],
      indexBuilds: this.built,
      transaction: this.forbidden ? 'forbidden' : 'allowed',
      fails: this.failure,
    };
  }
}

function refOf(key: string, schema: string | undefined, name: string): RelationRef {
  return { key, label: schema === undefined ? name : `${schema}.${name}`, schema, name };
}

function kindOf(relation: Relation | undefined): RelationLock['kind'] {
  if (relation?.kind === 'index' || relation?.kind === 'sequence') return relation.kind;
  return relation?.kind === 'view' || relation?.kind === 'materializedView' ? 'view' : 'table';
}
