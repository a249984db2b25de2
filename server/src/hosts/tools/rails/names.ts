import { byteLength, quoteIdentifier } from '../../../sql/quote.js';
import { Sha256, utf8 } from '../../../sql/sha256.js';

/** The versions that a migration is read by. */
export interface RailsVersion {
  /** Of `Migration[7.1]`: how the migration is to behave. */
  readonly migration: number;
  /** Of Rails itself. */
  readonly rails: number;
}

/** A table: "schema.table" is two names. */
export function quoteTable(name: string): string {
  return name.split('.').map(quoteIdentifier).join('.');
}

export function quoteColumns(names: readonly string[]): string {
  return names.map(quoteIdentifier).join(', ');
}

function hash(text: string): string {
  const digest = new Sha256().add(utf8(text)).digest();
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .slice(0, 10);
}

export function foreignKeyName(table: string, columns: readonly string[]): string {
  return `fk_rails_${hash(`${table}_${columns.join('_')}_fk`)}`;
}

export function checkName(table: string, expression: string): string {
  return `chk_rails_${hash(`${table}_${expression}_chk`)}`;
}

export function exclusionName(table: string, expression: string): string {
  return `excl_rails_${hash(`${table}_${expression}_excl`)}`;
}

export function uniqueName(table: string, columns: readonly string[]): string {
  return `uniq_rails_${hash(`${table}_${columns.join('_')}_unique`)}`;
}

/** The longest name that Rails gives an index. */
const LONGEST = 62;

/** The name that Rails gives an index. `columns`: names, or one expression. */
export function indexName(table: string, columns: readonly string[], { migration }: RailsVersion): string {
  const words = columns.flatMap((each) => (/^\w+$/.test(each) ? [each] : [(each.match(/\w+/g) ?? []).join('_')]));
  const name = `index_${table}_on_${words.join('_and_')}`;
  if (byteLength(name) <= LONGEST || migration < 7.1) return name;
  const suffix = `_${hash(name)}`;
  return `${`idx_on_${words.join('_')}`.slice(0, LONGEST - suffix.length)}${suffix}`;
}

/** The name of a join table: both names in order, what they begin with said once. */
export function joinTableName(one: string, other: string): string {
  return [one, other]
    .sort()
    .join('\0')
    .replace(/^(.*[._])(.+)\0\1(.+)/, '$1$2_$3')
    .replace('\0', '_');
}
