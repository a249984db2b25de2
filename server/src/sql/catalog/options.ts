import { field, has, optionValue, text, type Tree } from './tree.js';

/** A list of options in parentheses: "fillfactor" → "70", "toast.autovacuum_enabled" → "false". */
export function optionMap(items: readonly Tree[]): Map<string, string> {
  const options = new Map<string, string>();
  for (const item of items) {
    const content = field(item, 'DefElem');
    const space = text(content, 'defnamespace');
    const name = `${space === undefined ? '' : `${space}.`}${text(content, 'defname') ?? ''}`;
    const value = has(content, 'arg') ? (optionValue(field(content, 'arg')) ?? '') : 'true';
    options.set(name, value);
  }
  return options;
}

/** Options as they stand in SET (…) and WITH (…). */
export function optionText(options: ReadonlyMap<string, string>): string {
  return [...options].map(([name, value]) => `${name} = ${optionLiteral(value)}`).join(', ');
}

function optionLiteral(value: string): string {
  return /^-?[a-z0-9_.]+$/i.test(value) ? value : `'${value.replaceAll("'", "''")}'`;
}
