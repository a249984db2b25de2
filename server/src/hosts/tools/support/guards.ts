import type { Expression } from '../../code.js';
import { plainOf, pathOf, resolved, type Scope } from '../../values.js';

/** A question to the database whether something is there. */
export interface Guard {
  /** True where it has to be there. */
  readonly exists: boolean;
  readonly table: string;
  /** The column of the table that is asked for, where it is one. */
  readonly column: string | undefined;
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
const asksOthers = /^is_?(mysql|maria|sqlite|mssql|oracle)/i;
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
  const name = lastName(condition);
  if (asksPostgres.test(name)) return [{ kind: isTrue ? 'always' : 'never' }];
  if (asksOthers.test(name)) return [{ kind: isTrue ? 'never' : 'always' }];
  const guard = read(condition, scope);
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

function lastName(value: Expression): string {
  return pathOf(value.kind === 'call' ? value.callee : value)?.at(-1) ?? '';
}

/** A statement as it is written where a guard decides whether it runs; undefined where PostgreSQL has no such form. */
export function guarded(sql: string, { exists, table, column }: Guard): string | undefined {
  const isOfTable = mentions(sql, table);
  if (!isOfTable || (column !== undefined && !mentions(sql, column))) return undefined;
  if (column === undefined) {
    if (exists) return withWords(sql, /^(drop table|alter table)(?= )/i, 'if exists');
    return withWords(sql, /^create table(?= )/i, 'if not exists') ?? sql;
  }
  const isSingle = !/,\s*(add|drop|alter) column /i.test(sql);
  if (exists) return isSingle ? withWords(sql, / drop column(?= )/i, 'if exists') : undefined;
  if (isSingle && / add column /i.test(sql)) return withWords(sql, / add column(?= )/i, 'if not exists');
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
