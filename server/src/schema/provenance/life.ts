import type { UsedName } from '../../sql/action.js';
import type { NameKind } from '../../sql/names/name-use.js';
import { type FileNames, type FileUse, namedIn, nameKey, type PlacedName } from './file-names.js';
import { type Ending, goneAlong } from './cascades.js';
import type { NameHistory } from './name-history.js';

/**
 * Where things of the schema come from: the statement that made each, those that changed it, and every place that names
 * it, through renames. Read from the names of the files in the order in which they run; nothing is replayed for it.
 */

/** A moment in the history: a file by its index in the order, and an offset in it. */
export interface Moment {
  readonly file: number;
  readonly offset: number;
}

/** What is asked about: a name as it is understood at a moment. */
export interface Wanted {
  readonly kind: NameKind;
  readonly name: string;
  readonly schema: string | undefined;
  /** The relation of a column, a constraint, a trigger or a policy. */
  readonly of?: UsedName | undefined;
}

/** A name with its file. */
export interface Located extends PlacedName {
  readonly file: number;
}

/** A stretch of the history in which a thing has one name; both ends belong to it. */
interface Stretch {
  readonly name: UsedName;
  readonly from: Moment;
  readonly to: Moment;
}

/** One thing from when it is made to when it is dropped. */
export interface Life {
  readonly wanted: Wanted;
  /** What made it first; undefined where no file does. */
  readonly made: Located | undefined;
  /** Where it is defined as of the moment: the last CREATE OR REPLACE, else what made it. */
  readonly defined: Located | undefined;
  /** What changed it up to the moment, in order; the statement that made it is left out. */
  readonly changes: readonly Located[];
  /** Every place that names it, in order. */
  readonly places: readonly Located[];
}

const beginning: Moment = { file: -1, offset: 0 };
const end: Moment = { file: Number.POSITIVE_INFINITY, offset: 0 };

function isBefore(one: Moment, other: Moment): boolean {
  return one.file < other.file || (one.file === other.file && one.offset < other.offset);
}

function located({ use, start, end: behind, top }: PlacedName, file: number): Located {
  return { use, start, end: behind, top, file };
}

function momentOf({ file, start }: Located): Moment {
  return { file, offset: start };
}

type Accepts = (use: FileUse, at: Moment) => boolean;

/** The last name of the kind that is accepted, at a moment or before it. */
function lastUpTo(files: NameHistory, key: string, { file, offset }: Moment, accepts: Accepts): Located | undefined {
  const having = files.having(key);
  for (let which = having.length - 1; which >= 0; which--) {
    const index = having[which] ?? 0;
    if (index > file) continue;
    const names = namedIn(files.file(index), key);
    for (let at = names.length - 1; at >= 0; at--) {
      const placed = names[at];
      if (!placed || (index === file && placed.start > offset)) continue;
      if (accepts(placed.use, { file: index, offset: placed.start })) return located(placed, index);
    }
  }
  return undefined;
}

/** The first one at a moment or behind it. */
function firstFrom(files: NameHistory, key: string, { file, offset }: Moment, accepts: Accepts): Located | undefined {
  for (const index of files.having(key)) {
    if (index < file) continue;
    for (const placed of namedIn(files.file(index), key)) {
      if (index === file && placed.start < offset) continue;
      if (accepts(placed.use, { file: index, offset: placed.start })) return located(placed, index);
    }
  }
  return undefined;
}

function justBefore({ file, offset }: Moment): Moment {
  return { file, offset: offset - 1 };
}

function justBehind({ file, offset }: Moment): Moment {
  return { file, offset: offset + 1 };
}

/**
 * Follows a thing through the history. In: the names of all files in their order; the name as it is understood at a
 * moment. `wholeLife` false leaves out `places`, and what comes behind the moment.
 */
export function lifeOf(files: NameHistory, wanted: Wanted, at: Moment, wholeLife = true): Life {
  const { stretches, made, defined, whose } = followed(files, wanted, at, { left: MOST_FOLLOWED });
  const places: Located[] = [];
  const changes: Located[] = [];
  for (const { name, from, to } of stretches) {
    const last = wholeLife ? to : isBefore(at, to) ? at : to;
    const inside = placesOf(files, { ...wanted, ...name }, from, last, whose);
    places.push(...inside);
    for (const place of inside) {
      const changed = ['change', 'replace', 'named'].includes(place.use.role);
      const isMaking = made !== undefined && place.file === made.file && place.top === made.top;
      if (changed && !isMaking && !isBefore(at, momentOf(place))) changes.push(place);
    }
  }
  return { wanted, made, defined, changes, places: wholeLife ? places : [] };
}

/** A way back that stands in a file of its own, with the index of the migration that it takes back. */
export interface WayBackNames {
  readonly file: number;
  readonly names: FileNames;
}

/**
 * The places of a way back that name a thing: its names are those behind its migration, and those before it for what it
 * has brought back. In: as for lifeOf.
 */
export function placesInWayBack(
  files: NameHistory,
  wanted: Wanted,
  at: Moment,
  { file, names }: WayBackNames,
): readonly PlacedName[] {
  const { stretches, whose } = followed(files, wanted, at, { left: MOST_FOLLOWED });
  const moments: readonly Moment[] = [
    { file, offset: Number.MAX_SAFE_INTEGER },
    { file, offset: -1 },
  ];
  const found = new Map<number, PlacedName>();
  for (const moment of moments) {
    const here = stretches.find(({ from, to }) => !isBefore(moment, from) && !isBefore(to, moment));
    if (!here) continue;
    const isHome = homeTest(files, { ...wanted, ...here.name });
    for (const placed of namedIn(names, nameKey(wanted.kind, here.name.name)))
      if (isHome(placed.use) && whose(placed.use, moment)) found.set(placed.start, placed);
  }
  return [...found.values()].sort((one, two) => one.start - two.start);
}

/** Through so many things is gone that something hangs on, all in all: views stand on views. */
const MOST_FOLLOWED = 300;

/** How many more of them are followed. */
interface Budget {
  left: number;
}

interface Followed extends Stretches {
  readonly whose: Accepts;
}

/** Follows a thing that may belong to a table. */
function followed(files: NameHistory, wanted: Wanted, at: Moment, budget: Budget): Followed {
  const table = wanted.of && followed(files, { kind: 'relation', ...wanted.of }, at, budget).stretches;
  const whose: Accepts = table ? ownerTest(files, table) : () => true;
  const endOf = (support: Wanted, from: Moment): Ending | undefined => {
    if (budget.left-- <= 0) return undefined;
    return followed(files, support, from, budget).ending;
  };
  return { ...stretchesOf(files, wanted, at, whose, endOf), whose };
}

type EndOf = (support: Wanted, from: Moment) => Ending | undefined;

function placesOf(files: NameHistory, wanted: Wanted, from: Moment, to: Moment, whose: Accepts): Located[] {
  const found: Located[] = [];
  const key = nameKey(wanted.kind, wanted.name);
  const isHome = homeTest(files, wanted);
  for (const file of files.having(key)) {
    if (file < from.file || file > to.file) continue;
    for (const placed of namedIn(files.file(file), key)) {
      const moment = { file, offset: placed.start };
      if (isBefore(moment, from) || isBefore(to, moment)) continue;
      if (isHome(placed.use) && whose(placed.use, moment)) found.push(located(placed, file));
    }
  }
  return found;
}

/** Whether a name may stand in the schema that is meant; what belongs to a table is found by that. */
function homeTest(files: NameHistory, { kind, name, schema, of }: Wanted): (use: FileUse) => boolean {
  if (of !== undefined) return () => true;
  const isHome = schemaTest(files, nameKey(kind, name), schema);
  return (use) => isHome(use.schema);
}

/** Names without a schema are those of the only schema that has ever had such a thing, or of public. */
function schemaTest(
  files: NameHistory,
  key: string,
  schema: string | undefined,
): (schema: string | undefined) => boolean {
  const homes = new Set<string>();
  for (const { use } of namesOf(files, key))
    if (['make', 'replace', 'named'].includes(use.role)) homes.add(use.schema ?? 'public');
  const [only] = homes.size === 1 ? homes : [];
  const own = schema ?? only ?? 'public';
  return (other) =>
    (other ?? only ?? 'public') === own || (homes.size < 2 && (other === undefined || schema === undefined));
}

function namesOf(files: NameHistory, key: string): PlacedName[] {
  return files.having(key).flatMap((index) => namedIn(files.file(index), key));
}

/** Whether a column, a constraint … is one of a table, by the name that the table has at that moment. */
function ownerTest(files: NameHistory, table: readonly Stretch[]): Accepts {
  const homes = new Map(
    table.map(({ name }) => [name, schemaTest(files, nameKey('relation', name.name), name.schema)] as const),
  );
  const makers = new Map<string, ReadonlySet<string>>();
  return (use, at) => {
    const here = table.find(({ from, to }) => !isBefore(at, from) && !isBefore(to, at));
    if (!here || !use.of) return false;
    const isThis = (of: UsedName): boolean => of.name === here.name.name && homes.get(here.name)?.(of.schema) === true;
    if (!use.among) return isThis(use.of);
    if (!use.among.some(isThis)) return false;
    // Of several relations: the only one that has ever been given such a column.
    const key = nameKey(use.kind, use.name);
    const made = makers.get(key) ?? makersOf(files, key);
    makers.set(key, made);
    return made.has(here.name.name) && use.among.every((of) => isThis(of) || !made.has(of.name));
  };
}

/** The names of the relations that have ever been given a part of a name. */
function makersOf(files: NameHistory, key: string): ReadonlySet<string> {
  return new Set(
    namesOf(files, key).flatMap(({ use }) =>
      (use.role === 'make' || use.role === 'named') && use.of ? use.of.name : [],
    ),
  );
}

interface Stretches {
  readonly stretches: readonly Stretch[];
  readonly made: Located | undefined;
  readonly defined: Located | undefined;
  /** How it ends; undefined where it is there to the end. */
  readonly ending: Ending | undefined;
}

/** The names that a thing has one after the other, from what made it to what drops it, or takes it along. */
function stretchesOf(files: NameHistory, wanted: Wanted, at: Moment, whose: Accepts, endOf: EndOf): Stretches {
  const back = backFrom(files, wanted, at, whose, endOf);
  const along = back.defined && goneAlong(files, back.defined, wanted, endOf);
  let ending: Ending | undefined;
  let name: UsedName = { schema: wanted.schema, name: wanted.name };
  let from = at;
  const later: Stretch[] = [];
  for (;;) {
    const isHome = homeTest(files, { ...wanted, ...name });
    const next = firstFrom(
      files,
      nameKey(wanted.kind, name.name),
      from,
      (use, moment) => (use.role === 'rename' || use.role === 'drop') && isHome(use) && whose(use, moment),
    );
    if (along && !isBefore(along, from) && !(next && isBefore(momentOf(next), along))) {
      later.push({ name, from, to: along });
      // What it was taken along with takes along what hangs on it.
      ending = { at: along, takesAlong: true };
      break;
    }
    if (!next) {
      later.push({ name, from, to: end });
      break;
    }
    later.push({ name, from, to: momentOf(next) });
    if (next.use.role === 'drop' || !next.use.to) {
      ending = { at: momentOf(next), takesAlong: next.use.isCascade === true };
      break;
    }
    name = next.use.to;
    from = justBehind(momentOf(next));
  }
  const [first, ...others] = later;
  const [newest, ...older] = back.stretches;
  const joined = first && newest ? [{ ...first, from: newest.from }] : first ? [first] : [];
  return { stretches: [...older.reverse(), ...joined, ...others], made: back.made, defined: back.defined, ending };
}

/** The same up to a moment, the newest name first. */
function backFrom(files: NameHistory, wanted: Wanted, at: Moment, whose: Accepts, endOf: EndOf) {
  let name: UsedName = { schema: wanted.schema, name: wanted.name };
  let [cursor, to] = [at, at];
  let made: Located | undefined;
  let defined: Located | undefined;
  const stretches: Stretch[] = [];
  for (;;) {
    const isHome = homeTest(files, { ...wanted, ...name });
    const accepts: Accepts = (use, moment) =>
      use.role !== 'use' && use.role !== 'change' && isHome(use) && whose(use, moment);
    const found = lastUpTo(files, nameKey(wanted.kind, name.name), cursor, accepts);
    if (!found) break;
    const moment = momentOf(found);
    if (found.use.role === 'drop' || found.use.role === 'rename') {
      // What stands at the moment itself is the end of the thing that is asked about.
      if (found.file !== at.file || found.start !== at.offset) break;
    } else if (found.use.role === 'named') {
      const former = formerName(files, found, name);
      if (!former) break;
      stretches.push({ name, from: moment, to });
      name = former.use;
      to = momentOf(former);
      cursor = justBefore(to);
      continue;
    } else {
      const along = defined === undefined ? goneAlong(files, found, { ...wanted, ...name }, endOf) : undefined;
      // It has gone along with something else by then.
      if (along && isBefore(along, at)) break;
      made = found;
      defined ??= found;
      // IF NOT EXISTS makes nothing where it is there, and OR REPLACE may find it.
      if (found.use.role === 'make' && found.use.isMaybe !== true) break;
      if (found.use.isMaybe) defined = found;
    }
    cursor = justBefore(moment);
  }
  stretches.push({ name, from: made ? momentOf(made) : beginning, to });
  return { stretches, made, defined };
}

/** The old name in the statement that gives a new one. */
function formerName(files: NameHistory, named: Located, name: UsedName): Located | undefined {
  const former = files
    .file(named.file)
    ?.all.find(
      ({ use, top }) =>
        top === named.top && use.role === 'rename' && use.kind === named.use.kind && use.to?.name === name.name,
    );
  return former && located(former, named.file);
}
