import type { Table } from '../schema/model.js';
import { dependentsOf } from '../schema/note-dependents.js';
import type { SchemaState } from '../schema/state.js';
import { quoteIdentifier } from '../sql/quote.js';

/** The smallest and the largest value of the integer types. */
const ranges: Readonly<Record<string, readonly [low: string, high: string]>> = {
  int2: ['-32768', '32767'],
  int4: ['-2147483648', '2147483647'],
  int8: ['-9223372036854775808', '9223372036854775807'],
};

/** Two columns of a row that are kept equal. */
export interface SyncedPair {
  /** What is written, and what follows it; as the catalog has them. */
  readonly from: string;
  readonly to: string;
  /** The type of the older of the two, by its name in the catalog. */
  readonly type: string;
  /** What makes a value of the new type of one of the old, and the other way round, where assignment does not. */
  readonly casts?: Casts | undefined;
}

/** Casts of values as SQL text. */
export interface Casts {
  /** Into the new column, before the swap. */
  forward(value: string): string;
  /** The same behind it, when the types may have other names. */
  placed(value: string): string;
  back(value: string): string;
}

/**
 * The function of a trigger that keeps columns of a row equal, pair by pair. `forward`: the new column gets what the old
 * one has, by assignment, as every old value is a value of the new type. `back`: the old column, whose type is `type`,
 * gets what fits it; a value that an INSERT without a list of columns has put into the old place goes into the new one
 * first. No write fails because of it. In: the function's name as SQL text.
 */
export function syncFunction(name: string, pairs: readonly SyncedPair[], direction: 'forward' | 'back'): string {
  const lines = pairs.flatMap(({ from, to, type, casts }) => {
    const [source, target] = [quoteIdentifier(from), quoteIdentifier(to)];
    return direction === 'forward'
      ? [`new.${target} := ${casts?.forward(`new.${source}`) ?? `new.${source}`};`]
      : [
          `IF TG_OP = 'INSERT' AND new.${target} IS NOT NULL THEN`,
          `  new.${source} := ${casts?.placed(`new.${target}`) ?? `new.${target}`};`,
          'END IF;',
          `new.${target} := ${casts?.back(`new.${source}`) ?? fitting(`new.${source}`, type)};`,
        ];
  });
  return `CREATE OR REPLACE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $sync$
BEGIN
${lines.map((line) => `  ${line}\n`).join('')}  RETURN new;
END $sync$`;
}

/** A value as SQL text, where it is one of the type; NULL where it is not. */
export function fitting(value: string, type: string): string {
  const range = ranges[type];
  if (range)
    return `CASE WHEN ${value} BETWEEN ${range[0]} AND ${range[1]} AND ${value} = trunc(${value}::numeric) THEN ${value} END`;
  // A double that no real holds would be rounded: it has no way back.
  if (type === 'float4')
    return `CASE WHEN abs(${value}) <= 3.4028234e38 AND ${value} = (CASE WHEN abs(${value}) <= 3.4028234e38 THEN ${value}::real END)::double precision THEN ${value} END`;
  return value;
}

/** A name that no column of the table has. */
export function freeColumn(table: Table, wanted: string): string {
  let name = wanted;
  for (let number = 2; table.columns.has(name); number++) name = `${wanted}${number}`;
  return name;
}

/** BEFORE triggers fire in the byte order of their names: this one sees what all others have done to the row. */
export function lastTrigger(table: Table, before: SchemaState, words: string): string {
  const others = dependentsOf(before, table).filter(({ kind }) => kind === 'trigger');
  let name = `~airlock_${words}`;
  while (others.some((other) => other.name >= name)) name = `~${name}`;
  return name.slice(0, 60);
}
