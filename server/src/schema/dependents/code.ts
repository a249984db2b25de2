import type { UsedName } from '../../sql/action.js';
import { type BodyUses, bodyUses, type QueryUse } from '../../sql/body-uses.js';
import type { Dependent, Relation, Table, UserFunction } from '../model.js';
import { dependentsOf } from '../note-dependents.js';
import { keyOf, type SchemaState } from '../state.js';
import { dependentsOn } from './along.js';
import { isFunctionOf } from './extension-members.js';
import type { DependentObject, Target } from './model.js';
import { sequencesIn } from './sequences.js';

/**
 * A function whose body, a string, names what is dropped or renamed. PostgreSQL knows nothing of that: the change goes
 * through, and the function fails when it runs.
 */
export interface CodeUse {
  readonly function: UserFunction;
  /** False where the body leaves open whether it comes to that: an unqualified name, a handler of errors. */
  readonly certain: boolean;
  /** What PostgreSQL answers then. */
  readonly code: '42703' | '42P01' | '42883' | '42601' | '42704';
  /** It does something else for each operation (TG_OP), so that not every one comes to that. */
  readonly branches: boolean;
  /** Triggers that run it, by themselves or through other functions. */
  readonly triggers: readonly Dependent[];
  /** Defaults, policies, views and others that run it. */
  readonly callers: readonly DependentObject[];
}

/** What happens to the target: it goes, or it is called something else. */
type Change = 'drop' | 'rename';

/** The functions of the history that name the target in their bodies. In: the state before it goes. */
export function codeNaming(target: Target, state: SchemaState, change: Change): CodeUse[] {
  const found: CodeUse[] = [];
  for (const fn of state.functions()) {
    // One of a session's own is called by no application.
    if (fn.schema === 'pg_temp' || (target.kind === 'function' && target.function.key === fn.key)) continue;
    let certain: boolean | undefined;
    let code: CodeUse['code'] = '42703';
    let branches = false;
    let rowOf: string | undefined;
    for (const { written } of fn.overloads) {
      if (written === undefined || !mayName(written, target)) continue;
      const body = bodyUses(written);
      const use = body && useIn(body, fn, target, state, change);
      if (!body || !use) continue;
      certain = (certain ?? false) || (use.certain && !body.catches);
      code = use.code;
      rowOf = use.rowOf;
      branches ||= body.asksOperation;
    }
    if (certain === undefined) continue;
    const runners = runnersOf(fn, state);
    const triggers = runners.triggers.filter(({ on }) => rowOf === undefined || on === rowOf);
    // A function of triggers alone that no trigger calls does not run.
    if (isForTriggers(fn) && triggers.length === 0) continue;
    found.push({ function: fn, certain, code, branches, callers: runners.callers, triggers });
  }
  return found;
}

/** True where a text that makes the function names the target as well. */
export function stillNames(written: string, fn: UserFunction, target: Target, state: SchemaState): boolean {
  const body = bodyUses(written);
  return body !== undefined && useIn(body, fn, target, state, 'rename') !== undefined;
}

/** A quick look at the text, as most functions have nothing to do with it. */
function mayName(written: string, target: Target): boolean {
  const text = written.toLowerCase();
  const has = (name: string): boolean => text.includes(name.toLowerCase());
  switch (target.kind) {
    case 'column':
      return has(target.column) || has(target.table.name);
    case 'relation':
      return has(target.relation.name);
    case 'function':
      return has(target.function.name);
    case 'type':
      return has(target.type.name);
    case 'extension':
      return true;
    default:
      return false;
  }
}

function isForTriggers({ overloads }: UserFunction): boolean {
  return overloads.every(({ returns }) => returns === 'trigger');
}

interface Use {
  /** Key of the table, where the body names the column of NEW and OLD only: triggers of other tables do not come to it. */
  readonly rowOf?: string;
  readonly certain: boolean;
  readonly code: CodeUse['code'];
}

function useIn(body: BodyUses, fn: UserFunction, target: Target, state: SchemaState, change: Change): Use | undefined {
  switch (target.kind) {
    case 'column':
      return ofColumn(body, fn, target.table, target.column, state, change);
    case 'relation':
      return ofRelation(body, target.relation, state);
    case 'function': {
      const { key, overloads } = target.function;
      if (!body.calls.some((called) => functionOf(called, body, state) === key)) return undefined;
      // Which of several it calls is not known.
      return overloads.length === 1 ? { certain: true, code: '42883' } : undefined;
    }
    case 'type':
      return body.types.some((name) => typeOf(name, body, state) === target.type.key)
        ? { certain: true, code: '42704' }
        : undefined;
    case 'extension':
      return body.calls.some((called) => isFunctionOf(target.name, called.name) && !state.function(called))
        ? { certain: true, code: '42883' }
        : undefined;
    default:
      return undefined;
  }
}

function ofRelation(body: BodyUses, relation: Relation, state: SchemaState): Use | undefined {
  const isIt = (name: UsedName): boolean => relationOf(name, body, state)?.key === relation.key;
  const names =
    body.queries.some(({ relations }) => relations.some(isIt)) || body.columns.some((each) => isIt(each.relation));
  if (names) return { certain: true, code: '42P01' };
  return relation.kind === 'sequence' && sequencesIn(body.text, state).includes(relation.key)
    ? { certain: true, code: '42P01' }
    : undefined;
}

function ofColumn(
  body: BodyUses,
  fn: UserFunction,
  table: Table,
  column: string,
  state: SchemaState,
  change: Change,
): Use | undefined {
  const isIt = (name: UsedName): boolean => relationOf(name, body, state)?.key === table.key;
  const named = body.columns.find((each) => each.column === column && isIt(each.relation));
  if (named) return { certain: true, code: named.code ?? '42703' };
  const uses = body.queries.flatMap((query) => ofQuery(query, table, column, isIt, state, change) ?? []);
  const found = uses.find(({ certain }) => certain);
  if (found || !body.row.has(column)) return found ?? uses[0];
  const on = fn.users.filter((key) => callsIt(state.tableByKey(key), fn, state));
  if (!on.includes(table.key)) return uses[0];
  return { certain: on.length === 1 || !body.asksTable, code: '42703', rowOf: table.key };
}

function callsIt(table: Table | undefined, fn: UserFunction, state: SchemaState): boolean {
  return table !== undefined && dependentsOf(state, table).some((each) => each.function === fn.key);
}

function ofQuery(
  { visible, mentions, width }: QueryUse,
  table: Table,
  column: string,
  isIt: (name: UsedName) => boolean,
  state: SchemaState,
  change: Change,
): Use | undefined {
  // An INSERT that lists no columns gives one value too many.
  if (change === 'drop' && width && isIt(width.table) && table.complete && width.values === table.columns.size)
    return { certain: true, code: '42601' };
  if (!mentions.includes(column) || !visible.some(isIt)) return undefined;
  const others = visible.filter((name) => !isIt(name));
  const isOnly = others.every((name) => {
    const other = state.table(name);
    return other?.complete === true && !other.columns.has(column);
  });
  return { certain: isOnly && table.columns.has(column), code: '42703' };
}

/** What makes a function run: triggers and other objects, through the functions that call it as well. */
export function runnersOf(fn: UserFunction, state: SchemaState): Pick<CodeUse, 'triggers' | 'callers'> {
  const seen = new Set<string>();
  const triggers = new Map<string, Dependent>();
  const callers = new Map<string, DependentObject>();
  const open = [fn];
  for (let next = open.pop(); next; next = open.pop()) {
    if (seen.has(next.key)) continue;
    seen.add(next.key);
    for (const each of dependentsOn({ kind: 'function', function: next }, state))
      if (each.kind === 'function') {
        // A body that PostgreSQL has parsed; what runs that runs this.
        const parsed = state.functionByKey(each.key.slice('function '.length));
        if (parsed) open.push(parsed);
      } else if (each.kind !== 'trigger') callers.set(each.key, each);
    for (const key of next.users) {
      const table = state.tableByKey(key);
      for (const each of table ? dependentsOf(state, table) : [])
        if (each.kind === 'trigger' && each.function === next.key && each.enabled) triggers.set(each.key, each);
    }
    for (const other of state.functions())
      if (!seen.has(other.key) && other.overloads.some(({ written }) => calls(written, next.key, state)))
        open.push(other);
  }
  return { triggers: [...triggers.values()], callers: [...callers.values()] };
}

function calls(written: string | undefined, key: string, state: SchemaState): boolean {
  const body = written === undefined ? undefined : bodyUses(written);
  return body?.calls.some((called) => functionOf(called, body, state) === key) ?? false;
}

/** What a name in a body means: along the search_path of the function where it sets one. */
function relationOf(name: UsedName, { path }: BodyUses, state: SchemaState): Relation | undefined {
  if (name.schema !== undefined || !path) return state.relation(name);
  return firstOf(path, (schema) => state.relationByKey(keyOf(schema, name.name)));
}

function functionOf(name: UsedName, { path }: BodyUses, state: SchemaState): string | undefined {
  if (name.schema !== undefined || !path) return state.function(name)?.key;
  return firstOf(path, (schema) => state.functionByKey(keyOf(schema, name.name)))?.key;
}

function typeOf(name: UsedName, { path }: BodyUses, state: SchemaState): string | undefined {
  if (name.schema !== undefined || !path) return state.type(name)?.key;
  return firstOf(path, (schema) => state.typeByKey(keyOf(schema, name.name)))?.key;
}

function firstOf<T>(path: readonly string[], find: (schema: string) => T | undefined): T | undefined {
  for (const schema of path) {
    const found = find(schema);
    if (found !== undefined) return found;
  }
  return undefined;
}
