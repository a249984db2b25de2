import type { InitializeParams } from 'vscode-languageserver';
import type { InitializationOptions } from './messages/messages.js';

/** What the client on the other side can do, read once from `initialize`; every absent capability is a "no". */
export interface ClientFeatures {
  /** It asks for diagnostics itself; to others they are pushed. */
  readonly pullsDiagnostics: boolean;
  /** It asks again when the server wants it. */
  readonly refreshesDiagnostics: boolean;
  /** It asks again for code lenses, and for inlay hints. */
  readonly refreshesLens: boolean;
  readonly refreshesHints: boolean;
  /** It answers `workspace/configuration`. */
  readonly answersConfiguration: boolean;
  readonly registersConfigurationChanges: boolean;
  readonly registersFileWatchers: boolean;
  /** Code actions may be objects with a kind, not only commands. */
  readonly codeActionLiterals: boolean;
  /** Code actions may be shown greyed out, with the reason. */
  readonly disabledActions: boolean;
  /** An edit may name the document version that it was made for. */
  readonly versionedEdits: boolean;
  /** An edit may create files. */
  readonly createsFiles: boolean;
  /** An edit may rename files. */
  readonly renamesFiles: boolean;
  /** An edit may be shown for confirmation before it is applied. */
  readonly confirmsChanges: boolean;
  /** May git be run, read-only, in the workspace? */
  readonly trusted: boolean;
  /** Symbols of a document may stand within each other. */
  readonly nestsSymbols: boolean;
  /** It reports when folders come and go. */
  readonly hasWorkspaceFolders: boolean;
  /** Commands that the client carries out itself. */
  readonly commands: ReadonlySet<string>;
}

/** Reads the features out of the client's `initialize`. */
export function clientFeatures(params: InitializeParams): ClientFeatures {
  const { workspace, textDocument } = params.capabilities;
  const edits = workspace?.workspaceEdit;
  const own = (params.initializationOptions ?? {}) as InitializationOptions;
  return {
    pullsDiagnostics: textDocument?.diagnostic !== undefined,
    refreshesDiagnostics: workspace?.diagnostics?.refreshSupport === true,
    refreshesLens: workspace?.codeLens?.refreshSupport === true,
    refreshesHints: workspace?.inlayHint?.refreshSupport === true,
    answersConfiguration: workspace?.configuration === true,
    registersConfigurationChanges: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    registersFileWatchers: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    codeActionLiterals: textDocument?.codeAction?.codeActionLiteralSupport !== undefined,
    disabledActions: textDocument?.codeAction?.disabledSupport === true,
    versionedEdits: edits?.documentChanges === true,
    createsFiles: edits?.documentChanges === true && edits.resourceOperations?.includes('create') === true,
    renamesFiles: edits?.documentChanges === true && edits.resourceOperations?.includes('rename') === true,
    confirmsChanges: edits?.changeAnnotationSupport !== undefined,
    nestsSymbols: textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport === true,
    trusted: own.trusted !== false,
    hasWorkspaceFolders: workspace?.workspaceFolders === true,
    commands: new Set(Array.isArray(own.commands) ? own.commands : []),
  };
}
