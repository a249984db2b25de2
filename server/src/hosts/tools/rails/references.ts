import type { Expression } from '../../code.js';
import { plainOf, resolved } from '../../values.js';
import { Options, textExpression } from './arguments.js';
import type { RailsVersion } from './names.js';
import { pluralize } from './words.js';

/** What `references` stands for: columns, an index, a foreign key. */
export interface Reference {
  readonly columns: readonly { readonly name: string; readonly type: string; readonly options: Options }[];
  /** The options of the index; undefined for none. */
  readonly index: Options | undefined;
  readonly foreignKey: { readonly to: string; readonly options: Options } | undefined;
}

/** A flag or options: undefined for false and nil. */
function optional(options: Options, name: string, otherwise: boolean): Options | undefined {
  const value = options.get(name);
  const found = value && resolved(value, options.scope);
  if (found?.kind === 'record') return options.nested(name);
  const plain = found ? plainOf(found, options.scope) : otherwise;
  if (plain === undefined) options.plain(name);
  return plain === false || plain === null || plain === undefined ? undefined : new Options(new Map(), options.scope);
}

export function readReference(table: string, name: string, options: Options, { migration }: RailsVersion): Reference {
  const type = options.text('type') ?? (migration < 5.1 ? 'integer' : 'bigint');
  const polymorphic = optional(options, 'polymorphic', false);
  const own = options.with(
    ['index', 'foreign_key', 'polymorphic', 'type', 'if_not_exists', 'if_exists'].map(
      (each) => [each, undefined] as const,
    ),
  );
  const kind = polymorphic && own.only('null', 'first', 'after').with([...polymorphic.named]);
  const key = optional(options, 'foreign_key', false);
  const columns = [
    ...(kind ? [{ name: `${name}_type`, type: 'string', options: kind }] : []),
    { name: `${name}_id`, type, options: own },
  ];
  const index = optional(options, 'index', migration >= 5);
  const named = kind && migration >= 6.1 && index && !index.has('name');
  return {
    columns,
    index: named ? index.with([['name', textExpression(`index_${table}_on_${name}`)]]) : index,
    foreignKey: key && {
      to: key.text('to_table') ?? pluralize(name),
      options: key.with([['column', key.get('column') ?? textExpression(`${name}_id`)]]),
    },
  };
}

/** The columns of a reference as they are given to an index. */
export function referenceColumns({ columns }: Reference): Expression {
  const span = { start: 0, end: 0 };
  return { kind: 'list', span, items: columns.map(({ name }) => textExpression(name)) };
}
