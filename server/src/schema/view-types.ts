import type { CreateView, ViewOutput } from '../sql/action.js';
import type { View } from './model.js';
import type { SchemaState } from './state.js';

/** The type of a view's column, as far as the history shows it: without a name of another schema, serial as what it is. */
export type OutputType = NonNullable<ViewOutput['type']>;

const serials: Readonly<Record<string, string>> = {
  smallserial: 'int2',
  serial2: 'int2',
  serial: 'int4',
  serial4: 'int4',
  bigserial: 'int8',
  serial8: 'int8',
};

/** The types of the columns that a view has behind the action. In: the state before it. */
export function outputTypes({ outputs }: CreateView, state: SchemaState): (OutputType | undefined)[] | undefined {
  return outputs?.map((output) => outputType(output, state));
}

export function outputType(output: ViewOutput | undefined, state: SchemaState): OutputType | undefined {
  return output?.type ?? (output?.column && ofColumn(output.column, state));
}

function ofColumn({ table: of, name }: NonNullable<ViewOutput['column']>, state: SchemaState): OutputType | undefined {
  const relation = state.relation(of);
  if (relation?.kind === 'table') {
    const type = relation.columns.get(name)?.type;
    if (!type) return undefined;
    return plainType(type);
  }
  const view: View | undefined =
    relation?.kind === 'view' || relation?.kind === 'materializedView' ? relation : undefined;
  return view?.outputTypes?.[view.columns?.indexOf(name) ?? -1];
}

/** A column's type; of a serial column that of its numbers. */
export function plainType({ schema, name, modifiers, arrayDimensions }: OutputType): OutputType {
  return { schema, name: serials[name] ?? name, modifiers, arrayDimensions };
}

/** Names of types in SQL, by PostgreSQL's internal ones. */
const names: Readonly<Record<string, string>> = {
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  float4: 'real',
  float8: 'double precision',
  bool: 'boolean',
  varchar: 'character varying',
  bpchar: 'character',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
  time: 'time without time zone',
  timetz: 'time with time zone',
};
const asTheyAre = new Set([
  'text',
  'numeric',
  'uuid',
  'json',
  'jsonb',
  'date',
  'interval',
  'bytea',
  'inet',
  'name',
  'xml',
]);

/** As PostgreSQL writes a type; undefined for one that is not built in. */
export function typeName({ schema, name, modifiers, arrayDimensions }: OutputType): string | undefined {
  const own = names[name] ?? (asTheyAre.has(name) ? name : undefined);
  if (schema !== undefined || own === undefined) return undefined;
  // The precision of a time stands in the middle of its name.
  if (modifiers.length > 0 && /time|interval/.test(own)) return undefined;
  return `${own}${modifiers.length > 0 ? `(${modifiers.join(',')})` : ''}${arrayDimensions > 0 ? '[]' : ''}`;
}
