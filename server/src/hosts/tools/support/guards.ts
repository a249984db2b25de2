import type { Expression } from '../../code.js';
import { plainOf, pathOf, resolved, type Scope } from '../../values.js';

/** A question to the database whether something is there. */
export interface Guard {
  /** True where it has to be there. */
  readonly exists: boolean;
  readonly table: string;
  /** The column of the table that is asked for, where it is one. */
  readonly column: string | undefined;
  /** True where a constraint or an index is asked for, whatever its name is. */
  readonly isOther?: boolean | undefined;
}

/** What a condition says of the statements behind it. */
export type Condition =
  | { readonly kind: 'always' | 'never' | 'open' }
  | { readonly kind: 'guard'; readonly guard: Guard };

/** Reads a question of a tool, such as `knex.schema.hasTable('a')`, as one that has to be true. */
export type ReadGuard = (value: Expression, scope: Scope) => Guard | undefined;

const postgres = /^(pg|pg-native|postgres|postgresql|pgsql)$/i;
const others = /^(mysql2?|maria(db)?|sqlite3?|better-sqlite3|mssql|oracle(db)?|cockroach(db)?|sqljs|aurora-mysql)$/i;
const asksPostgres = /^is_?(pg|postgres|postgresql|psql)/i;
const asksOthers = /^is_?(mysql|maria|sqlite|lite$|mssql|oracle)/i;
const isKind = /dialect|client|type|driver|database|db|adapter|engine/i;

/** What a condition says, taken apart at `&&`. */
export function conditionsIn(value: Expression, scope: Scope, read: ReadGuard, isTrue = true): Condition[] {
  const condition = resolved(value, scope);
  if (condition.kind === 'not') return conditionsIn(condition.value, scope, read, !isTrue);
  if (condition.kind === 'other' && condition.parts.length === 2) {
    const [left, right] = condition.parts;
    const joins = isTrue ? '&&' : '||';
    if (condition.operator === joins) {
      return condition.parts.flatMap((part) => conditionsIn(part, scope, read, isTrue));
    }
    const isEqual = /^===?$/.test(condition.operator ?? '');
    if (left && right && (isEqual || /^!==?$/.test(condition.operator ?? ''))) {
      return compared(left, right, scope, read, isTrue === isEqual);
    }
  }
  if (condition.kind === 'boolean') return [{ kind: condition.value === isTrue ? 'always' : 'never' }];
  const names = [lastName(value), lastName(condition)];
  if (names.some((name) => asksPostgres.test(name))) return [{ kind: isTrue ? 'always' : 'never' }];
  if (names.some((name) => asksOthers.test(name))) return [{ kind: isTrue ? 'never' : 'always' }];
  const guard = read(condition, scope) ?? helperGuard(condition, scope);
  return [guard ? { kind: 'guard', guard: isTrue ? guard : { ...guard, exists: !guard.exists } } : { kind: 'open' }];
}

function compared(left: Expression, right: Expression, scope: Scope, read: ReadGuard, isSame: boolean): Condition[] {
  const plain = plainOf(right, scope);
  if (typeof plain === 'boolean') return conditionsIn(left, scope, read, isSame === plain);
  if (typeof plain !== 'string' || !isKind.test(allNames(left, scope))) return [{ kind: 'open' }];
  if (postgres.test(plain)) return [{ kind: isSame ? 'always' : 'never' }];
  // Of what it is not, more than one may be meant: "not MySQL" is true of PostgreSQL.
  return [{ kind: others.test(plain) ? (isSame ? 'never' : 'always') : 'open' }];
}

function allNames(value: Expression, scope: Scope): string {
  const known = resolved(value, scope);
  return [value, known].flatMap((each) => pathOf(each.kind === 'call' ? each.callee : each) ?? []).join(' ');
}

/** A helper of the project that asks by its name: `columnExists(queryInterface, 'a', 'b')`. */
function helperGuard(value: Expression, scope: Scope): Guard | undefined {
  if (value.kind !== 'call') return undefined;
  const name = lastName(value);
  const texts = value.args.flatMap((each) => {
    const plain = plainOf(each.value, scope);
    return typeof plain === 'string' ? [plain] : [];
  });
  const [table, column] = texts;
  if (table === undefined || !/exist|^has/i.test(name)) return undefined;
  if (/column|field/i.test(name)) return column === undefined ? undefined : { exists: true, table, column };
  return /table/i.test(name) && texts.length === 1 ? { exists: true, table, column: undefined } : undefined;
}

function lastName(value: Expression): string {
  return pathOf(value.kind === 'call' ? value.callee : value)?.at(-1) ?? '';
}

/** The branch of `isPostgres ? a : b` that is taken on PostgreSQL; any other expression itself. */
export function chosen(value: Expression, scope: Scope): Expression {
  const known = resolved(value, scope);
  if (known.kind !== 'other' || known.operator !== '?:') return value;
  const [condition, then, otherwise] = known.parts;
  if (!condition || !then || !otherwise) return value;
  const conditions = conditionsIn(condition, scope, () => undefined).map(({ kind }) => kind);
  if (conditions.every((kind) => kind === 'always')) return chosen(then, scope);
  return conditions.includes('never') ? chosen(otherwise, scope) : value;
}

/** A statement as it is written where a guard decides whether it runs; undefined where PostgreSQL has no such form. */
export function guarded(sql: string, { exists, table, column, isOther }: Guard): string | undefined {
  if (exists) {
    const dropped = withWords(sql, /^drop (?:table|index(?: concurrently)?|type|view|schema)(?= )/i, 'if exists');
    if (dropped !== undefined) return dropped;
    if (/,\s*(?:add|drop|alter) /i.test(sql)) return undefined;
    if (column !== undefined)
      return mentions(sql, column) ? withWords(sql, / drop column(?= )/i, 'if exists') : undefined;
    if (isOther) return withWords(sql, / drop (?:constraint|column)(?= )/i, 'if exists');
    return mentions(sql, table) ? withWords(sql, /^alter table(?= )/i, 'if exists') : undefined;
  }
  if (isOther) return undefined;
  if (column === undefined) {
    return mentions(sql, table) ? (withWords(sql, /^create table(?= )/i, 'if not exists') ?? sql) : undefined;
  }
  if (!mentions(sql, table) || !mentions(sql, column)) return undefined;
  if (/ add (column )?/i.test(sql) && !/ add constraint /i.test(sql) && !/,\s*(?:add|drop|alter) /i.test(sql)) {
    return withWords(
      sql.replace(/ add (?!column |constraint )/i, ' ADD COLUMN '),
      / add column(?= )/i,
      'if not exists',
    );
  }
  return sql;
}

function withWords(sql: string, behind: RegExp, words: string): string | undefined {
  const found = behind.exec(sql);
  if (!found) return undefined;
  const end = found.index + found[0].length;
  if (sql.slice(end).trimStart().toLowerCase().startsWith(words)) return sql;
  return `${sql.slice(0, end)} ${words}${sql.slice(end)}`;
}

/** True where a statement names something; names in quotes and without. */
export function mentions(sql: string, name: string): boolean {
  const last = name.split('.').at(-1) ?? name;
  const word = last.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(^|[^\\w$])${word}([^\\w$]|$)`, 'i').test(sql);
}
