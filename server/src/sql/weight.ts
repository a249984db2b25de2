import type { ParsedStatement } from './statement.js';

/** Bytes of an object with a handful of fields. */
const OBJECT = 120;

/** Shorter statements are weighed by their texts: measured, 20 to 30 bytes for each character. */
const SHORT = 1000;

/** Lists with more items are weighed by their first items: they are alike. */
const SAMPLE = 16;

/** Deeper parts of an action are small. */
const DEEPEST = 6;

/**
 * About how many bytes a parsed statement keeps in memory, its text and its actions together. A table of 1,500 columns
 * is fifty times as large as its text, so a cache that counts texts only would have no bound.
 */
export function weigh(statement: ParsedStatement): number {
  // Nearly all statements: looking into each would cost more than it shows.
  if (statement.text.length < SHORT) return 800 + 22 * statement.text.length;
  const known = weights.get(statement);
  if (known !== undefined) return known;
  const { text, actions, columnUses, versionUses, embedded, dynamic } = statement;
  // Measured: three fifths of what the fields would take one by one.
  const parts = weightOf(actions, 0) + weightOf(columnUses, 0) + weightOf(versionUses, 0) + weightOf(dynamic, 0);
  const inside = embedded.reduce((sum, { parsed }) => sum + OBJECT + weigh(parsed), 0);
  const weight = Math.round(text.length + 2 * OBJECT + 0.6 * parts + inside);
  weights.set(statement, weight);
  return weight;
}

const weights = new WeakMap<ParsedStatement, number>();

function weightOf(value: unknown, depth: number): number {
  if (typeof value === 'string') return 16 + value.length;
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return 8;
  if (Array.isArray(value)) return weightOfList(value, depth);
  if (value instanceof Map || value instanceof Set) return OBJECT + value.size * OBJECT;
  let weight = OBJECT / 2;
  for (const part of Object.values(value))
    weight += 8 + (typeof part === 'object' || typeof part === 'string' ? weightOf(part, depth + 1) : 0);
  return weight;
}

function weightOfList(list: readonly unknown[], depth: number): number {
  let weight = 32;
  const sampled = Math.min(list.length, SAMPLE);
  for (let index = 0; index < sampled; index++) weight += 8 + weightOf(list[index], depth + 1);
  return list.length > sampled ? (weight * list.length) / sampled : weight;
}
