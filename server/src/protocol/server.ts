import { CodeActionKind, TextDocuments, TextDocumentSyncKind } from 'vscode-languageserver';
import type { Connection, InitializeResult, WorkspaceFoldersChangeEvent } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { AnswerAgent } from './agent-desk.js';
import type { Checker } from './checker.js';
import { clientFeatures } from './client-features.js';
import type { ClientFeatures } from './client-features.js';
import { createEditorSettings } from './editor-settings.js';
import { handleAgentCalls } from './handlers/agent-calls.js';
import { handleChanges, registerForChanges } from './handlers/changes.js';
import { handleCodeActions } from './handlers/code-actions.js';
import { handleCompletion } from './handlers/completion.js';
import { handleCustomRequests } from './handlers/custom-requests.js';
import { createPublisher, handlePulledDiagnostics } from './handlers/diagnostics.js';
import { handleLens } from './handlers/lens.js';
import { handleNavigation } from './handlers/navigation.js';
import { handleHover } from './handlers/hover.js';
import { answerRefused } from './lifecycle.js';
import { createMemo } from './memo.js';
import { DocumentClosed } from './safely.js';
import { clientCommands, ruleScheme } from './messages/messages.js';
import type { Session } from './session.js';
import type { CaptureStatistics } from './statistics.js';
import { createStatusReporter } from './status.js';
import { fixAllKind } from './to-lsp.js';
import { HeldFindings } from './held-findings.js';
import { createTyping } from './typing.js';

/** What stands around the server: its version, its documentation, and the workspace it looks into. */
export interface Host {
  readonly version: string;
  /** Where a file of this version of the project can be read on the web, such as "https://…/blob/v0.1.0". */
  readonly pages: string;
  createChecker(options: CheckerOptions): Checker;
  /** Asks a server for table sizes; absent where none can be reached. */
  readonly captureStatistics?: CaptureStatistics | undefined;
  /** The tools for coding agents; absent where none are offered. */
  readonly answerAgent?: AnswerAgent | undefined;
}

export interface CheckerOptions {
  /** URIs of the workspace folders as they are now. */
  folders(): readonly string[];
  /** May git be run, read-only? */
  readonly trusted: boolean;
  /** URI and text of the documents that are open in the editor, saved or not. */
  openDocuments(): Iterable<readonly [string, string]>;
  log(message: string): void;
  /** The search of the code has found something: results of documents have changed. */
  codeFound(): void;
}

/** The page is in the package: our own client shows it, of this version, without the web. VS Code runs no command there. */
function pageDocument(rule: string): string {
  return `${ruleScheme}:/${rule}.md`;
}

/** Serves one client over `connection`, which this function listens on. */
export function createServer(connection: Connection, host: Host): void {
  const documents = new TextDocuments(TextDocument);

  connection.onInitialize((params): InitializeResult => {
    const features = clientFeatures(params);
    let folders = params.workspaceFolders?.map(({ uri }) => uri) ?? (params.rootUri ? [params.rootUri] : []);
    const checker = host.createChecker({
      folders: () => folders,
      trusted: features.trusted,
      openDocuments: () => documents.all().map((document) => [document.uri, document.getText()] as const),
      log: (message) => connection.console.warn(message),
      codeFound: () => showAgain(),
    });
    let showAgain = (): void => {};
    const settings = createEditorSettings(connection, features);
    const session: Session = {
      connection,
      features,
      documents,
      folders: () => folders,
      settings,
      status: createStatusReporter(connection),
      checker,
      memo: createMemo(async ({ uri }) => {
        const wanted = await settings.get(uri);
        const open = documents.get(uri);
        if (open === undefined) throw new DocumentClosed(uri);
        // `open` is changed in place by later edits; the analysis and its positions need a text that stays.
        const document = TextDocument.create(uri, open.languageId, open.version, open.getText());
        return { ...(await checker.check(uri, document.getText(), wanted)), document };
      }),
      typing: createTyping(documents),
      held: new HeldFindings(),
      pageOf: ({ rule, category }) =>
        features.commands.has(clientCommands.openRulePage)
          ? pageDocument(rule)
          : `${host.pages}/rules/${category}/${rule}.md`,
    };
    const recheckAll = serve(session, host.captureStatistics, ({ added, removed }) => {
      const gone = new Set(removed.map(({ uri }) => uri));
      folders = [...folders.filter((uri) => !gone.has(uri)), ...added.map(({ uri }) => uri)];
    });
    if (host.answerAgent) handleAgentCalls(session, host.answerAgent);
    showAgain = () => {
      session.memo.clear();
      recheckAll();
    };
    return { serverInfo: { name: 'Airlock', version: host.version }, capabilities: capabilities(features) };
  });

  answerRefused(connection);
  documents.listen(connection);
  connection.listen();
}

function serve(
  session: Session,
  capture: CaptureStatistics | undefined,
  onFolders: (event: WorkspaceFoldersChangeEvent) => void,
): () => void {
  const { recheckAll } = handleChanges(session, createPublisher(session));
  handlePulledDiagnostics(session);
  handleCodeActions(session);
  handleHover(session);
  handleNavigation(session);
  handleCompletion(session);
  handleLens(session);
  handleCustomRequests(session, recheckAll, capture);
  session.connection.onShutdown(() => session.typing.stop());
  session.connection.onInitialized(() => {
    registerForChanges(session).catch((error: unknown) => session.status.fail('Registering for changes', error));
    if (!session.features.hasWorkspaceFolders) return;
    session.connection.workspace.onDidChangeWorkspaceFolders((event) => {
      onFolders(event);
      session.memo.clear();
      recheckAll();
    });
  });
  return recheckAll;
}

function capabilities(features: ClientFeatures): InitializeResult['capabilities'] {
  return {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: { includeText: false } },
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, fixAllKind] },
    hoverProvider: true,
    completionProvider: { triggerCharacters: ['.', ' '] },
    definitionProvider: true,
    referencesProvider: true,
    documentSymbolProvider: { label: 'Airlock' },
    workspaceSymbolProvider: true,
    foldingRangeProvider: true,
    codeLensProvider: { resolveProvider: false },
    inlayHintProvider: true,
    // A file is read after the migrations before it, so an edit in one can change the findings of another.
    ...(features.pullsDiagnostics
      ? { diagnosticProvider: { interFileDependencies: true, workspaceDiagnostics: false } }
      : {}),
    workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
  };
}
