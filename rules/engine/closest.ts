import { distance } from 'fastest-levenshtein';

/** In a name of the user's about a third of the letters may differ, two at most: there are many such names. */
function slipsInName(name: string): number {
  return name.length === 3 ? 1 : Math.min(2, Math.floor((name.length - 1) / 3));
}

/** In a word of ours, such as a setting or the id of a rule: there are few, and each is unlike the others. */
export function slipsInWord(word: string): number {
  return Math.max(2, Math.floor(word.length / 3));
}

/**
 * The known word that is closest to this one, when it is close enough to be a slip; undefined when there is none.
 * Upper and lower case count as the same. `most` is how many letters may differ.
 */
export function closest(word: string, known: readonly string[], most = slipsInName(word)): string | undefined {
  let found: string | undefined;
  let least = most + 1;
  for (const other of known) {
    if (Math.abs(other.length - word.length) > most) continue;
    const difference = distance(word.toLowerCase(), other.toLowerCase());
    if (difference < least) [found, least] = [other, difference];
  }
  return found;
}
