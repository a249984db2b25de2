import { field, has, inner, list, optionValue, strings, text, flag, tagOf, type Tree } from './tree.js';
import { strings as parts } from './tree.js';

/** The options of a sequence by PostgreSQL's words for them; OWNED BY and SEQUENCE NAME are left out. */
export function sequenceOptions(items: readonly Tree[]): [string, string][] {
  return items.map(inner).flatMap((content): [string, string][] => {
    const name = text(content, 'defname') ?? '';
    if (name === 'owned_by' || name === 'sequence_name' || name === 'restart') return [];
    if (name === 'cycle') return [[name, String(flag(inner(field(content, 'arg')), 'boolval'))]];
    if (name === 'as') {
      const type = field(content, 'arg');
      return [[name, strings(inner(type), 'names').at(-1) ?? '']];
    }
    // NO MINVALUE says the default.
    const value = has(content, 'arg') ? optionValue(field(content, 'arg')) : 'default';
    return value === undefined ? [] : [[name, value]];
  });
}

/** The column of OWNED BY as the parts of its name; "none" takes it back; undefined when nothing is said. */
export function ownedBy(items: readonly Tree[]): readonly string[] | undefined {
  const found = items.map(inner).find((content) => text(content, 'defname') === 'owned_by');
  if (!found) return undefined;
  const value = field(found, 'arg');
  return tagOf(value) === 'List'
    ? parts(inner(value), 'items')
    : list(found, 'arg').map((node) => optionValue(node) ?? '');
}
