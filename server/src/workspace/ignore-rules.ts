/**
 * The rules of .gitignore and .ignore (gitignore(5)): the last rule that matches decides, "!" takes a file back, "/" at
 * the end means folders, a "/" before it ties the rule to the folder of its file. They come with a project that somebody
 * else may have written: matching takes at most the product of the lengths of pattern and path.
 */

interface Rule {
  readonly isNegated: boolean;
  readonly folderOnly: boolean;
  /** Tied to its folder: matched against the path from there. */
  readonly isTied: boolean;
  /** Parts between slashes; "**" is any number of them. */
  readonly parts: readonly string[];
}

/** The rules of one folder. */
export interface IgnoreRules {
  /** The folder in which they stand, below the root; "" for the root. */
  readonly folder: string;
  readonly rules: readonly Rule[];
}

const MOST_RULES = 2000;
const LONGEST = 400;

/** Reads the text of a .gitignore. */
export function readIgnoreRules(text: string, folder: string): IgnoreRules {
  const rules: Rule[] = [];
  for (const line of text.split(/\r?\n/).slice(0, MOST_RULES)) {
    // A blank at the end counts behind a backslash only.
    let pattern = line.replace(/(?<!\\)[ \t]+$/, '');
    if (pattern === '' || pattern.startsWith('#') || pattern.length > LONGEST) continue;
    const isNegated = pattern.startsWith('!');
    if (isNegated) pattern = pattern.slice(1);
    if (/^\\[#!]/.test(pattern)) pattern = pattern.slice(1);
    const folderOnly = pattern.endsWith('/');
    if (folderOnly) pattern = pattern.slice(0, -1);
    const isTied = pattern.includes('/');
    const parts = pattern.split('/').filter((part, index) => part !== '' || index > 0);
    if (parts.length > 0 && parts.every((part) => part !== '')) rules.push({ isNegated, folderOnly, isTied, parts });
  }
  return { folder, rules };
}

/**
 * True for a file or folder that the rules leave out. In: its path below the root, and the rules from the root down to its
 * folder. A folder that is left out is not looked into, so nothing in it comes back.
 */
export function isIgnored(path: string, isFolder: boolean, levels: readonly IgnoreRules[]): boolean {
  for (let level = levels.length - 1; level >= 0; level--) {
    const { folder, rules } = levels[level] ?? { folder: '', rules: [] };
    const below = folder === '' ? path : path.slice(folder.length + 1);
    const names = below.split('/');
    for (let index = rules.length - 1; index >= 0; index--) {
      const rule = rules[index];
      if (!rule || (rule.folderOnly && !isFolder)) continue;
      const isMatch = rule.isTied
        ? matchesPath(rule.parts, names)
        : matchesName(rule.parts[0] ?? '', names.at(-1) ?? '');
      if (isMatch) return !rule.isNegated;
    }
  }
  return false;
}

/** The last "**" is gone back to, so the time is the product of the lengths. */
function matchesPath(parts: readonly string[], names: readonly string[]): boolean {
  let part = 0;
  let name = 0;
  let star = -1;
  let from = 0;
  while (name < names.length) {
    if (parts[part] === '**') {
      // "a/**" is what stands in a, not a itself.
      if (part === parts.length - 1) return name < names.length;
      star = part++;
      from = name;
    } else if (part < parts.length && matchesName(parts[part] ?? '', names[name] ?? '')) {
      part++;
      name++;
    } else if (star >= 0) {
      part = star + 1;
      name = ++from;
    } else return false;
  }
  return part === parts.length;
}

/** `*`, `?`, `[a-z]`, `[!a-z]` and backslashes. */
function matchesName(pattern: string, name: string): boolean {
  let at = 0;
  let index = 0;
  let star = -1;
  let from = 0;
  while (index < name.length) {
    const next = at < pattern.length ? matchesOne(pattern, at, name[index] ?? '') : undefined;
    if (pattern[at] === '*') {
      star = at++;
      from = index;
    } else if (next !== undefined) {
      at = next;
      index++;
    } else if (star >= 0) {
      at = star + 1;
      index = ++from;
    } else return false;
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}

/** The place behind what matches the character; undefined where it does not match. */
function matchesOne(pattern: string, at: number, character: string): number | undefined {
  const sign = pattern[at];
  if (sign === '?') return at + 1;
  if (sign === '\\') return pattern[at + 1] === character ? at + 2 : undefined;
  if (sign !== '[') return sign === character && sign !== '*' ? at + 1 : undefined;
  const end = pattern.indexOf(']', at + 2);
  if (end < 0) return character === '[' ? at + 1 : undefined;
  let index = at + 1;
  const isNegated = pattern[index] === '!' || pattern[index] === '^';
  if (isNegated) index++;
  let isIn = false;
  for (; index < end; index++) {
    const low = pattern[index] ?? '';
    const isRange = pattern[index + 1] === '-' && index + 2 < end;
    const high = isRange ? (pattern[index + 2] ?? low) : low;
    if (character >= low && character <= high) isIn = true;
    if (isRange) index += 2;
  }
  return isIn === isNegated ? undefined : end + 1;
}
