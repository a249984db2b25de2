import type { ObjectName } from '../sql/action.js';
import type { Index, Relation, Sequence, Table } from '../schema/model.js';
import { ancestorsOf, descendantsOf } from '../schema/descendants.js';
import { keyOf, type SchemaState } from '../schema/state.js';
import { atLeast, type LockMode } from './locks.js';

/** Where a migration will run. */
export interface Target {
  /** Major version, 14 to 18. */
  readonly postgres: number;
  /** True when nobody has told the version, so that it is the oldest supported one. */
  readonly versionAssumed?: boolean;
  /** The TimeZone of the session; decides whether timestamp ↔ timestamptz rewrites. */
  readonly timeZone: string;
}

export interface RelationLock {
  /** As the statement writes it; a related object by its plain name, with its schema when that is not on the search path. */
  readonly relation: string;
  readonly key: string;
  readonly kind: 'table' | 'index' | 'view' | 'sequence';
  readonly mode: LockMode;
  /** True when this release made it, so that nobody else uses it yet. */
  readonly isNew: boolean;
}

export interface Scan {
  readonly relation: string;
  readonly isNew: boolean;
  /** `domain`: the values of a domain, one table after the other. */
  readonly why: 'check' | 'not null' | 'foreign key' | 'partition' | 'index' | 'query' | 'domain';
}

export interface IndexBuild {
  readonly relation: string;
  readonly index: string;
  readonly isNew: boolean;
}

/** What a statement does to a running system, before its own rows are counted. */
export interface Impact {
  /** False when Airlock has no fact about this form: it is unknown, not safe. */
  readonly known: boolean;
  /** The strongest mode on every relation that exists before the statement. */
  readonly locks: readonly RelationLock[];
  /** Tables that are written anew, row by row. */
  readonly rewrites: readonly string[];
  /** Tables that are read from end to end while the locks are held. */
  readonly scans: readonly Scan[];
  readonly indexBuilds: readonly IndexBuild[];
  /** Whether PostgreSQL takes the statement inside a transaction block. */
  readonly transaction: 'allowed' | 'forbidden';
  /** What PostgreSQL answers when it is certain to refuse. */
  readonly fails: { readonly code: string; readonly message: string } | undefined;
}

/** Collects the impact of a statement; the strongest lock on a relation wins. */
export class ImpactBuilder {
  private readonly locks = new Map<string, RelationLock>();
  private readonly rewritten = new Set<string>();
  private readonly scanned = new Map<string, Scan>();
  private readonly built: IndexBuild[] = [];
  private forbidden = false;
  private unknown = false;
  private failure: Impact['fails'];

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

  /** The name a person reads for a relation known by its key. */
  label(relation: Pick<Relation, 'schema' | 'name'>): string {
    return this.before.searchPath.includes(relation.schema) || relation.schema === 'pg_temp'
      ? relation.name
      : `${relation.schema}.${relation.name}`;
  }

  /** The schema that has to be written before its name. */
  labelSchema(relation: Pick<Relation, 'schema'>): string | undefined {
    return this.before.searchPath.includes(relation.schema) || relation.schema === 'pg_temp'
      ? undefined
      : relation.schema;
  }

  private labelOf(name: ObjectName): string {
    return name.schema === undefined ? name.name : `${name.schema}.${name.name}`;
  }

  /** Locks a relation as the statement names it. */
  lock(name: ObjectName, mode: LockMode, kind?: RelationLock['kind']): void {
    const relation = this.before.relation(name);
    const key = relation?.key ?? keyOf(this.before.schemaFor(name), name.name);
    this.put({ relation: this.labelOf(name), key, kind: kind ?? kindOf(relation), mode, isNew: this.isNew(relation) });
  }

  /** Locks a relation that the statement does not name. */
  lockRelated(relation: Relation, mode: LockMode): void {
    this.put({
      relation: this.label(relation),
      key: relation.key,
      kind: kindOf(relation),
      mode,
      isNew: this.isNew(relation),
    });
  }

  lockKey(key: string, mode: LockMode): void {
    const relation = this.before.relationByKey(key);
    if (relation) this.lockRelated(relation, mode);
  }

  private put(lock: RelationLock): void {
    if (this.isMadeHere(lock.key)) return;
    const held = this.locks.get(lock.key);
    if (!held || !atLeast(held.mode, lock.mode))
      this.locks.set(lock.key, held ? { ...lock, relation: held.relation } : lock);
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

  rewrite(table: Table | undefined, name: ObjectName): void {
    this.rewritten.add(table ? this.nameFor(table, name) : this.labelOf(name));
    for (const index of this.indexesOf(table)) this.lockRelated(index, 'AccessExclusiveLock');
  }

  /** The statement's own spelling for its own table, a label for any other. */
  nameFor(table: Table, name: ObjectName): string {
    return this.before.table(name)?.key === table.key ? this.labelOf(name) : this.label(table);
  }

  scan(relation: string, why: Scan['why'], isNew: boolean): void {
    const key = `${relation} ${why}`;
    if (!this.scanned.has(key)) this.scanned.set(key, { relation, why, isNew });
  }

  scanTable(name: ObjectName, why: Scan['why']): void {
    this.scan(this.labelOf(name), why, this.before.isNew(name));
  }

  buildIndex(name: ObjectName, index: string): void {
    this.built.push({ relation: this.labelOf(name), index, isNew: this.before.isNew(name) });
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

  fail(code: string, message: string): void {
    this.failure ??= { code, message };
  }

  notKnown(): void {
    this.unknown = true;
  }

  build(): Impact {
    return {
      known: !this.unknown,
      locks: [...this.locks.values()],
      rewrites: [...this.rewritten],
      scans: [...this.scanned.values()],
      indexBuilds: this.built,
      transaction: this.forbidden ? 'forbidden' : 'allowed',
      fails: this.failure,
    };
  }
}

function kindOf(relation: Relation | undefined): RelationLock['kind'] {
  if (relation?.kind === 'index' || relation?.kind === 'sequence') return relation.kind;
  return relation?.kind === 'view' || relation?.kind === 'materializedView' ? 'view' : 'table';
}
