import { typeText } from '../../schema/column-type.js';
import type { Column, Constraint } from '../../schema/model.js';
import type { SchemaState } from '../../schema/state.js';
import { plainType, typeName } from '../../schema/view-types.js';
import type { ActionOf, ObjectName } from '../../sql/action.js';
import { objectSql, quoteLiteral } from '../../sql/quote.js';
import { type Check, is, label } from './check.js';
import { regclass } from './server.js';

export function column(on: ObjectName, name: string, after: SchemaState): Check[] {
  const table = after.table(on);
  if (!table) return [];
  const known = table.columns.get(name);
  const about = `column ${label(on)}.${name}`;
  const there = `attrelid = ${regclass(objectSql(on))} AND attname = ${quoteLiteral(name)} AND NOT attisdropped`;
  if (!known) return [is(about, `NOT EXISTS (SELECT FROM pg_attribute WHERE ${there})`, `${about} is gone`)];
  const { words, conditions } = shapeOf(known);
  const what = words.length === 0 ? about : `${about}: ${words.join(', ')}`;
  return [is(about, `EXISTS (SELECT FROM pg_attribute WHERE ${[there, ...conditions].join(' AND ')})`, what)];
}

/** What is known of a column, in words and as conditions on pg_attribute. */
function shapeOf({ type: of, notNull, generated, identity }: Column): { words: string[]; conditions: string[] } {
  const words: string[] = [];
  const conditions: string[] = [];
  if (of) {
    const text = typeText(of);
    const shown = typeName(plainType(of));
    words.push(shown ?? text);
    conditions.push(
      shown === undefined
        ? `atttypid = to_regtype(${quoteLiteral(text)})`
        : `format_type(atttypid, atttypmod) = ${quoteLiteral(shown)}`,
    );
  }
  if (notNull !== undefined) {
    words.push(notNull ? 'NOT NULL' : 'may be NULL');
    conditions.push(notNull ? 'attnotnull' : 'NOT attnotnull');
  }
  if (generated) {
    words.push('generated');
    conditions.push("attgenerated <> ''");
  }
  if (identity) {
    words.push('identity');
    conditions.push("attidentity <> ''");
  }
  return { words, conditions };
}

export function defaultOf(
  { kind, table, column: name }: ActionOf<'setDefault' | 'dropDefault'>,
  after: SchemaState,
): Check[] {
  if (!after.table(table)?.columns.has(name)) return [];
  const about = `default of ${label(table)}.${name}`;
  const there = `attrelid = ${regclass(objectSql(table))} AND attname = ${quoteLiteral(name)}`;
  const has = kind === 'setDefault';
  return [
    is(
      about,
      `EXISTS (SELECT FROM pg_attribute WHERE ${there} AND ${has ? '' : 'NOT '}atthasdef)`,
      has ? about : `${about} is gone`,
    ),
  ];
}

const contypes: Readonly<Record<Constraint['kind'], string>> = {
  primaryKey: 'p',
  unique: 'u',
  check: 'c',
  foreignKey: 'f',
  exclusion: 'x',
  notNull: 'n',
};

export function constraint(on: ObjectName, name: string, after: SchemaState): Check[] {
  const table = after.table(on);
  if (!table) return [];
  const known = table.constraints.get(name);
  const about = `constraint ${name} of ${label(on)}`;
  const there = `conrelid = ${regclass(objectSql(on))} AND conname = ${quoteLiteral(name)}`;
  if (!known) return [is(about, `NOT EXISTS (SELECT FROM pg_constraint WHERE ${there})`, `${about} is gone`)];
  const state = known.enforced ? ` AND ${known.validated ? '' : 'NOT '}convalidated` : '';
  return [
    is(
      about,
      `EXISTS (SELECT FROM pg_constraint WHERE ${there} AND contype = ${quoteLiteral(contypes[known.kind])}${state})`,
      `${about}: ${known.validated ? 'valid' : 'NOT VALID yet'}`,
    ),
  ];
}
