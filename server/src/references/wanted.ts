import type { Analysis } from '../analysis/analyze.js';
import type { Finding } from '../analysis/finding.js';
import type { SchemaState } from '../schema/state.js';
import type { Action, ObjectKind, ObjectName, QualifiedName } from '../sql/action.js';
import { hasPlaceholder } from '../sql/placeholders.js';
import { partsOf } from './words.js';

/** A table or a view by its name; the schema where the statement says it. */
export interface TableName {
  readonly schema: string | undefined;
  readonly name: string;
}

/** What running code may name, and what a migration takes away. */
export type Wanted =
  | {
      readonly kind: 'column';
      readonly label: string;
      readonly table: TableName;
      readonly column: string;
      /** A name of one word, or one that other tables have as well: alone it says nothing. */
      readonly isCommon: boolean;
    }
  | { readonly kind: 'table'; readonly label: string; readonly table: TableName }
  | { readonly kind: 'function' | 'type'; readonly label: string; readonly name: string }
  | {
      readonly kind: 'value';
      readonly label: string;
      readonly type: string;
      readonly value: string;
      /** The columns that have the type. */
      readonly columns: readonly { readonly table: string; readonly column: string }[];
    }
  | {
      readonly kind: 'index';
      readonly label: string;
      readonly name: string | undefined;
      readonly table: TableName;
      /** Its first column; undefined where an expression stands there, or nobody knows. */
      readonly leading: string | undefined;
    };

/** What a finding is about, and where the finding says it. */
export interface WantedOf {
  readonly finding: Finding;
  /** See keyOfAction. */
  readonly key: string;
}

/** More names are not looked for in one run. */
export const MOST_NAMES = 400;

/**
 * The findings of a migration that say what is gone, or found by an index: each thing at the finding that says it best.
 * None for a migration that counts as applied. Asked with every key that is typed, so it looks at no schema.
 */
export function carriersOf(analysis: Analysis): WantedOf[] {
  return [...carriersByAction(analysis)].map(([action, finding]) => ({ finding, key: keyOfAction(action) }));
}

function carriersByAction(analysis: Analysis): Map<Action, Finding> {
  const carriers = new Map<Action, Finding>();
  if (analysis.applied || analysis.leftAlone !== undefined) return carriers;
  for (const finding of analysis.findings) {
    const { action, step } = finding;
    if (!action || !step || step.origin === 'function' || !kinds.has(action.kind)) continue;
    const known = carriers.get(action);
    if (!known || weight(finding, action) > weight(known, action)) carriers.set(action, finding);
  }
  return carriers;
}

/** What an action takes away, as its words say it: the same for the same thing. */
function keyOfAction(action: Action): string {
  const names = Object.entries(action).flatMap(([key, value]) => {
    if (['table', 'object', 'type', 'index'].includes(key) && typeof value === 'object' && value !== null)
      return [key, 'schema' in value ? value.schema : undefined, 'name' in value ? value.name : undefined];
    return ['column', 'value', 'index', 'objectKind', 'part', 'method'].includes(key) ? [key, value] : [];
  });
  const leading = action.kind === 'createIndex' ? action.columns[0]?.name : undefined;
  return JSON.stringify([action.kind, leading, ...names]);
}

/** What has to be looked for, by its key. */
export function wantedOf(analysis: Analysis): Map<string, Wanted> {
  const carriers = carriersByAction(analysis);
  const wanted = new Map<string, Wanted>();
  if (carriers.size === 0) return wanted;
  const indexes = indexesBefore(analysis, carriers);
  const shared = sharedColumns(analysis.after);
  for (const action of carriers.keys()) {
    if (wanted.size >= MOST_NAMES) break;
    const made = wantedBy(action, analysis.after, shared, indexes);
    if (made) wanted.set(keyOfAction(action), made);
  }
  return wanted;
}

const kinds: ReadonlySet<Action['kind']> = new Set<Action['kind']>([
  'dropColumn',
  'renameColumn',
  'dropTable',
  'renameTable',
  'dropObject',
  'renameObject',
  'renameEnumValue',
  'dropIndex',
  'createIndex',
]);

const loudness = { hint: 0, info: 1, warning: 2, error: 3 } as const;

/** What is lost or breaks comes before how it locks. */
function weight({ rule, category, severity }: Finding, action: Action): number {
  if (rule === 'require-lock-timeout') return -1;
  const isIndex = action.kind === 'dropIndex' || action.kind === 'createIndex';
  const isAbout = isIndex
    ? category === 'index-dependency' || category === 'lock-contention'
    : category === 'data-loss' || category === 'application-compatibility';
  return (isAbout ? 10 : 0) + loudness[severity];
}

const readable: Readonly<Partial<Record<ObjectKind, 'table' | 'function' | 'type'>>> = {
  table: 'table',
  view: 'table',
  'materialized view': 'table',
  'foreign table': 'table',
  function: 'function',
  procedure: 'function',
  routine: 'function',
  aggregate: 'function',
  type: 'type',
  domain: 'type',
};

type Indexes = ReadonlyMap<Action, { readonly table: TableName; readonly leading: string | undefined }>;

function wantedBy(
  action: Action,
  after: SchemaState,
  shared: ReadonlyMap<string, number>,
  indexes: Indexes,
): Wanted | undefined {
  switch (action.kind) {
    case 'dropColumn':
    case 'renameColumn': {
      const { table, column } = action;
      if (!isName(table.name) || !isName(column)) return undefined;
      const others = (shared.get(column) ?? 0) - (after.table(table)?.columns.has(column) ? 1 : 0);
      const isCommon = partsOf(column).length < 2 || others > 0;
      return { kind: 'column', label: `${table.name}.${column}`, table: plain(table), column, isCommon };
    }
    case 'dropTable':
    case 'renameTable':
      return isName(action.table.name)
        ? { kind: 'table', label: action.table.name, table: plain(action.table) }
        : undefined;
    case 'dropObject':
    case 'renameObject': {
      const { object, objectKind } = action;
      const kind = readable[objectKind];
      if (kind === undefined || !isName(object.name) || ('part' in action && action.part !== undefined))
        return undefined;
      if (kind === 'table') return { kind, label: object.name, table: plain(object) };
      return { kind, label: kind === 'function' ? `${object.name}()` : object.name, name: object.name };
    }
    case 'renameEnumValue': {
      const { type, value } = action;
      if (!isName(type.name) || value === '') return undefined;
      return {
        kind: 'value',
        label: `'${value}' of ${type.name}`,
        type: type.name,
        value,
        columns: columnsOfType(type, after),
      };
    }
    case 'createIndex': {
      const { index, table, columns } = action;
      const leading = columns[0]?.name;
      if (!areNames(table.name, leading, index)) return undefined;
      const label = index ?? `the index on ${table.name}`;
      return { kind: 'index', label, name: undefined, table: plain(table), leading };
    }
    case 'dropIndex': {
      const known = indexes.get(action);
      const { name } = action.index;
      return known && areNames(name, known.table.name, known.leading)
        ? { kind: 'index', label: name, name, ...known }
        : undefined;
    }
    default:
      return undefined;
  }
}

function isName(name: string): boolean {
  return name !== '' && !hasPlaceholder(name);
}

/** Of what is given, each is known as the code would write it. */
function areNames(...names: readonly (string | undefined)[]): boolean {
  return names.every((name) => name === undefined || isName(name));
}

function plain({ schema, name }: QualifiedName): TableName {
  return { schema, name };
}

/** How many tables have a column of a name. */
function sharedColumns(state: SchemaState): Map<string, number> {
  const counts = new Map<string, number>();
  for (const relation of state.relations())
    if (relation.kind === 'table')
      for (const name of relation.columns.keys()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function columnsOfType(type: ObjectName, state: SchemaState): { table: string; column: string }[] {
  const found: { table: string; column: string }[] = [];
  for (const relation of state.relations())
    if (relation.kind === 'table')
      for (const [column, { type: of }] of relation.columns)
        if (of?.name === type.name) found.push({ table: relation.name, column });
  return found;
}

/** The indexes that are dropped, as they stand before: the state behind the file has them no more. */
function indexesBefore(analysis: Analysis, carriers: ReadonlyMap<Action, Finding>): Indexes {
  const found = new Map<Action, { table: TableName; leading: string | undefined }>();
  if (![...carriers.keys()].some(({ kind }) => kind === 'dropIndex')) return found;
  analysis.walk((step, before) => {
    for (const action of step.statement.actions) {
      if (action.kind !== 'dropIndex' || !carriers.has(action)) continue;
      const index = before.index(action.index);
      const table = index && before.tableByKey(index.table);
      if (index && table) found.set(action, { table: plain(table), leading: index.columns[0] });
    }
  });
  return found;
}
