import type { FileUse, PlacedName } from './file-names.js';
import type { Located, Moment, Wanted } from './life.js';
import type { NameHistory } from './name-history.js';

/** What a thing hangs on, and whether it goes with that without CASCADE. */
interface Support {
  readonly wanted: Wanted;
  readonly goesAnyway: boolean;
}

/**
 * What a thing needs, by the names in the statement that defines it: what PostgreSQL takes it along with (CASCADE). In:
 * the name in that statement at which the thing is made.
 */
function supportsOf(files: NameHistory, defined: Located, wanted: Wanted): Support[] {
  const found: Support[] = [];
  if (wanted.of === undefined && wanted.kind !== 'schema')
    found.push({ wanted: { kind: 'schema', name: wanted.schema ?? 'public', schema: undefined }, goesAnyway: false });
  const add = (use: FileUse, goesAnyway = false): void => {
    const { kind, name, schema, of } = use;
    found.push({ wanted: { kind, name, schema, of }, goesAnyway });
  };
  const { what } = defined.use;
  // Tables, types and functions stand by themselves, and are most of what is asked about.
  if (what !== 'view' && what !== 'materialized view' && what !== 'index' && !isPart.has(wanted.kind)) return found;
  const beside = namesBeside(files, defined);
  if (what === 'view' || what === 'materialized view') {
    for (const use of beside)
      if (use.role === 'use' && (use.kind === 'relation' || (use.kind === 'column' && use.of && !use.among))) add(use);
  } else if (what === 'index') {
    // An index goes with its table.
    const table = beside.find(({ kind, role }) => kind === 'relation' && role === 'change');
    if (table) add(table, true);
  } else if (wanted.kind === 'constraint') {
    const others = beside.filter(({ kind, role }) => kind === 'relation' && role === 'use');
    // Of several tables the text does not show which one it refers to.
    const [only] = others;
    if (only && others.every(({ name, schema }) => name === only.name && schema === only.schema)) add(only);
  } else if (wanted.kind === 'trigger')
    for (const use of beside) if (use.kind === 'function' && use.role === 'use') add(use);
  return found;
}

const isPart: ReadonlySet<string> = new Set(['constraint', 'trigger']);

/** The names of the statement in which a name stands. Those of a file come in the order of its statements. */
function namesBeside(files: NameHistory, { file, top }: Located): FileUse[] {
  const all = files.file(file)?.all ?? [];
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((all[middle]?.top ?? 0) < top) low = middle + 1;
    else high = middle;
  }
  const found: FileUse[] = [];
  for (let at = low; all[at]?.top === top; at++) found.push((all[at] as PlacedName).use);
  return found;
}

/** How a thing ends: where, and whether what hangs on it goes along. */
export interface Ending {
  readonly at: Moment;
  readonly takesAlong: boolean;
}

/**
 * Where a thing goes along with something that it needs; undefined where it does not. In: how something ends that stands
 * at a moment.
 */
export function goneAlong(
  files: NameHistory,
  defined: Located,
  wanted: Wanted,
  endOf: (support: Wanted, at: Moment) => Ending | undefined,
): Moment | undefined {
  let first: Moment | undefined;
  const from: Moment = { file: defined.file, offset: defined.start };
  for (const support of supportsOf(files, defined, wanted)) {
    const ending = endOf(support.wanted, from);
    if (!ending || !(ending.takesAlong || support.goesAnyway)) continue;
    if (!first || ending.at.file < first.file || (ending.at.file === first.file && ending.at.offset < first.offset))
      first = ending.at;
  }
  return first;
}
