import { isWordAt, partsOf, singular, withLast } from './words.js';

/** So far back a call is looked for that a place stands in. */
const FARTHEST = 1500;

/** What may stand behind the name of a thing in the name of what works on it. */
const helpers: ReadonlySet<string> = new Set(
  'repository repo service model models schema dao dal entity record records row rows data dto input output params attrs attributes form serializer controller factory query queries select where include create update delete list table store manager qs queryset collection type props payload filter filters values fields set detail details view viewset resource obj object instance item base admin class with policy presenter decorator component helper helpers job worker mailer page endpoint routes router api resolver mutation mutations type types validator validation search sorter'.split(
    ' ',
  ),
);

/** Names of things that may be of any table. */
const general: ReadonlySet<string> = new Set(
  'row rows r it item items record records data entity e o obj object instance result results res input args body params model doc value values props attributes where select fields x v n entry current existing prev updated created new old excluded payload dto req this self f q record attrs cls data_obj'.split(
    ' ',
  ),
);

/** Answers whether a name is of a table: "order", "orders", "currentOrder", "OrderRepository" of orders. */
export class Owners {
  private readonly known = new Map<string, boolean>();
  private readonly names: readonly (readonly string[])[];

  /** In: what code calls the table. */
  constructor(names: readonly string[]) {
    const unique = new Map(names.map((name) => [partsOf(name).join('_'), withLast(partsOf(name), singular)]));
    this.names = [...unique.values()].filter((parts) => parts.length > 0);
  }

  /** Words of which one stands in every file that names one of them, in lower case. */
  get needles(): string[] {
    return [...new Set(this.names.flatMap((parts) => [parts.join('_'), parts.join('')]))].map(stem);
  }

  has(identifier: string): boolean {
    const known = this.known.get(identifier);
    if (known !== undefined) return known;
    const parts = partsOf(identifier);
    const owns = this.names.some((name) => isOf(parts, name));
    if (this.known.size > 50_000) this.known.clear();
    this.known.set(identifier, owns);
    return owns;
  }

  isIn(text: string): boolean {
    for (const [word] of text.matchAll(/[A-Za-z_$][\w$]*/g)) if (this.has(word)) return true;
    return false;
  }
}

/** "category" and "categories" begin alike. */
function stem(word: string): string {
  return word.length > 3 ? word.replace(/(?:y|ex|um|on)$/, '') : word;
}

function isOf(parts: readonly string[], name: readonly string[]): boolean {
  const at = (from: number): boolean =>
    from >= 0 &&
    name.every((word, index) => {
      const part = parts[from + index] ?? '';
      return part === word || (index === name.length - 1 && singular(part) === word);
    });
  if (at(parts.length - name.length)) return true;
  return at(0) && parts.slice(name.length).every((part) => helpers.has(part));
}

export function isGeneral(identifier: string): boolean {
  return general.has(partsOf(identifier).join('_')) || identifier.length === 1;
}

/** The identifier that ends in front of a place; "" where none does. */
export function wordBefore(text: string, end: number): string {
  let start = end;
  while (start > 0 && isWordAt(text, start - 1)) start--;
  return text.slice(start, end);
}

/** What a member is asked of: `order` in "order.status" and "order?.status"; "" behind what has no name; undefined for no member. */
export function receiverOf(text: string, at: number): string | undefined {
  let before = at - 1;
  while (before >= 0 && isBlank(text[before])) before--;
  if (text[before] === '>' && text[before - 1] === '-') before -= 2;
  else if (text[before] === '.') {
    before--;
    // "?.", "!.", "&."; but "..." spreads.
    if (text[before] === '.') return undefined;
    if (text[before] === '?' || text[before] === '!' || text[before] === '&') before--;
  } else return undefined;
  while (before >= 0 && isBlank(text[before])) before--;
  if (text[before] === '!') before--;
  for (let times = 0; times < 4 && (text[before] === ')' || text[before] === ']'); times++) {
    const open = openingOf(text, before);
    if (open === undefined) return '';
    // Of a call that has an object, the object says more: Order.objects.get(…).status.
    before = open - 1;
    const word = wordBefore(text, before + 1);
    if (word !== '' && text[before + 1] === '(') {
      const dot = before - word.length;
      if (text[dot] === '.') return `${receiverOf(text, dot + 1) ?? ''}.${word}`;
    }
  }
  return wordBefore(text, before + 1);
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\n' || character === '\t' || character === '\r';
}

function openingOf(text: string, close: number): number | undefined {
  let depth = 0;
  for (let at = close; at >= 0 && at > close - 600; at--) {
    const character = text[at];
    if (character === ')' || character === ']' || character === '}') depth++;
    else if (character === '(' || character === '[' || character === '{') if (--depth === 0) return at;
  }
  return undefined;
}

/**
 * What stands before the brackets that are open at a place: the calls, objects and blocks that it is in, the innermost
 * first, each with up to 160 characters of its line and of the chain of calls above it.
 */
export function headsAround(text: string, at: number): string[] {
  const heads: string[] = [];
  let depth = 0;
  const first = Math.max(0, at - FARTHEST);
  for (let index = at - 1; index >= first && heads.length < 4; index--) {
    const character = text[index];
    if (character === ')' || character === ']' || character === '}') depth++;
    else if (character === '(' || character === '[' || character === '{') {
      if (depth > 0) depth--;
      else heads.push(headBefore(text, index));
    }
  }
  return heads;
}

/** The line in front of a bracket, and those above it that its chain of calls begins on. */
function headBefore(text: string, at: number): string {
  let start = at;
  for (let lines = 0; lines < 6 && start > 0; lines++) {
    const line = text.lastIndexOf('\n', start - 1);
    const isChained = /^\s*[.)\]}]/.test(text.slice(line + 1, Math.min(at, line + 40)));
    start = Math.max(line, at - 400, 0);
    if (!isChained || start === at - 400) break;
  }
  return text.slice(start, at);
}

/** The lines around a place. */
export function linesAround(text: string, at: number, before: number, behind: number): string {
  let start = at;
  for (let count = 0; count <= before && start > 0; count++) start = text.lastIndexOf('\n', start - 1);
  let end = at;
  for (let count = 0; count <= behind && end >= 0 && end < text.length; count++) {
    const next = text.indexOf('\n', end + 1);
    if (next < 0) {
      end = text.length;
      break;
    }
    end = next;
  }
  return text.slice(Math.max(0, start, at - 4000), Math.min(end, at + 2000));
}
