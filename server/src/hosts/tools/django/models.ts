import type { Expression } from '../../code.js';
import { entryOf, itemsOf, type Plain, plainOf, resolved, textOf } from '../../values.js';
import { type Arguments, NotKnown, notKnown } from '../python-arguments.js';
import { cutName } from './digest.js';
import { readField } from './fields.js';
import { readConstraint, readIndex, type Surroundings } from './indexes.js';
import { isKnown, type Model } from './state.js';

/** Reads CreateModel(name=…, fields=[…], options={…}). */
export function readModel(args: Arguments, app: string, surroundings: Surroundings): Model {
  const { scope } = surroundings;
  const name = args.text(0, 'name');
  const fields = itemsOf(args.at(1, 'fields'), scope) ?? notKnown('its fields are put together when it runs');
  const options = args.at(2, 'options');
  const plain = (key: string): Plain | undefined => {
    const value = entryOf(options, key, scope);
    return value ? (plainOf(value, scope) ?? notKnown(`its ${key} is decided when it runs`)) : undefined;
  };
  const table = plain('db_table');
  const comment = plain('db_table_comment');
  const model: Model = {
    app,
    name,
    table: typeof table === 'string' && table !== '' ? table : cutName(`${app}_${name.toLowerCase()}`),
    fields: fields.map((item) => {
      const [key, value] = itemsOf(item, scope) ?? [];
      const field = key && textOf(key, scope);
      if (field === undefined || !value) return notKnown('its fields are put together when it runs');
      const read = readField(field, value, scope, app, name);
      return isKnown(read) ? { ...read, place: item.span } : read;
    }),
    isManaged: plain('managed') !== false,
    isProxy: plain('proxy') === true,
    uniqueTogether: together(entryOf(options, 'unique_together', scope), surroundings),
    indexTogether: together(entryOf(options, 'index_together', scope), surroundings),
    indexes: [],
    constraints: [],
    comment: typeof comment === 'string' ? comment : undefined,
  };
  return {
    ...model,
    indexes: each(entryOf(options, 'indexes', scope), surroundings, (value) => readIndex(value, model, surroundings)),
    constraints: each(entryOf(options, 'constraints', scope), surroundings, (value) =>
      readConstraint(value, model, surroundings),
    ),
  };
}

function each<T>(list: Expression | undefined, { scope }: Surroundings, read: (value: Expression) => T): readonly T[] {
  if (!list) return [];
  const items = itemsOf(list, scope) ?? notKnown('what stands in its options is put together when it runs');
  return items.map(read);
}

/** Columns that are unique together: one tuple, or several. `set()` and None for none. */
export function together(value: Expression | undefined, { scope }: Surroundings): readonly (readonly string[])[] {
  const found = value && resolved(value, scope);
  if (!found || found.kind === 'null' || (found.kind === 'call' && found.args.length === 0)) return [];
  const list = found.kind === 'call' ? found.args[0]?.value : found;
  const plain = plainOf(list, scope);
  if (!Array.isArray(plain)) return notKnown('its columns are decided when it runs');
  const names = plain.filter((item) => typeof item === 'string');
  if (names.length === plain.length) return names.length > 0 ? [names] : [];
  return plain.map((item: Plain) =>
    Array.isArray(item) ? item.map(String) : notKnown('its columns are decided when it runs'),
  );
}

/** What a reading gives, or undefined where something in it is not known. */
export function ifKnown<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof NotKnown) return undefined;
    throw error;
  }
}
