import type { Location } from 'vscode-languageserver';
import type { Analysis } from '../../analysis/analyze.js';
import { type Life, lifeOf, type Located, placesInWayBack, type Wanted } from '../../schema/provenance/life.js';
import type { SchemaState } from '../../schema/state.js';
import type { NameListWith } from '../../schema/provenance/name-history.js';
import type { NameIndex } from '../../workspace/name-index.js';
import { uriOfPath } from '../file-uris.js';
import type { NameAt } from './name-at.js';

/** Where places of a history stand in its files. */
export function locationsOf(
  places: readonly Located[],
  index: NameIndex,
  history: NameListWith,
  analysis: Analysis,
): Location[] {
  const seen = new Set<string>();
  return places.flatMap((place) => {
    const path = history.file(place.file)?.path ?? analysis.path;
    const range = index.rangeIn(path, place, analysis);
    const key = `${path} ${range.start.line} ${range.start.character} ${range.end.line} ${range.end.character}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ uri: uriOfPath(path), range }];
  });
}

/** What made the thing of a name as it is understood there; nothing where no migration did. */
export function definitionOf(at: NameAt, history: NameListWith): readonly Located[] {
  const found = definedAs(at, at.wanted, history);
  if (found) return [found];
  for (const other of elsewhere(at.wanted, at.state())) {
    const there = definedAs(at, other, history);
    if (there) return [there];
  }
  return [];
}

function definedAs(at: NameAt, wanted: Wanted, history: NameListWith): Located | undefined {
  return lifeOf(history, wanted, { file: history.here, offset: at.offset }, false).defined;
}

/** Where a thing may come from that no statement makes by its name. */
function elsewhere({ kind, name, schema, of }: Wanted, state: SchemaState): Wanted[] {
  if (kind === 'column' && of) {
    const table = state.table(of);
    if (table && !table.columns.has(name)) return [];
    const parents = table
      ? [table.partitionOf, ...table.inherits].flatMap((key) => state.tableByKey(key ?? '') ?? [])
      : [];
    return [
      ...parents.map(
        (parent): Wanted => ({ kind, name, schema: undefined, of: { schema: parent.schema, name: parent.name } }),
      ),
      { kind: 'relation', name: of.name, schema: of.schema },
    ];
  }
  const numbered = withoutNumber({ kind, name, schema, of }, state);
  if (kind !== 'relation') return numbered;
  const index = state.index({ schema, name });
  const table = index && state.tableByKey(index.table);
  if (!index?.constraint || !table) return numbered;
  return [
    { kind: 'constraint', name: index.constraint, schema: undefined, of: { schema: table.schema, name: table.name } },
  ];
}

/** PostgreSQL puts a number behind a name that it has chosen and that was taken. */
function withoutNumber({ kind, name, schema, of }: Wanted, state: SchemaState): Wanted[] {
  const plain = name.replace(/\d+$/, '');
  const isThere =
    kind === 'constraint' && of
      ? state.table(of)?.constraints.has(name)
      : kind === 'relation' && state.index({ schema, name });
  return isThere && plain !== name ? [{ kind, name: plain, schema, of }] : [];
}

/** The places that name the thing in ways back of files of their own. `turn` is awaited while they are read. */
export async function referencesInWaysBack(
  at: NameAt,
  places: readonly Located[],
  index: NameIndex,
  history: NameListWith,
  analysis: Analysis,
  turn: () => Promise<void>,
): Promise<Location[]> {
  const words = new Set([at.wanted.name, ...places.map(({ use }) => use.name)]);
  const moment = { file: history.here, offset: at.offset };
  return (await index.waysBack(analysis, history, [...words], turn)).flatMap((back) =>
    placesInWayBack(history, at.wanted, moment, back).map((placed) => ({
      uri: uriOfPath(back.names.path),
      range: index.rangeIn(back.names.path, placed, analysis),
    })),
  );
}

/** Every place that names the thing, through renames; without what makes it where that is not wanted. */
export function referencesOf(at: NameAt, history: NameListWith, withDeclaration: boolean): readonly Located[] {
  const life: Life = lifeOf(history, at.wanted, { file: history.here, offset: at.offset });
  if (withDeclaration) return life.places;
  const isMaking = ({ file, start }: Located): boolean => file === life.made?.file && start === life.made.start;
  return life.places.filter((place) => !isMaking(place));
}
