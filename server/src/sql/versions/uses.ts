import type { Span } from '../span.js';
import type { VersionUse } from './features.js';
import { type Note, reads } from './reads.js';
import { isTree, treeIn, type Visitors, walkNodes } from './tree.js';

/** Numbers that PostgreSQL reads since 16. */
const newNumber = /\b(?:0[xob][0-9a-f_]+|\d+_\d[\d_]*)\b/i;
const numberAt = new RegExp(newNumber.source.replace('\\b', ''), 'iy');

const none: readonly VersionUse[] = [];

/**
 * What a statement uses that not every version of PostgreSQL has. In: its parse tree, with UTF-16 locations, and the
 * text that was parsed. Out: nothing for nearly all statements. Bodies of functions in strings are left out.
 */
export function versionUses(node: unknown, text: string): readonly VersionUse[] {
  let found: VersionUse[] | undefined;
  const note: Note = (feature, location, more) => {
    found ??= [];
    const at = feature === 'STORAGE of a new column' ? wordBehind('storage', text, location) : location;
    found.push({ feature, ...more, span: typeof at === 'number' ? spanAt(text, at) : undefined });
  };
  let visit = visitors(note);
  if (/\d[_xob]/i.test(text) && newNumber.test(text)) {
    const feature = 'a hexadecimal, octal or binary number, or one with underscores';
    const aliased = new Set<unknown>();
    const ofTarget = (value: unknown): void => {
      if (isTree(value) && !('name' in value)) aliased.add(treeIn(treeIn(value, 'val'), 'A_Const').location);
    };
    const ofConstant = (value: unknown): void => {
      if (!isTree(value) || typeof value.location !== 'number') return;
      numberAt.lastIndex = value.location;
      if (numberAt.test(text)) note(feature, value.location, { isPlainCall: aliased.has(value.location) });
    };
    visit = new Map([...visit, ['ResTarget', ofTarget], ['A_Const', ofConstant]]);
  }
  walkNodes(node, visit);
  // ADD CONSTRAINT … NOT NULL of a domain has the node of a table's.
  if (found && isTree(node) && ('AlterDomainStmt' in node || 'CreateDomainStmt' in node))
    found = found.filter(({ feature }) => feature !== 'NOT NULL as a table constraint');
  return found ?? none;
}

let current: Note = () => {};

/** The same for all statements: they note for the one that is read. */
const shared: Visitors = new Map(
  Object.entries(reads).map(([key, read]) => [
    key,
    (value: unknown) => {
      if (isTree(value)) read(value, current);
    },
  ]),
);

function visitors(note: Note): Visitors {
  current = note;
  return shared;
}

/** Where a word stands behind the place that the parser names. */
function wordBehind(word: string, text: string, location: unknown): unknown {
  if (typeof location !== 'number') return location;
  const at = text.slice(location).search(new RegExp(`\\b${word}\\b`, 'i'));
  return at < 0 ? location : location + at;
}

function spanAt(text: string, location: number): Span | undefined {
  if (location < 0) return undefined;
  const word = /[\w$.]+/y;
  word.lastIndex = location;
  const end = word.test(text) ? word.lastIndex : location + 1;
  return { start: location, end };
}
