import type { CreateFunction, CreateTrigger, DropObject, ObjectName, Other, QualifiedName } from '../sql/action.js';
import { analyseExpression } from '../sql/expressions.js';
import type { Dependent } from './model.js';
import { functionKeys, keyFor, place, typeKeys } from './keys.js';
import { keyOf, type SchemaState } from './state.js';

/** Triggers, policies, rules, statistics, publications and functions with a parsed body: what hangs on tables. */
export function applyDependents(state: SchemaState, action: Other | CreateTrigger | CreateFunction): void {
  if (action.kind === 'createTrigger') return putTrigger(state, action);
  if (action.kind === 'createFunction') {
    const key = functionKey(state, action.function);
    state.removeDependent(key);
    if (!action.body || action.body.isString) return;
    const { reads, mentions, calls, types } = action.body;
    return state.putDependent({
      ...nothing,
      key,
      kind: 'function',
      name: action.function.name,
      reads: keysOf(state, reads),
      mentions,
      calls: functionKeys(state, calls),
      types: typeKeys(state, types),
    });
  }
  const [table] = action.relations;
  switch (action.statement) {
    case 'create policy':
    case 'alter policy':
      if (!table) return;
      state.writableTable(table).hasPolicy = true;
      return putOnTable(state, 'policy', action, table);
    case 'create rule':
      return table && putOnTable(state, 'rule', action, table);
    case 'create statistics': {
      const { name } = action;
      if (!table || !name || !state.table(table)) return;
      const on = state.writableTable(table).key;
      const key = `statistics ${keyOf(name.schema ?? state.schemaFor(table), name.name)}`;
      const { mentions, calls = [], types = [] } = action.uses ?? {};
      const used = { mentions, calls: functionKeys(state, calls), types: typeKeys(state, types) };
      return state.putDependent({ ...nothing, key, kind: 'statistics', name: name.name, on, ...used });
    }
    case 'create publication':
    case 'alter publication':
      return publish(state, action);
    case 'create cast':
      // Which values it converts by itself, nobody asks: none is known to be refused from here on.
      return state.noteMade('a cast', true);
    case 'create aggregate':
    case 'create event trigger': {
      if (!action.name) return;
      const kind = action.statement === 'create aggregate' ? 'aggregate' : 'event trigger';
      const key =
        kind === 'aggregate' ? `aggregate ${place(state, action.name).key}` : `event trigger ${action.name.name}`;
      const calls = functionKeys(state, action.uses?.calls ?? []);
      return state.putDependent({ ...nothing, key, kind, name: action.name.name, calls });
    }
    case 'create composite type': {
      const { name, attributes = [] } = action;
      if (!name) return;
      return state.putType({ kind: 'composite', ...place(state, name), tables: [], users: [], attributes });
    }
    default:
      return;
  }
}

const nothing: Omit<Dependent, 'key' | 'kind' | 'name'> = {
  on: undefined,
  reads: [],
  mentions: [],
  calls: [],
  types: [],
  events: [],
  function: undefined,
  enabled: true,
  forEachRow: false,
  ofColumns: [],
  hasWhen: false,
  comparesNewRow: false,
  deferred: 'no',
};

function keysOf(state: SchemaState, names: readonly ObjectName[]): string[] {
  return [...new Set(names.map((name) => keyFor(state, name)))];
}

function functionKey(state: SchemaState, name: ObjectName): string {
  return `function ${state.function(name)?.key ?? place(state, name).key}`;
}

/** "trigger tr on m.t" */
export function keyOnTable(kind: Dependent['kind'], name: string, table: string): string {
  return `${kind} ${name} on ${table}`;
}

function putTrigger(state: SchemaState, action: CreateTrigger): void {
  const relation = state.relation(action.table);
  if (relation && relation.kind !== 'table' && relation.kind !== 'foreignTable') return;
  const on = state.writableTable(action.table).key;
  noteUser(state, action.function, on);
  state.putDependent({
    ...nothing,
    key: keyOnTable('trigger', action.trigger, on),
    kind: 'trigger',
    name: action.trigger,
    on,
    mentions: action.mentions,
    calls: functionKeys(state, action.calls),
    events: action.events,
    function: state.function(action.function)?.key ?? keyOf(state.schemaFor(action.function), action.function.name),
    forEachRow: action.forEachRow,
    ofColumns: action.ofColumns,
    hasWhen: action.hasWhen,
    comparesNewRow: action.timing === 'before' && action.when.new.includes('*'),
    deferred: action.deferred,
  });
}

/** Records at the functions of the history that an expression of a table calls them. */
export function noteCalls(state: SchemaState, table: string, expression: string | undefined): void {
  if (!expression?.includes('(')) return;
  for (const called of analyseExpression(expression)?.functions ?? []) noteUser(state, called, table);
}

function noteUser(state: SchemaState, name: QualifiedName, table: string): void {
  const known = state.function(name);
  if (known && !known.users.includes(table)) state.putFunction({ ...known, users: [...known.users, table] });
}

function putOnTable(state: SchemaState, kind: 'policy' | 'rule', action: Other, table: ObjectName): void {
  const relation = state.relation(table);
  if (relation && relation.kind !== 'table' && relation.kind !== 'foreignTable') return;
  const on = state.writableTable(table).key;
  const name = action.name?.name ?? '';
  const { reads = [], mentions = [], calls = [], types = [] } = action.uses ?? {};
  const others = kind === 'rule' ? [...reads, ...action.relations.slice(1)] : reads;
  // ALTER POLICY leaves the part that it does not name, so both count.
  const known = state.dependent(keyOnTable(kind, name, on));
  const kept = action.statement === 'alter policy' && known && !action.uses?.mentions?.length ? known : undefined;
  if (kept) return;
  state.putDependent({
    ...nothing,
    key: keyOnTable(kind, name, on),
    kind,
    name,
    on,
    reads: keysOf(state, others).filter((key) => key !== on),
    mentions,
    calls: functionKeys(state, calls),
    types: typeKeys(state, types),
    // ALTER POLICY may have made another condition of it.
    ...(action.policy ? { policy: action.policy } : {}),
  });
}

/** The kinds of changes that a publication publishes: all four, unless it says otherwise. */
export function publishedBy(
  options: ReadonlyMap<string, string> | undefined,
  before: Dependent | undefined,
  operation?: Other['operation'],
): NonNullable<Dependent['publishes']> {
  const publish = options?.get('publish');
  const known = before?.publishes ?? {
    allTables: false,
    schemas: [],
    changes: ['insert', 'update', 'delete', 'truncate'],
  };
  const named = (options?.get('schemas') ?? '').split(',').filter((schema) => schema !== '');
  const schemas =
    operation === 'set'
      ? named
      : operation === 'drop'
        ? known.schemas.filter((schema) => !named.includes(schema))
        : [...new Set([...known.schemas, ...named])];
  return {
    allTables: known.allTables || options?.has('all tables') === true,
    schemas,
    changes: publish === undefined ? known.changes : publish.split(',').map((each) => each.trim()),
  };
}

/** One object for the publication, and one for each table with a list of columns or a condition. */
function publish(state: SchemaState, { name, published = [], operation, options }: Other): void {
  const key = `publication ${name?.name}`;
  const before = state.dependent(key);
  const known = before?.reads ?? [];
  const named = keysOf(
    state,
    published.map(({ table }) => table),
  );
  const reads =
    operation === 'set'
      ? named
      : operation === 'drop'
        ? known.filter((each) => !named.includes(each))
        : [...new Set([...known, ...named])];
  if (operation !== undefined)
    for (const each of operation === 'set' ? known : named)
      state.removeDependent(keyOnTable('published', name?.name ?? '', each));
  state.removeDependent(key);
  for (const { table } of published) state.writableTable(table);
  state.putDependent({
    ...nothing,
    key,
    kind: 'publication',
    name: name?.name ?? '',
    reads,
    publishes: publishedBy(options, before, operation),
  });
  if (operation === 'drop') return;
  for (const { table, mentions } of published) {
    const on = state.table(table)?.key;
    if (on === undefined || mentions.length === 0) continue;
    const own = keyOnTable('published', name?.name ?? '', on);
    state.putDependent({ ...nothing, key: own, kind: 'published', name: name?.name ?? '', on, mentions });
  }
}

/** DROP TRIGGER, POLICY, RULE, STATISTICS, PUBLICATION and FUNCTION. */
export function dropDependent(state: SchemaState, action: DropObject): void {
  const on = action.table && state.table(action.table)?.key;
  switch (action.objectKind) {
    case 'trigger':
    case 'policy':
    case 'rule': {
      if (on !== undefined) state.removeDependent(keyOnTable(action.objectKind, action.object.name, on));
      return;
    }
    case 'statistics':
      return state.removeDependent(statisticsKey(state, action.object));
    case 'publication': {
      const key = `publication ${action.object.name}`;
      for (const table of state.dependent(key)?.reads ?? [])
        state.removeDependent(keyOnTable('published', action.object.name, table));
      return state.removeDependent(key);
    }
    case 'event trigger':
      return state.removeDependent(`event trigger ${action.object.name}`);
    case 'aggregate':
      return state.removeDependent(`aggregate ${place(state, action.object).key}`);
    default:
      return state.removeDependent(functionKey(state, action.object));
  }
}

/** The key of statistics, which live in a schema and not on a table. */
export function statisticsKey(state: SchemaState, name: ObjectName): string {
  for (const schema of name.schema !== undefined ? [name.schema] : state.searchPath) {
    const key = `statistics ${keyOf(schema, name.name)}`;
    if (state.dependent(key)) return key;
  }
  return `statistics ${keyOf(state.schemaFor(name), name.name)}`;
}

/** ENABLE and DISABLE TRIGGER, one of them or all. */
export function setEnabled(state: SchemaState, table: string, trigger: string | undefined, enabled: boolean): void {
  const known = state.tableByKey(table);
  for (const each of known ? dependentsOf(state, known) : [])
    if (each.kind === 'trigger' && each.on === table && (trigger === undefined || each.name === trigger))
      state.putDependent({ ...each, enabled });
}

/** What hangs on a table. */
export function dependentsOf(state: SchemaState, table: { readonly dependents: ReadonlySet<string> }): Dependent[] {
  return [...table.dependents].flatMap((key) => state.dependent(key) ?? []);
}

/** ALTER TRIGGER, POLICY and RULE … RENAME TO. */
export function renameDependent(state: SchemaState, key: string, to: string): void {
  const known = state.dependent(key);
  if (known?.on === undefined) return;
  state.removeDependent(key);
  state.putDependent({ ...known, key: keyOnTable(known.kind, to, known.on), name: to });
}

/** A renamed table or column takes them along. */
export function renameInDependents(
  state: SchemaState,
  table: { readonly key: string; readonly dependents: ReadonlySet<string> },
  change: { readonly key?: string; readonly column?: string; readonly to?: string },
): void {
  for (const known of dependentsOf(state, table)) {
    const { key: newKey = table.key, column, to } = change;
    const swap = (each: string): string => (each === table.key ? newKey : each);
    const isColumn = (each: string): boolean => each === column;
    const mentions = known.mentions?.flatMap((each) =>
      isColumn(each) && to !== undefined ? (known.reads.length > 0 ? [each, to] : [to]) : [each],
    );
    const on = known.on === undefined ? undefined : swap(known.on);
    const isMoved = on !== undefined && on !== known.on && known.kind !== 'statistics';
    const key = isMoved ? keyOnTable(known.kind, known.name, on) : known.key;
    if (key !== known.key) state.removeDependent(known.key);
    state.putDependent({ ...known, key, on, reads: known.reads.map(swap), mentions });
  }
}
