import type {
  DocumentSymbol,
  FoldingRange,
  Location,
  SymbolInformation,
  TextDocumentPositionParams,
} from 'vscode-languageserver';
import { toOffset } from '../from-lsp.js';
import { foldings } from '../navigation/folding.js';
import { type NameAt, nameAt } from '../navigation/name-at.js';
import { outline } from '../navigation/outline.js';
import { definitionOf, locationsOf, referencesInWaysBack, referencesOf } from '../navigation/places.js';
import { workspaceSymbols } from '../navigation/workspace-symbols.js';
import type { Located } from '../../schema/provenance/life.js';
import type { NameListWith } from '../../schema/provenance/name-history.js';
import { breathe, safely } from '../safely.js';
import type { Current, Session } from '../session.js';

/** The result for an open document; undefined for one that is closed, and for one that is no migration. */
export async function checkedMigration(session: Session, uri: string): Promise<Current | undefined> {
  const open = session.documents.get(uri);
  if (open === undefined) return undefined;
  const checked = await session.memo.get(open);
  return checked.quiet ? undefined : checked;
}

/** Answers where things of the schema come from, where they are named, and what stands in a file. */
export function handleNavigation(session: Session): void {
  const { checker, connection, features, status } = session;

  const placesAt = async (
    { textDocument, position }: TextDocumentPositionParams,
    find: (at: NameAt, history: NameListWith) => readonly Located[],
    withWaysBack = false,
  ): Promise<Location[]> => {
    const checked = await checkedMigration(session, textDocument.uri);
    const index = checked && checker.nameIndex?.(checked.analysis);
    if (!checked || !index) return [];
    const at = nameAt(checked.analysis, toOffset(checked.document, position));
    if (!at) return [];
    const history = await index.around(checked.analysis, breathe);
    const places = find(at, history);
    const locations = locationsOf(places, index, history, checked.analysis);
    if (!withWaysBack) return locations;
    return [...locations, ...(await referencesInWaysBack(at, places, index, history, checked.analysis, breathe))];
  };

  connection.onDefinition((params, token) =>
    safely<Location[]>(status, 'Go to definition', params.textDocument.uri, token, [], () =>
      placesAt(params, definitionOf),
    ),
  );
  connection.onReferences((params, token) =>
    safely<Location[]>(status, 'References', params.textDocument.uri, token, [], () =>
      placesAt(params, (at, history) => referencesOf(at, history, params.context.includeDeclaration), true),
    ),
  );
  connection.onDocumentSymbol(({ textDocument: { uri } }, token) =>
    safely<DocumentSymbol[] | SymbolInformation[]>(status, 'Outline', uri, token, [], async () => {
      const checked = await checkedMigration(session, uri);
      const symbols = checked ? outline(checked.analysis) : [];
      return features.nestsSymbols ? symbols : flat(symbols, uri);
    }),
  );
  connection.onFoldingRanges(({ textDocument: { uri } }, token) =>
    safely<FoldingRange[]>(status, 'Folding', uri, token, [], async () => {
      const checked = await checkedMigration(session, uri);
      return checked ? foldings(checked.analysis) : [];
    }),
  );
  connection.onWorkspaceSymbol(({ query }, token) =>
    safely<SymbolInformation[]>(status, 'Symbols', undefined, token, [], async () =>
      workspaceSymbols(query, (await checker.nameIndexes?.()) ?? [], breathe),
    ),
  );
}

function flat(symbols: readonly DocumentSymbol[], uri: string): SymbolInformation[] {
  return symbols.flatMap(({ name, kind, range, children = [] }) => [
    { name, kind, location: { uri, range } },
    ...flat(children, uri),
  ]);
}
