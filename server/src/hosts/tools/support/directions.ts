import type { Code, Expression, FunctionValue, Statement } from '../../code.js';
import { constantsOf, functionOf, resolved, type Scope, withNames } from '../../values.js';

/** One of the two functions of a migration. */
export interface Direction {
  /** Undefined where the file gives something else than a function that stands in it. */
  readonly func: FunctionValue | undefined;
  readonly value: Expression;
}

/** What a file of migrations exports, whatever way it does so. */
export interface Exported {
  /** The constants of the file, and the fields and methods of the class under `this`. */
  readonly scope: Scope;
  /** By name: the functions, fields and whatever else is exported. */
  readonly values: ReadonlyMap<string, Expression>;
  /** The class whose methods these are. */
  readonly type: (Statement & { readonly kind: 'class' }) | undefined;
}

/** Reads what a file exports: functions, `exports.up`, one record, or the methods of a class. */
export function exportedBy(code: Code, names: readonly string[] = ['up', 'down']): Exported {
  const top = constantsOf(code.body);
  const type = classWith(code.body, names);
  if (type) {
    const members = membersOf(type);
    const fields: Expression = {
      kind: 'record',
      span: type.span,
      entries: [...members].map(([key, value]) => ({ key, value, span: value.span })),
    };
    return { scope: withNames(top, [['this', fields]]), values: members, type };
  }
  const values = new Map<string, Expression>();
  for (const statement of code.body) note(statement, top, values);
  if (!names.some((name) => values.has(name))) noteOnlyRecord(code.body, names, values);
  return { scope: top, values, type: undefined };
}

/** The function of one direction; undefined where the file has none. */
export function directionOf({ values, scope }: Exported, name: string): Direction | undefined {
  const value = values.get(name);
  if (!value) return undefined;
  return { value, func: functionOf(value, scope) };
}

function note(statement: Statement, scope: Scope, values: Map<string, Expression>): void {
  if (statement.kind === 'function') values.set(statement.value.name, statement.value);
  else if (statement.kind === 'assign') {
    const { target, value } = statement;
    if (target?.kind === 'name') values.set(target.name, value);
    const isExport = target?.kind === 'member' && target.object.kind === 'name' && target.object.name === 'exports';
    // TypeScript clears the names that it is about to give: `exports.up = exports.down = void 0;`.
    if (isExport && value.kind !== 'null') values.set(target.name, value);
  } else if (statement.kind === 'exported') noteRecord(statement.value, scope, values);
}

/** `export const migration = { up, down }`, where it is the only one of the file. */
function noteOnlyRecord(body: readonly Statement[], names: readonly string[], values: Map<string, Expression>): void {
  const records = body.flatMap((each) =>
    each.kind === 'assign' &&
    each.value.kind === 'record' &&
    each.value.entries.some(({ key }) => names.includes(key ?? ''))
      ? [each.value]
      : [],
  );
  const [only] = records;
  if (only && records.length === 1)
    for (const { key, value } of only.entries) if (key !== undefined) values.set(key, value);
}

/** `module.exports = { up, down }`, also wrapped into a call: `defineMigration({ up, down })`. */
function noteRecord(value: Expression, scope: Scope, values: Map<string, Expression>): void {
  const record = resolved(value, scope);
  if (record.kind === 'call') for (const { value: each } of record.args) noteRecord(each, scope, values);
  if (record.kind === 'function' && record.name !== '' && !values.has(record.name)) values.set(record.name, record);
  if (record.kind === 'record')
    for (const { key, value: each } of record.entries) if (key !== undefined) values.set(key, each);
}

function classWith(
  body: readonly Statement[],
  names: readonly string[],
): (Statement & { readonly kind: 'class' }) | undefined {
  return body.flatMap((each) => (each.kind === 'class' && hasAny(each, names) ? [each] : [])).at(-1);
}

function hasAny({ body }: { readonly body: readonly Statement[] }, names: readonly string[]): boolean {
  return body.some((each) => names.includes(memberName(each) ?? ''));
}

function memberName(statement: Statement): string | undefined {
  if (statement.kind === 'function') return statement.value.name;
  if (statement.kind === 'assign' && statement.target?.kind === 'name') return statement.target.name;
  return undefined;
}

function membersOf({ body }: { readonly body: readonly Statement[] }): ReadonlyMap<string, Expression> {
  const found = new Map<string, Expression>();
  for (const each of body) {
    const name = memberName(each);
    if (name !== undefined && (each.kind === 'function' || each.kind === 'assign')) found.set(name, each.value);
  }
  return found;
}
