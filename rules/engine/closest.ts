import { distance } from 'fastest-levenshtein';

/** The name that differs from this one in at most two letters, in about a third of them; undefined when there is none. */
export function closest(name: string, names: readonly string[]): string | undefined {
  const most = name.length === 3 ? 1 : Math.min(2, Math.floor((name.length - 1) / 3));
  let found: string | undefined;
  let least = most + 1;
  for (const other of names) {
    if (Math.abs(other.length - name.length) > most) continue;
    const difference = distance(name, other);
    if (difference < least) [found, least] = [other, difference];
  }
  return found;
}
