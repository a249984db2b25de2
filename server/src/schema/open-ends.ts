import type { Action } from '../sql/action.js';
import { objectSql, quoteIdentifier } from '../sql/quote.js';
import { keyFor } from './keys.js';
import type { Constraint, Place, Table } from './model.js';
import { constraintName, indexName } from './names.js';
import { indexesOfTable } from './partition-indexes.js';
import { keyOf, type SchemaState } from './state.js';

/** A change that one migration begins and a later one has to end. */
export interface OpenEnd {
  readonly kind: 'not valid' | 'index' | 'sync trigger' | 'progress table' | 'table aside' | 'column aside';
  /** The constraint, index, trigger or column; the table where it is that. */
  readonly name: string;
  /** For people. */
  readonly table: string;
  /** The key of the table. */
  readonly key: string;
  /** For a constraint what it is: "CHECK", "foreign key"; for a column or table the name that it had. */
  readonly detail: string;
  readonly place: Place;
  /** The SQL that ends it. */
  readonly ending: string;
}

/** What the replay keeps of one: the state knows later whether it is still open. */
type Noted = readonly [kind: OpenEnd['kind'], table: string, name: string, before: string, disturbances: number];

const MARK = 'open ';

/** What Airlock's own trigger that keeps two columns equal is called (rewrite/type-change.ts). */
const ownTrigger = /^~airlock_/;

/** What a table or column is called that somebody has put aside: orders_old, orders_backup_2, old_orders. */
const asideSuffix =
  /^_*(?:old|bak|backup|legacy|deprecated|obsolete|unused|previous|prev|orig|original|to_?(?:be_)?(?:drop|delete)(?:ped|d)?)(?:_*\d+)?$/i;
const asidePrefix = /^_*(?:old|bak|backup|legacy|deprecated|obsolete|unused)_+$/i;

function isAside(name: string, to: string): boolean {
  return (
    (to.startsWith(name) && asideSuffix.test(to.slice(name.length))) ||
    (to.endsWith(name) && asidePrefix.test(to.slice(0, to.length - name.length)))
  );
}

/** Keeps what an action begins. In: the state before it. */
export function noteOpenEnds(state: SchemaState, action: Action): void {
  switch (action.kind) {
    case 'addConstraint': {
      const { constraint, table, only, objectKind } = action;
      const isKey = constraint.kind === 'primaryKey' || constraint.kind === 'unique';
      if (objectKind !== undefined || (!constraint.notValid && !(only && isKey))) return;
      const name = constraintName(state, state.named(table), constraint);
      return note(state, isKey ? 'index' : 'not valid', keyFor(state, table), name);
    }
    case 'createIndex': {
      if (!action.only || !state.table(action.table)?.partitionBy) return;
      const name = indexName(state, state.named(action.table).schema, action);
      return note(state, 'index', keyFor(state, action.table), name);
    }
    case 'createTrigger':
      return ownTrigger.test(action.trigger)
        ? note(state, 'sync trigger', keyFor(state, action.table), action.trigger)
        : undefined;
    case 'createTable':
      return /^airlock_/.test(action.table.name) && !action.temporary
        ? note(state, 'progress table', keyFor(state, action.table), action.table.name)
        : undefined;
    case 'renameTable': {
      const table = state.table(action.table);
      if (table && isAside(table.name, action.to))
        note(state, 'table aside', keyOf(table.schema, action.to), action.to, table.name);
      return;
    }
    case 'renameColumn':
      return isAside(action.column, action.to)
        ? note(state, 'column aside', keyFor(state, action.table), action.to, action.column)
        : undefined;
    default:
      return;
  }
}

function note(state: SchemaState, kind: OpenEnd['kind'], table: string, name: string, before = ''): void {
  const noted: Noted = [kind, table, name, before, state.disturbances];
  state.noteMade(`${MARK}${JSON.stringify(noted)}`, true);
}

/**
 * What earlier releases have begun and nothing has ended, the oldest first. Left out: what came with a dump, what SQL
 * that nobody can read may have ended, and what something still needs. In: the state behind the last migration.
 */
export function openEnds(state: SchemaState): OpenEnd[] {
  const found = new Map<string, { end: OpenEnd; release: number }>();
  for (const { key, release, place } of state.madeObjects()) {
    if (!key.startsWith(MARK) || release === 0 || release >= state.release || !place) continue;
    const [kind, table, name, before, disturbances] = JSON.parse(key.slice(MARK.length)) as Noted;
    const known = state.tableByKey(table);
    if (!known || known.temporary || disturbances !== state.disturbances) continue;
    const open = stillOpen(kind, known, name, before, state);
    // The same thing begun again is as old as its last beginning.
    const id = `${kind} ${table} ${name}`;
    if (open && (found.get(id)?.release ?? -1) < release) found.set(id, { end: { kind, ...open, place }, release });
  }
  const synced = new Set([...found.values()].flatMap(({ end }) => (end.kind === 'sync trigger' ? end.table : [])));
  return [...found.values()]
    .filter(({ end }) => end.kind !== 'column aside' || !synced.has(end.table))
    .sort((a, b) => a.release - b.release)
    .map(({ end }) => end);
}

type Open = Omit<OpenEnd, 'kind' | 'place'>;

const constraintWords: Partial<Record<Constraint['kind'], string>> = {
  check: 'CHECK',
  foreignKey: 'foreign key',
  notNull: 'NOT NULL',
};

function stillOpen(
  kind: OpenEnd['kind'],
  table: Table,
  name: string,
  before: string,
  state: SchemaState,
): Open | undefined {
  const label = labelOf(table, state);
  const sql = sqlName(table, state);
  const quoted = quoteIdentifier(name);
  const base = { name, table: label, key: table.key, detail: before };
  switch (kind) {
    case 'not valid': {
      const constraint = table.constraints.get(name);
      const words = constraint && constraintWords[constraint.kind];
      if (!constraint || constraint.validated || !constraint.enforced || constraint.inherited || !words) return;
      return { ...base, detail: words, ending: `ALTER TABLE ${sql} VALIDATE CONSTRAINT ${quoted};` };
    }
    case 'index': {
      const index = indexesOfTable(state, table).find((each) => each.name === name);
      const partitions = [...table.children].flatMap((key) => state.tableByKey(key) ?? []);
      const without = partitions.filter(
        (each) =>
          each.partitionOf === table.key && !indexesOfTable(state, each).some((own) => own.partOf === index?.key),
      );
      if (!index || !table.partitionBy || without.length === 0) return;
      const detail = without.map((each) => labelOf(each, state)).join(', ');
      return {
        ...base,
        detail,
        ending: `ALTER INDEX ${objectSql({ schema: schemaOf(table, state), name })} ATTACH PARTITION`,
      };
    }
    case 'sync trigger': {
      const trigger = state.dependent(`trigger ${name} on ${table.key}`);
      return trigger && { ...base, ending: `DROP TRIGGER ${quoted} ON ${sql};` };
    }
    case 'progress table':
      return { ...base, ending: `DROP TABLE ${sql};` };
    case 'table aside':
      return isUsed(table, state) ? undefined : { ...base, ending: `DROP TABLE ${sql};` };
    case 'column aside':
      return table.columns.has(name) && table.columns.has(before)
        ? { ...base, ending: `ALTER TABLE ${sql} DROP COLUMN ${quoted};` }
        : undefined;
  }
}

/** Something that the history shows reads the table or hangs on it. */
function isUsed(table: Table, state: SchemaState): boolean {
  if (table.partitionOf !== undefined || table.children.size > 0) return true;
  if ([...table.referencedBy].some((key) => key !== table.key)) return true;
  for (const { reads } of state.views()) if (reads.includes(table.key)) return true;
  return false;
}

function schemaOf({ schema }: Table, state: SchemaState): string | undefined {
  return schema === 'public' || state.searchPath.includes(schema) ? undefined : schema;
}

function labelOf(table: Table, state: SchemaState): string {
  const schema = schemaOf(table, state);
  return schema === undefined ? table.name : `${schema}.${table.name}`;
}

function sqlName(table: Table, state: SchemaState): string {
  return objectSql({ schema: schemaOf(table, state), name: table.name });
}

/** How long something has been open, where the names of migrations show it. */
export interface Age {
  /** Migrations behind the one that has begun it. */
  readonly migrations: number;
  /** Between the dates in the names of that and of the last one. */
  readonly days: number | undefined;
}
