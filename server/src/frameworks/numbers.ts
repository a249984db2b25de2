import { inFolder } from './define.js';
import { baseName, type WritePlace } from './framework.js';
import { momentDigits } from './stamps.js';

/** The number with which a name begins; undefined when it begins with none. */
export function leadingNumber(path: string): bigint | undefined {
  const digits = /^\d+/.exec(baseName(path))?.[0];
  return digits === undefined ? undefined : BigInt(digits);
}

/** Paths by a number of each, those without one behind all others; by their characters where two are equal. */
export function sortedByNumber(
  paths: readonly string[],
  numberOf: (path: string) => bigint | undefined = leadingNumber,
): string[] {
  const keyed = paths.map((path) => ({ path, number: numberOf(path) }));
  keyed.sort((a, b) => compareKeys(a.number, b.number) || byCharacters(a.path, b.path));
  return keyed.map(({ path }) => path);
}

/** By code units, as Go, Rust and JavaScript sort strings. */
export function byCharacters(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareKeys(a: bigint | undefined, b: bigint | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Versions for new migrations: each is greater than all that are there and written as the last of them is. One that
 * carries a moment gets the moment of `now` where that is later, otherwise the next second behind the last. In: the
 * digits of the versions that are there; `first`: the version where there is none. Out: `count` versions.
 */
export function newVersions(count: number, existing: readonly string[], now: number, first: string): string[] {
  const versions: string[] = [];
  let last = existing.reduce<string | undefined>(
    (found, version) => (found === undefined || BigInt(version) >= BigInt(found) ? version : found),
    undefined,
  );
  for (let index = 0; index < count; index++) {
    last = last === undefined ? first : versionBehind(last, now);
    versions.push(last);
  }
  return versions;
}

/** The version behind another one, written as it is. */
function versionBehind(last: string, now: number): string {
  const { length } = last;
  const next = BigInt(last) + 1n;
  if (isMoment(last)) {
    const rest = last.slice(14);
    const moment = momentDigits(now) + '0'.repeat(rest.length);
    return BigInt(moment) > BigInt(last) ? moment : momentDigits(millisecondsOf(last) + 1000) + '0'.repeat(rest.length);
  }
  // Seconds or milliseconds since 1970, of our time.
  const seconds = BigInt(Math.floor(now / 1000));
  if (length === 10 && /^[12]/.test(last)) return later(seconds, next);
  if (length === 13 && /^[12]/.test(last)) return later(BigInt(now), next);
  return next.toString().padStart(length, '0');
}

function later(one: bigint, other: bigint): string {
  return (one > other ? one : other).toString();
}

/** True for year, month, day, hour, minute and second, with or without digits behind them. */
function isMoment(digits: string): boolean {
  return /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d/.test(digits);
}

function millisecondsOf(moment: string): number {
  const part = (from: number, length = 2): number => Number(moment.slice(from, from + length));
  return Date.UTC(part(0, 4), part(4) - 1, part(6), part(8), part(10), part(12));
}

/** New paths in the folder of a place: a version behind those that are there, and a name of it. */
export function numberedPaths(
  slugs: readonly string[],
  { existing, directory, now }: Pick<WritePlace, 'existing' | 'directory' | 'now'>,
  first: string,
  nameOf: (version: string, slug: string) => string,
): string[] {
  const digits = existing.flatMap((path) => /^\d+/.exec(baseName(path)) ?? []);
  const versions = newVersions(slugs.length, digits, now, first);
  return slugs.map((slug, index) => inFolder(directory, nameOf(versions[index] ?? first, slug)));
}
