import type { HeldLock } from '../../../rules/engine/define-rule.js';
import type { Impact } from '../impact/impact.js';
import { atLeast } from '../impact/locks.js';
import { Marker } from '../schema/content-mark.js';
import { keyFor } from '../schema/keys.js';
import { keyOf, type SchemaState } from '../schema/state.js';
import type { RenameTable, Transaction } from '../sql/action.js';
import type { Span } from '../sql/span.js';
import type { ParsedStatement } from '../sql/statement.js';

/**
 * The locks that the open transaction holds and that somebody may wait for: PostgreSQL gives a lock back at the end of
 * the transaction, or with the savepoint behind which it was taken. Tables of this release and tables that the
 * statement drops are left out: nobody waits for the first, and nobody gets the second back.
 */
export class HeldLocks {
  private readonly locks = new Map<string, HeldLock>();
  private own = 0;
  /** Savepoints with the relations that were locked at each; the Map keeps the order in which they came. */
  private savepoints: { readonly name: string; readonly count: number }[] = [];

  /** A number for the locks: the same for the same ones, taken by the same statements in the same order. */
  get mark(): number {
    return this.own;
  }

  get byRelation(): ReadonlyMap<string, HeldLock> {
    return this.locks;
  }

  take(impact: Impact, statement: ParsedStatement, span: Span, before: SchemaState): void {
    for (const lock of impact.locks) {
      if (lock.isNew || (lock.kind !== 'table' && lock.kind !== 'view') || !atLeast(lock.mode, 'ShareLock')) continue;
      const { key } = lock.relation;
      const table = before.tableByKey(key);
      if (table && before.isUnused(table)) continue;
      const dropped = statement.actions.some(
        (action) => action.kind === 'dropTable' && keyFor(before, action.table) === key,
      );
      const known = this.locks.get(key);
      if (dropped || (known && atLeast(known.lock.mode, lock.mode))) continue;
      const held = { lock, statement, span };
      this.locks.set(key, held);
      this.own = mixed(this.own, key, held);
    }
    for (const action of statement.actions) if (action.kind === 'renameTable') this.rename(action, before);
  }

  /** A table keeps its lock under its new name, and in its place among the locks. */
  private rename({ table, to }: RenameTable, before: SchemaState): void {
    const old = keyFor(before, table);
    if (!this.locks.has(old)) return;
    const schema = before.relation(table)?.schema ?? before.schemaFor(table);
    const all = [...this.locks];
    this.locks.clear();
    for (const [key, held] of all)
      this.locks.set(...(key === old ? underName(held, schema, to) : ([key, held] as const)));
    this.own = [...this.locks].reduce((mark, [key, held]) => mixed(mark, key, held), 0);
  }

  follow({ operation, savepoint }: Transaction): void {
    if (operation === 'commit' || operation === 'rollback' || operation === 'prepare') this.release();
    else if (operation === 'savepoint') this.savepoints.push({ name: savepoint ?? '', count: this.locks.size });
    else if (operation === 'release') this.savepoints.splice(this.find(savepoint));
    else if (operation === 'rollbackTo') {
      const at = this.savepoints[this.find(savepoint)];
      if (!at) return;
      for (const key of [...this.locks.keys()].slice(at.count)) this.locks.delete(key);
      this.own = [...this.locks].reduce((mark, [key, held]) => mixed(mark, key, held), 0);
      this.savepoints.splice(this.find(savepoint) + 1);
    }
  }

  release(): void {
    this.locks.clear();
    this.own = 0;
    this.savepoints = [];
  }

  /** The innermost savepoint of the name; behind the last when there is none. */
  private find(name: string | undefined): number {
    const at = this.savepoints.map((each) => each.name).lastIndexOf(name ?? '');
    return at < 0 ? this.savepoints.length : at;
  }
}

function underName({ lock, ...held }: HeldLock, schema: string, name: string): [string, HeldLock] {
  const { relation } = lock;
  const label = relation.schema === undefined ? name : `${relation.schema}.${name}`;
  const key = keyOf(schema, name);
  return [key, { ...held, lock: { ...lock, relation: { ...relation, key, label, name } } }];
}

const numbers = new WeakMap<ParsedStatement, number>();
let given = 0;

/** Statements are kept by their texts, so one that has not changed has the number that it had. */
function numberOf(statement: ParsedStatement): number {
  const known = numbers.get(statement);
  if (known !== undefined) return known;
  numbers.set(statement, ++given);
  return given;
}

function mixed(mark: number, key: string, { lock, statement }: HeldLock): number {
  return new Marker().number(mark).text(key).text(lock.mode).number(numberOf(statement)).mark;
}
