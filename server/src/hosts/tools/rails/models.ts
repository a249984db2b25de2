import { quoteTable } from './names.js';
import { tableOfModel } from './words.js';
import type { Call, Expression, Statement } from '../../code.js';
import { pathOf, type Scope, textOf } from '../../values.js';

/** The tables of the models that a file defines itself, by their names. */
export function modelTables(statements: readonly Statement[], scope: Scope): ReadonlyMap<string, string> {
  const tables = new Map<string, string>();
  for (const statement of statements) {
    if (statement.kind !== 'class') continue;
    for (const [name, table] of modelTables(statement.body, scope)) tables.set(name, table);
    const base = statement.bases[0] && pathOf(statement.bases[0])?.join('::');
    if (base === undefined || !/^(?:ActiveRecord::Base|ApplicationRecord|\w*Record)$/.test(base)) continue;
    const named = statement.body.find(
      (each) => each.kind === 'assign' && each.target?.kind === 'member' && each.target.name === 'table_name',
    );
    const own = named?.kind === 'assign' ? textOf(named.value, scope) : undefined;
    if (named && own === undefined) continue;
    // Rails puts the name of the class around it before the table of a model within.
    if (own !== undefined) tables.set(statement.name, own);
    else tables.set(statement.name, tableOfModel(statement.name));
  }
  return tables;
}

const changing = new Set([
  'update_all',
  'delete_all',
  'destroy_all',
  'destroy',
  'delete',
  'find_each',
  'find_in_batches',
  'in_batches',
  'each',
  'map',
  'each_with_index',
  'create',
  'create!',
  'insert_all',
  'insert_all!',
  'insert',
  'upsert_all',
  'update',
  'update!',
  'update_columns',
  'update_column',
  'update_counters',
  'save',
  'save!',
  'touch_all',
  'find_or_create_by',
  'find_or_create_by!',
  'first_or_create',
  'first_or_create!',
  'import',
  'import!',
  'invoke',
  'perform_later',
  'perform_now',
  'perform_async',
  'perform_in',
  'call',
  'call!',
  'run',
  'execute',
  'perform',
  'increment!',
  'reindex',
]);

const harmlessRoots =
  /^(?:Rails|File|Dir|IO|Time|Date|DateTime|JSON|YAML|Hash|Array|ENV|SecureRandom|Digest|Kernel|Process|Set|String|Integer|CSV|Logger|Benchmark|Etc|URI|Regexp|Math|Struct|Class|Module|ActiveSupport|I18n|Pathname|FileUtils|Gem|Arel|Concurrent|Thread|ObjectSpace|GC|PG|StrongMigrations)$/;

/** The constant at the root of a chain of calls: `User` of `User.where(…).update_all(…)`. */
export function rootConstant(value: Expression): string | undefined {
  let found: Expression = value;
  for (let steps = 0; steps < 100; steps++) {
    if (found.kind === 'call') found = found.callee;
    else if (found.kind === 'member') {
      const path = pathOf(found);
      if (path && /^[A-Z]/.test(path[0] ?? '')) {
        const constants = path.filter((each) => /^[A-Z]/.test(each));
        return constants.join('::');
      }
      found = found.object;
    } else if (found.kind === 'name') return /^[A-Z]/.test(found.name) ? found.name : undefined;
    else return undefined;
  }
  return undefined;
}

/** True for a call of a model that may change rows, or of other code of the application. */
export function mayChangeRows(call: Call, root: string): boolean {
  // LISTS in capitals are no models.
  if (call.callee.kind !== 'member' || harmlessRoots.test(root.split('::')[0] ?? '') || /^[A-Z0-9_]{3,}$/.test(root))
    return false;
  return changing.has(call.callee.name);
}

/** True where it is a model that does it; other code of the application may do anything. */
export function changesRowsOnly({ callee }: Call): boolean {
  return callee.kind === 'member' && !/^(?:invoke|perform\w*|call!?|run|execute|reindex)$/.test(callee.name);
}

/** `User.update_all("…")`, `User.where("…").update_all("…")` with the SQL in strings; undefined for others. */
export function updateAllSql(call: Call, tables: ReadonlyMap<string, string>, scope: Scope): string | undefined {
  const { callee, args } = call;
  if (callee.kind !== 'member' || callee.name !== 'update_all' || args.length !== 1) return undefined;
  const change = args[0]?.name === undefined ? textOf(args[0]?.value, scope) : undefined;
  if (change === undefined) return undefined;
  const conditions: string[] = [];
  let object = callee.object;
  while (object.kind === 'call') {
    const { callee: inner, args: given } = object;
    const condition = given.length === 1 && given[0]?.name === undefined ? textOf(given[0]?.value, scope) : undefined;
    if (inner.kind !== 'member') return undefined;
    if (inner.name !== 'unscoped' || given.length > 0) {
      if (inner.name !== 'where' || condition === undefined) return undefined;
      conditions.unshift(`(${condition})`);
    }
    object = inner.object;
  }
  const table = object.kind === 'name' ? tables.get(object.name) : undefined;
  if (table === undefined) return undefined;
  return `UPDATE ${quoteTable(table)} SET ${change}${conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''}`;
}
