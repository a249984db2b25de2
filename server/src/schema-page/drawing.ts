import { htmlText } from '../review/markdown-text.js';
import type { RelationDescription } from './describe.js';

/** What stands in a line of a box, and whether it comes or goes. */
interface Line {
  readonly text: string;
  readonly mark: '' | 'new' | 'gone' | 'head';
}

interface Box {
  readonly key: string;
  readonly lines: readonly Line[];
  readonly width: number;
  readonly height: number;
}

/** Marks of columns, by "table key" and "column": those that come and go. */
export type Marks = ReadonlyMap<string, ReadonlyMap<string, 'new' | 'gone'>>;

const LINE = 17;
const LETTER = 7.3;
const GAP_X = 70;
const GAP_Y = 26;
/** Longer tables are cut: a picture is for the shape. */
const MOST_LINES = 24;

/**
 * The same as a drawing: tables in columns, each right of those that it refers to, with curves for foreign keys. Only
 * shapes and text, and classes that the page gives colours to.
 */
export function drawingOf(relations: readonly RelationDescription[], title: string, marks: Marks = new Map()): string {
  const boxes = new Map(relations.map((relation) => [relation.key, boxOf(relation, marks)]));
  const places = placed(relations, boxes);
  const size = [...places.values()].reduce(
    (all, { x, y, box }) => ({
      width: Math.max(all.width, x + box.width),
      height: Math.max(all.height, y + box.height),
    }),
    { width: 0, height: 0 },
  );
  const links = relations.flatMap(({ key, references }) =>
    references.flatMap(({ key: other }) => {
      const [from, to] = [places.get(key), places.get(other)];
      return from && to && key !== other ? [curve(from, to)] : [];
    }),
  );
  const drawn = [...places.values()].map(({ x, y, box }) => {
    const texts = box.lines.map(
      ({ text, mark }, index) =>
        `<text x="${x + 8}" y="${y + 16 + index * LINE}"${mark === '' ? '' : ` class="${mark}"`}>${htmlText(text)}</text>`,
    );
    return `<rect class="box" x="${x}" y="${y}" width="${box.width}" height="${box.height}" rx="4"/>${texts.join('')}`;
  });
  const [width, height] = [Math.ceil(size.width + 2), Math.ceil(size.height + 2)];
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${htmlText(title).replaceAll('"', '&quot;')}" width="${width}" height="${height}" viewBox="-1 -1 ${width} ${height}">\n${[...links, ...drawn].join('\n')}\n</svg>`;
}

function boxOf({ key, label, columns }: RelationDescription, marks: Marks): Box {
  const own = marks.get(key);
  const all = columns.map(({ name, type, isPrimaryKey, references }): Line => {
    const mark = own?.get(name) ?? '';
    const sign = mark === 'new' ? '+ ' : mark === 'gone' ? '− ' : '';
    return { text: `${sign}${isPrimaryKey ? '● ' : references.length > 0 ? '→ ' : '  '}${name} ${type}`, mark };
  });
  const shown =
    all.length > MOST_LINES
      ? [...all.slice(0, MOST_LINES), { text: `… ${all.length - MOST_LINES} more`, mark: '' as const }]
      : all;
  const lines: Line[] = [{ text: label, mark: 'head' }, ...shown];
  const longest = lines.reduce((most, { text }) => Math.max(most, text.length), 0);
  return { key, lines, width: Math.ceil(longest * LETTER + 16), height: lines.length * LINE + 10 };
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly box: Box;
}

/** A column for each depth: how many foreign keys lie between a table and one that refers to none. */
function placed(relations: readonly RelationDescription[], boxes: ReadonlyMap<string, Box>): Map<string, Place> {
  const columns = new Map<number, Box[]>();
  const depths = depthsOf(relations);
  for (const { key } of relations) {
    const box = boxes.get(key);
    if (box) columns.set(depths.get(key) ?? 0, [...(columns.get(depths.get(key) ?? 0) ?? []), box]);
  }
  const found = new Map<string, Place>();
  let x = 0;
  for (const depth of [...columns.keys()].sort((one, two) => one - two)) {
    const own = columns.get(depth) ?? [];
    // A tall column is drawn as several.
    const room = Math.max(900, Math.sqrt(own.reduce((sum, { height }) => sum + height + GAP_Y, 0) * 300));
    let [y, width] = [0, 0];
    for (const box of own) {
      if (y > 0 && y + box.height > room) {
        x += width + GAP_X / 2;
        [y, width] = [0, 0];
      }
      found.set(box.key, { x, y, box });
      y += box.height + GAP_Y;
      width = Math.max(width, box.width);
    }
    x += width + GAP_X;
  }
  return found;
}

function depthsOf(relations: readonly RelationDescription[]): Map<string, number> {
  const byKey = new Map(relations.map((relation) => [relation.key, relation]));
  const depths = new Map<string, number>();
  const visit = (key: string, above: ReadonlySet<string>): number => {
    const known = depths.get(key);
    if (known !== undefined) return known;
    const inside = new Set([...above, key]);
    const below = (byKey.get(key)?.references ?? []).filter((each) => byKey.has(each.key) && !inside.has(each.key));
    const depth = below.reduce((most, each) => Math.max(most, visit(each.key, inside) + 1), 0);
    depths.set(key, depth);
    return depth;
  };
  for (const { key } of relations) visit(key, new Set());
  return depths;
}

/** From the table that refers to the one that it refers to. */
function curve(from: Place, to: Place): string {
  const [x1, y1] = [from.x, from.y + 12];
  const [x2, y2] = [to.x + to.box.width, to.y + 12];
  const bend = Math.max(24, Math.abs(x1 - x2) / 2);
  return `<path class="link" d="M${x1},${y1} C${x1 - bend},${y1} ${x2 + bend},${y2} ${x2},${y2}"/>`;
}
