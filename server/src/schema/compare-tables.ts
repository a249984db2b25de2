import type { SchemaState } from './state.js';
import type { Table } from './model.js';

/**
 * What differs between a table of one state and of another, by the names of its columns, constraints and indexes; the
 * order of columns does not count. Empty when both have the same.
 */
export function tableDifferences(one: SchemaState, other: SchemaState, key: string): string[] {
  const [a, b] = [one.tableByKey(key), other.tableByKey(key)];
  if (!a || !b) return a === b ? [] : [key];
  const [ours, theirs] = [linesOf(a, one), linesOf(b, other)];
  return [...ours].filter((line) => !theirs.has(line)).concat([...theirs].filter((line) => !ours.has(line)));
}

function linesOf(table: Table, state: SchemaState): Set<string> {
  const lines = new Set<string>();
  for (const { name, type, notNull, default: value, generated, identity } of table.columns.values()) {
    const words = [
      type?.name,
      type?.modifiers.join(),
      type?.arrayDimensions,
      notNull === true,
      // The sequence of a serial column has no name in what the statement says.
      value !== undefined && /^nextval\s*\(/i.test(value) ? 'nextval' : value,
      generated?.expression,
      identity,
    ];
    lines.add(`column ${name}: ${JSON.stringify(words)}`);
  }
  // A CHECK has the columns that it reads, wherever it is written.
  for (const { name, kind, columns, validated, enforced } of table.constraints.values())
    lines.add(`constraint ${name}: ${JSON.stringify([kind, kind === 'check' ? [] : columns, validated, enforced])}`);
  for (const each of table.indexes) {
    const index = state.relationByKey(each);
    if (index?.kind !== 'index') continue;
    const { name, unique, columns, expressions, predicate, include } = index;
    lines.add(`index ${name}: ${JSON.stringify([unique, columns, expressions, predicate, include])}`);
  }
  return lines;
}
