import type { Column, Sequence, Table } from '../model.js';
import { quoteIdentifier, quoteLiteral } from '../../sql/quote.js';
import type { SchemaState } from '../state.js';

/** The name in nextval('…'), as parts. */
const CALL = /\bnextval\s*\(\s*'((?:[^']|'')*)'/gi;

/** The sequences that a default draws from, by key. */
export function sequencesIn(text: string, state: SchemaState): string[] {
  return [...text.matchAll(CALL)].flatMap(([, written = '']) => {
    const parts = [...written.matchAll(/"((?:[^"]|"")+)"|([^".\s]+)/g)].map(
      ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain?.toLowerCase() ?? '',
    );
    const name = parts.at(-1);
    return name === undefined ? [] : (state.relation({ schema: parts.at(-2), name })?.key ?? []);
  });
}

/** A default that draws from a sequence. */
export function drawsFrom(schema: string, name: string): string {
  return `nextval(${quoteLiteral(`${quoteIdentifier(schema)}.${quoteIdentifier(name)}`)})`;
}

/** The columns whose DEFAULT draws from the sequence, and the one whose serial or identity column it belongs to. */
export function defaultsFrom(
  sequence: Pick<Sequence, 'key'>,
  state: SchemaState,
): { readonly table: Table; readonly column: Column }[] {
  const found: { table: Table; column: Column }[] = [];
  for (const table of state.relations()) {
    if (table.kind !== 'table') continue;
    for (const column of table.columns.values()) {
      const { default: text, sequence: own, identity } = column;
      const isOwn = own === sequence.key && (identity !== undefined || text === 'nextval()');
      if (isOwn || (text !== undefined && sequencesIn(text, state).includes(sequence.key)))
        found.push({ table, column });
    }
  }
  return found;
}
