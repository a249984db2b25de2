/**
 * Globs of file names: `*` and `?` within a folder's name, `**` for any number of folders, `[a-z]`, `[!a-z]`,
 * `{a,b}`, `{1..3}`, `@(a|b)` and `?(a|b)`. They come with a project that somebody else may have written, so they are
 * matched without backtracking: the time is the product of the lengths of pattern and path, whatever they are.
 */

/** Longer globs, and more alternatives of one, are refused. */
const LONGEST = 500;
const MOST_ALTERNATIVES = 128;

/** One glob, ready to be matched; or what is wrong with it. */
type Compiled = { readonly alternatives: readonly (readonly Segment[])[] } | { readonly problem: string };

/** `**`, or the parts of a name. */
type Segment = '**' | readonly Part[];
type Part = '*' | '?' | string | CharacterClass;

interface CharacterClass {
  readonly negated: boolean;
  readonly ranges: readonly (readonly [from: string, to: string])[];
}

/** Why a glob cannot be used, in one sentence; undefined for a good one. */
export function globProblem(glob: string): string | undefined {
  const compiled = compile(glob.startsWith('!') ? glob.slice(1) : glob);
  return 'problem' in compiled ? compiled.problem : undefined;
}

/** A test for paths with "/" between folders. A path passes when a glob matches it and none that begins with "!" does. */
export function globMatcher(globs: readonly string[]): (path: string) => boolean {
  const wanted: (readonly Segment[])[] = [];
  const unwanted: (readonly Segment[])[] = [];
  for (const glob of globs) {
    const isNegated = glob.startsWith('!');
    const compiled = compile(isNegated ? glob.slice(1) : glob);
    if ('alternatives' in compiled) (isNegated ? unwanted : wanted).push(...compiled.alternatives);
  }
  return (path) => {
    const names = path.split('/');
    return wanted.some((each) => matches(each, names)) && !unwanted.some((each) => matches(each, names));
  };
}

/** The folders at which a search for the globs may begin: what stands in front of their first wildcard; "" for all. */
export function globBases(globs: readonly string[]): readonly string[] {
  const bases = new Set<string>();
  for (const glob of globs) {
    if (glob.startsWith('!')) continue;
    const compiled = compile(glob);
    for (const segments of 'alternatives' in compiled ? compiled.alternatives : []) {
      const fixed: string[] = [];
      for (const segment of segments.slice(0, -1)) {
        const name = segment === '**' ? undefined : plainName(segment);
        if (name === undefined) break;
        fixed.push(name);
      }
      bases.add(fixed.join('/'));
    }
  }
  const all = [...bases];
  return all.filter((base) => !all.some((other) => other !== base && (other === '' || base.startsWith(`${other}/`))));
}

function plainName(parts: readonly Part[]): string | undefined {
  let name = '';
  for (const part of parts) {
    if (typeof part !== 'string' || part === '*' || part === '?') return undefined;
    name += part.slice(1);
  }
  return name;
}

function compile(glob: string): Compiled {
  if (glob === '') return { problem: 'A glob is empty.' };
  if (glob.length > LONGEST) return { problem: `A glob has more than ${LONGEST} characters.` };
  const plain = expand(glob.replace(/^\.\//, ''));
  if (typeof plain === 'string') return { problem: plain };
  return { alternatives: plain.map((each) => each.split('/').map(segmentOf)) };
}

/** The globs that braces and groups stand for, or what is wrong. */
function expand(glob: string): string[] | string {
  let open = [glob];
  for (;;) {
    const next: string[] = [];
    let changed = false;
    for (const each of open) {
      const parts = expandOne(each);
      if (typeof parts === 'string') return parts;
      if (parts) changed = true;
      next.push(...(parts ?? [each]));
      if (next.length > MOST_ALTERNATIVES) return `A glob stands for more than ${MOST_ALTERNATIVES} patterns.`;
    }
    if (!changed) return next;
    open = next;
  }
}

/** The first innermost braces or group, taken apart; undefined when there are none. */
function expandOne(glob: string): string[] | string | undefined {
  const found = /(\\.)|([@?+*!]?)\(([^(){}]*)\)|\{([^(){}]*)\}/g;
  for (let match = found.exec(glob); match; match = found.exec(glob)) {
    const [whole, escapedOne, prefix = '', group, braces] = match;
    if (escapedOne !== undefined) continue;
    const isRepeated = group !== undefined && /[+*?]/.test(glob.charAt(match.index + whole.length));
    if (prefix === '+' || prefix === '*' || prefix === '!' || isRepeated)
      return `"${prefix}(…)" and repeated groups are not supported in globs.`;
    const choices = group !== undefined ? group.split('|') : choicesOf(braces ?? '');
    if (!choices) continue;
    if (prefix === '?') choices.push('');
    const [head, tail] = [glob.slice(0, match.index), glob.slice(match.index + whole.length)];
    return choices.map((choice) => head + choice + tail);
  }
  return /(?<!\\)[()]/.test(glob) ? 'A parenthesis in a glob is not closed.' : undefined;
}

/** `a,b` or `1..3`; undefined for braces that are characters of a name. */
function choicesOf(inside: string): string[] | undefined {
  const [, from, to] = /^(\d{1,9})\.\.(\d{1,9})$/.exec(inside) ?? [];
  if (from !== undefined && to !== undefined) {
    const [low, high] = [Math.min(Number(from), Number(to)), Math.max(Number(from), Number(to))];
    return Array.from({ length: Math.min(high - low, MOST_ALTERNATIVES) + 1 }, (_, index) => String(low + index));
  }
  return inside.includes(',') ? inside.split(',') : undefined;
}

function segmentOf(text: string): Segment {
  if (text === '**') return '**';
  const parts: Part[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '*') {
      if (parts.at(-1) !== '*') parts.push('*');
    } else if (character === '?') parts.push('?');
    else if (character === '[') {
      const close = text.indexOf(']', at + 2);
      if (close < 0) parts.push('\\[');
      else {
        parts.push(classOf(text.slice(at + 1, close)));
        at = close;
      }
    } else if (character === '\\' && at + 1 < text.length) {
      at++;
      parts.push(literal(text.charAt(at)));
    } else parts.push(literal(character));
  }
  return parts;
}

/** A character that is to be found as it is; a backslash makes it no wildcard. */
function literal(character: string): string {
  return `\\${character}`;
}

function classOf(inside: string): CharacterClass {
  const negated = inside.startsWith('!') || inside.startsWith('^');
  const ranges: [string, string][] = [];
  for (let at = negated ? 1 : 0; at < inside.length; at++) {
    const from = inside.charAt(at);
    const isRange = inside.charAt(at + 1) === '-' && at + 2 < inside.length;
    ranges.push([from, isRange ? inside.charAt(at + 2) : from]);
    if (isRange) at += 2;
  }
  return { negated, ranges };
}

/** Which numbers of names the pattern can have used up, pattern segment by pattern segment. */
function matches(segments: readonly Segment[], names: readonly string[]): boolean {
  let reached = new Set([0]);
  for (const segment of segments) {
    const next = new Set<number>();
    for (const at of reached) {
      if (segment === '**') {
        for (let to = at; to <= names.length; to++) {
          next.add(to);
          if (names[to]?.startsWith('.')) break;
        }
      } else if (at < names.length && matchesName(segment, names[at] ?? '')) next.add(at + 1);
    }
    reached = next;
    if (reached.size === 0) return false;
  }
  return reached.has(names.length);
}

function matchesName(parts: readonly Part[], name: string): boolean {
  // Hidden names are meant only where they are written.
  if (name.startsWith('.') && parts[0] !== '\\.') return false;
  let at = 0;
  let part = 0;
  // The last star, and up to where it has eaten so far: of several stars only the last one ever has to give way.
  let star = -1;
  let eaten = 0;
  while (at < name.length) {
    const wanted = parts[part];
    if (wanted === '*') {
      star = part++;
      eaten = at;
    } else if (wanted !== undefined && matchesCharacter(wanted, name.charAt(at))) {
      at++;
      part++;
    } else if (star >= 0) {
      part = star + 1;
      at = ++eaten;
    } else return false;
  }
  while (parts[part] === '*') part++;
  return part === parts.length;
}

function matchesCharacter(part: Part, character: string): boolean {
  if (typeof part === 'string') return part === '?' || part === `\\${character}`;
  return part.ranges.some(([from, to]) => from <= character && character <= to) !== part.negated;
}

const single = new Map<string, (path: string) => boolean>();

/** Whether a path is one of a glob's. The same few globs of a configuration are asked for of every file. */
export function matchesGlob(glob: string, path: string): boolean {
  const known = single.get(glob) ?? globMatcher([glob]);
  if (single.size > 1000) single.clear();
  single.set(glob, known);
  return known(path);
}
