import type { SchemaState } from '../../schema/state.js';
import type { Action, SequenceNumbers } from '../../sql/action.js';
import { type Failure, identityColumn, sequenceBounds } from '../failure.js';

/** The least and the greatest value of each type that a sequence may have. */
const types: Readonly<Record<string, readonly [least: bigint, greatest: bigint, name: string]>> = {
  int2: [-32768n, 32767n, 'smallint'],
  int4: [-2147483648n, 2147483647n, 'integer'],
  int8: [-9223372036854775808n, 9223372036854775807n, 'bigint'],
};

/** Options of a sequence that contradict one another, in the order in which PostgreSQL looks at them (init_params). */
export function ofSequence(action: Action, before: SchemaState): Failure | undefined {
  if (action.kind === 'createSequence') {
    if (action.ifNotExists && before.relation(action.sequence)) return undefined;
    return ofNumbers(action.numbers, action.type ?? 'int8', true);
  }
  if (action.kind !== 'alterSequence') return undefined;
  const sequence = before.relation(action.sequence);
  const known = sequence?.kind === 'sequence' ? sequence : undefined;
  if (known && action.ownedBy !== undefined && isIdentity(known.key, before))
    return identityColumn(
      '0A000',
      'cannot change ownership of identity sequence',
      'Leave it out: the sequence goes with its column. DROP IDENTITY makes the column a plain one.',
    );
  // What other statements have set for it is not known; the type bounds it in any case.
  return ofNumbers(action.numbers, action.type ?? known?.type, false);
}

function isIdentity(sequence: string, before: SchemaState): boolean {
  for (const relation of before.relations())
    if (relation.kind === 'table')
      for (const column of relation.columns.values())
        if (column.sequence === sequence) return column.identity !== undefined;
  return false;
}

function ofNumbers(numbers: SequenceNumbers, type: string | undefined, isNew: boolean): Failure | undefined {
  const given = (name: keyof SequenceNumbers): bigint | undefined =>
    numbers[name] === undefined ? undefined : BigInt(numbers[name]);
  const bounds = type === undefined ? undefined : types[type];
  if (isNew && type !== undefined && !bounds)
    return sequenceBounds('sequence type must be smallint, integer, or bigint', 'Leave AS out, or write bigint.');
  const increment = given('increment');
  if (increment === 0n) return sequenceBounds('INCREMENT must not be zero', 'Give it a step, or leave it out.');
  const [least, greatest, name] = bounds ?? [];
  const outside = (word: string, value: bigint | undefined): Failure | undefined =>
    value !== undefined && least !== undefined && greatest !== undefined && (value < least || value > greatest)
      ? sequenceBounds(
          `${word} (${value}) is out of range for sequence data type ${name}`,
          'Give the sequence AS bigint, or a bound of its type.',
        )
      : undefined;
  const tooFar = outside('MAXVALUE', given('maximum')) ?? outside('MINVALUE', given('minimum'));
  if (tooFar) return tooFar;
  const isDown = increment !== undefined && increment < 0n;
  const maximum = given('maximum') ?? (isNew ? (isDown ? -1n : greatest) : undefined);
  const minimum = given('minimum') ?? (isNew ? (isDown ? least : 1n) : undefined);
  if (minimum !== undefined && maximum !== undefined && minimum >= maximum)
    return sequenceBounds(
      `MINVALUE (${minimum}) must be less than MAXVALUE (${maximum})`,
      'Set both, the smaller one as MINVALUE.',
    );
  for (const [word, key] of [
    ['START', 'start'],
    ['RESTART', 'restart'],
  ] as const) {
    const value = given(key);
    if (value === undefined) continue;
    if (minimum !== undefined && value < minimum) return beyond(word, value, 'less than MINVALUE', minimum);
    // Another MAXVALUE than that of the type is below it.
    const most = maximum ?? (word === 'RESTART' ? greatest : undefined);
    if (most !== undefined && value > most)
      return beyond(word, value, 'greater than MAXVALUE', most, maximum === undefined);
  }
  return given('cache') !== undefined && (given('cache') ?? 1n) <= 0n
    ? sequenceBounds(`CACHE (${given('cache')}) must be greater than zero`, 'Leave CACHE out, or write 1.')
    : undefined;
}

function beyond(word: 'START' | 'RESTART', value: bigint, than: string, bound: bigint, byHistory = false): Failure {
  const what = word === 'START' ? 'START value' : 'RESTART value';
  return sequenceBounds(
    `${what} (${value}) cannot be ${than} (${bound})`,
    `Set ${than.split(' ').at(-1)} as well, or begin within the bounds.`,
    byHistory,
  );
}
