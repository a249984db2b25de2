import type { ObjectName } from '../sql/action.js';
import { quoteIdentifier } from '../sql/quote.js';
import { setColumn } from './apply-table.js';
import { columnsOf, tablesOf } from './dependents/of-type.js';
import type { Overload, Table, UserType } from './model.js';
import { keyOf, type SchemaState } from './state.js';

/** Renames an enum, a domain or a composite type, wherever it is named: PostgreSQL keeps types by number. */
export function renameType(state: SchemaState, name: ObjectName, to: string): void {
  const type = state.type(name);
  if (!type) return;
  const now = keyOf(type.schema, to);
  const isIt = (named: { readonly schema: string | undefined; readonly name: string }): boolean =>
    named.name === type.name && state.type(named)?.key === type.key;
  const swap = (keys: readonly string[]): string[] => keys.map((key) => (key === type.key ? now : key));
  for (const table of [...tablesOf(state)]) renameInTable(state, table, type, isIt, to);
  for (const fn of [...state.functions()])
    if (fn.overloads.some(({ types }) => types.includes(type.key)))
      state.putFunction({ ...fn, overloads: fn.overloads.map((each) => renamedOverload(each, type, to, swap)) });
  for (const view of [...state.views()])
    if (view.types.includes(type.key)) state.put({ ...view, types: swap(view.types) });
  for (const each of [...state.dependents()])
    if (each.types.includes(type.key)) state.putDependent({ ...each, types: swap(each.types) });
  for (const other of [...state.types()]) {
    if (other.kind === 'domain' && other.base && isIt(other.base))
      state.putType({ ...other, base: { ...other.base, name: to, text: to } });
    if (other.kind === 'composite' && other.attributes.some((each) => each.type && isIt(each.type)))
      state.putType({
        ...other,
        attributes: other.attributes.map((each) =>
          each.type && isIt(each.type) ? { ...each, type: { ...each.type, name: to, text: to } } : each,
        ),
      });
  }
  const known = state.type(name) ?? type;
  state.removeType(type.key);
  state.putType({ ...known, key: now, name: to });
}

type IsIt = (named: { readonly schema: string | undefined; readonly name: string }) => boolean;

function renameInTable(state: SchemaState, { key, columns }: Table, type: UserType, isIt: IsIt, to: string): void {
  const table = state.tableByKey(key);
  if (!table) return;
  const ofIt = new Set(columnsOf(table, isIt).map(({ name }) => name));
  const inText = (text: string): string => renamedCasts(text, type.name, to);
  const isNamed = (text: string | undefined): text is string => text?.toLowerCase().includes(type.name) === true;
  const texts = [
    ...[...columns.values()].flatMap((each) => [each.default, each.generated?.expression]),
    ...[...table.constraints.values()].map(({ expression }) => expression),
  ];
  const indexes = [...table.indexes].flatMap((each) => {
    const index = state.relationByKey(each);
    return index?.kind === 'index' && [...index.expressions, index.predicate].some(isNamed) ? [index] : [];
  });
  for (const index of indexes)
    state.put({
      ...index,
      expressions: index.expressions.map(inText),
      predicate: index.predicate && inText(index.predicate),
    });
  if (ofIt.size === 0 && !texts.some(isNamed)) return;
  const writable = state.writableTableByKey(key);
  if (!writable) return;
  for (const column of [...writable.columns.values()])
    setColumn(writable, column.name, {
      ...(ofIt.has(column.name) && column.type ? { type: { ...column.type, name: to, text: to } } : {}),
      default: column.default && inText(column.default),
      generated: column.generated && { ...column.generated, expression: inText(column.generated.expression) },
    });
  for (const [name, constraint] of [...writable.constraints])
    if (constraint.expression !== undefined)
      writable.constraints.set(name, { ...constraint, expression: inText(constraint.expression) });
}

/** `::name` and `CAST(… AS name)` with another name; string literals stay. */
function renamedCasts(text: string, name: string, to: string): string {
  return text.replace(
    /'(?:[^']|'')*'|((?:::|\bas\s)\s*(?:(?:"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*)\.)?)("(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*)/giu,
    (whole, before: string | undefined, word: string | undefined) => {
      if (before === undefined || word === undefined) return whole;
      const plain = word.startsWith('"') ? word.slice(1, -1).replaceAll('""', '"') : word.toLowerCase();
      return plain === name ? `${before}${quoteIdentifier(to)}` : whole;
    },
  );
}

function renamedOverload(
  each: Overload,
  type: UserType,
  to: string,
  swap: (keys: readonly string[]) => string[],
): Overload {
  if (!each.types.includes(type.key)) return each;
  return {
    ...each,
    arguments: each.arguments.map((text) => renamedArgument(text, type, to)),
    returns: each.returns === type.name ? to : each.returns,
    types: swap(each.types),
  };
}

/** A type as arguments are compared: "mood", "app.mood", "variadic mood[]". */
function renamedArgument(text: string, { schema, name }: UserType, to: string): string {
  const [, variadic = '', path = '', last = '', array = ''] =
    /^(variadic )?(.*\.)?([^.[]*)((?:\[\])*)$/.exec(text) ?? [];
  const isIt = last === name && (path === '' || path === `${schema}.`);
  return isIt ? `${variadic}${path}${to}${array}` : text;
}
