/** The parts of a name, in lower case: "legacyCode", "LegacyCode" and "legacy_code" are ["legacy", "code"]. */
export function partsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((part) => part !== '');
}

export function camel(parts: readonly string[]): string {
  return parts.map((part, index) => (index === 0 ? part : capital(part))).join('');
}

export function pascal(parts: readonly string[]): string {
  return parts.map(capital).join('');
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

const irregular: Readonly<Record<string, string>> = {
  people: 'person',
  children: 'child',
  men: 'man',
  women: 'woman',
  media: 'medium',
  data: 'datum',
  criteria: 'criterion',
  statuses: 'status',
  news: 'news',
  series: 'series',
  movies: 'movie',
  indices: 'index',
};

/** "orders" → "order", "categories" → "category", "addresses" → "address"; a word that is singular stays. */
export function singular(word: string): string {
  if (Object.hasOwn(irregular, word)) return irregular[word] ?? word;
  if (word.length < 4 || /(?:ss|us|is)$/.test(word)) return word;
  if (/[^aeiou]ies$/.test(word)) return `${word.slice(0, -3)}y`;
  if (/(?:ss|sh|ch|x|zz)es$/.test(word)) return word.slice(0, -2);
  return word.endsWith('s') ? word.slice(0, -1) : word;
}

/** As Rails and people form it: "order" → "orders", "category" → "categories", "person" → "people". */
export function plural(word: string): string {
  const known = Object.entries(irregular).find(([, one]) => one === word);
  if (known) return known[0];
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
  return /(?:s|sh|ch|x|z)$/.test(word) ? `${word}es` : `${word}s`;
}

/** The same parts with the last one in the singular or in the plural. */
export function withLast(parts: readonly string[], form: (word: string) => string): string[] {
  return parts.map((part, index) => (index === parts.length - 1 ? form(part) : part));
}

/** How a name is written in code: as it is, snake_case, camelCase, PascalCase. */
export function formsOf(name: string): string[] {
  const parts = partsOf(name);
  return [...new Set([name, parts.join('_'), camel(parts), pascal(parts)])];
}

/** True for a letter, a digit, "_" and "$": a word goes on there. */
export function isWordAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 36 ||
    code > 127
  );
}

/** The places of a word in a text that is all in lower case, whole words only. */
export function* placesOf(word: string, lower: string): Iterable<number> {
  for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + word.length))
    if (!(at > 0 && isWordAt(lower, at - 1)) && !isWordAt(lower, at + word.length)) yield at;
}
