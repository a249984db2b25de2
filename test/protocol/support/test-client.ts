import { PassThrough } from 'node:stream';
import { createConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import type { Connection } from 'vscode-languageserver/node';
import { createProtocolConnection } from 'vscode-languageserver-protocol/node';
import type {
  ClientCapabilities,
  CodeAction,
  Diagnostic,
  DocumentDiagnosticReport,
  Hover,
  InitializeResult,
  ProtocolConnection,
  PublishDiagnosticsParams,
  Range,
} from 'vscode-languageserver-protocol/node';

/** What a modern editor can do; tests take away what they want to see missing. */
export const modern: ClientCapabilities = {
  workspace: {
    configuration: true,
    diagnostics: { refreshSupport: true },
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
    workspaceEdit: {
      documentChanges: true,
      resourceOperations: ['create', 'rename', 'delete'],
      changeAnnotationSupport: {},
    },
  },
  textDocument: {
    diagnostic: { relatedDocumentSupport: false },
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'source', 'source.fixAll'] } },
      isPreferredSupport: true,
      disabledSupport: true,
      dataSupport: true,
      resolveSupport: { properties: ['edit'] },
    },
  },
};

/** An editor that knows pushing only. */
export const simple: ClientCapabilities = {
  textDocument: {
    publishDiagnostics: {},
    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } } },
  },
};

/** The two ends of a real LSP connection in one process: a server under test and the editor's side of it. */
export class TestClient {
  readonly connection: ProtocolConnection;
  /** The newest pushed diagnostics of each document. */
  readonly pushed = new Map<string, PublishDiagnosticsParams>();
  /** Status, log and message notifications, in order. */
  readonly notifications: { readonly method: string; readonly params: unknown }[] = [];
  /** What `workspace/configuration` answers. */
  settings: unknown = null;
  refreshes = 0;
  /** Globs of the file watchers that the server asked for. */
  readonly watched: string[] = [];
  private readonly versions = new Map<string, number>();
  private readonly waiting = new Set<() => void>();
  private readonly streams: readonly PassThrough[];

  constructor(start: (connection: Connection) => void) {
    const toServer = new PassThrough();
    const toClient = new PassThrough();
    this.streams = [toServer, toClient];
    start(createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient)));
    this.connection = createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
    this.connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      this.pushed.set(params.uri, params);
      this.wake();
    });
    for (const method of ['airlock/status', 'window/logMessage', 'window/showMessage']) {
      this.connection.onNotification(method, (params: unknown) => {
        this.notifications.push({ method, params });
        this.wake();
      });
    }
    this.connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) =>
      items.map(() => this.settings),
    );
    this.connection.onRequest('client/registerCapability', ({ registrations }: { registrations: Registration[] }) => {
      for (const { registerOptions } of registrations) {
        for (const { globPattern } of registerOptions?.watchers ?? []) this.watched.push(globPattern);
      }
    });
    this.connection.onRequest('workspace/diagnostic/refresh', () => {
      this.refreshes += 1;
      this.wake();
    });
    this.connection.onRequest('window/workDoneProgress/create', () => null);
    this.connection.listen();
  }

  /** Shakes hands; `folder` is the workspace folder's URI. */
  async initialize(
    capabilities: ClientCapabilities = modern,
    folder: string | null = null,
    initializationOptions: unknown = undefined,
  ): Promise<InitializeResult> {
    const result = await this.connection.sendRequest<InitializeResult>('initialize', {
      processId: null,
      rootUri: folder,
      workspaceFolders: folder === null ? null : [{ uri: folder, name: 'workspace' }],
      capabilities,
      initializationOptions,
    });
    await this.connection.sendNotification('initialized', {});
    return result;
  }

  async open(uri: string, text: string, languageId = 'sql'): Promise<void> {
    this.versions.set(uri, 1);
    await this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  /** Changes a range, or the whole text when no range is given. */
  async change(uri: string, text: string, range?: Range): Promise<void> {
    const version = (this.versions.get(uri) ?? 0) + 1;
    this.versions.set(uri, version);
    const contentChanges = [range === undefined ? { text } : { range, text }];
    await this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges,
    });
  }

  async save(uri: string): Promise<void> {
    await this.connection.sendNotification('textDocument/didSave', { textDocument: { uri } });
  }

  async close(uri: string): Promise<void> {
    await this.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  }

  /** Notifies the server that files were changed on disk. */
  async filesChanged(...uris: string[]): Promise<void> {
    await this.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: uris.map((uri) => ({ uri, type: 2 })),
    });
  }

  async report(uri: string, previousResultId?: string): Promise<DocumentDiagnosticReport> {
    return this.connection.sendRequest('textDocument/diagnostic', { textDocument: { uri }, previousResultId });
  }

  /** The diagnostics of a document, pulled. */
  async diagnostics(uri: string): Promise<readonly Diagnostic[]> {
    const report = await this.report(uri);
    if (report.kind !== 'full') throw new Error('a first report must be full');
    return report.items;
  }

  async codeActions(
    uri: string,
    range: Range,
    context: { readonly only?: string[]; readonly triggerKind?: 1 | 2; readonly diagnostics?: Diagnostic[] } = {},
  ): Promise<readonly CodeAction[]> {
    const whole = { diagnostics: [], triggerKind: 1, ...context };
    const answer = await this.connection.sendRequest<CodeAction[] | null>('textDocument/codeAction', {
      textDocument: { uri },
      range,
      context: whole,
    });
    return answer ?? [];
  }

  async hover(uri: string, line: number, character: number): Promise<string | undefined> {
    const answer = await this.connection.sendRequest<Hover | null>('textDocument/hover', {
      textDocument: { uri },
      position: { line, character },
    });
    const contents = answer?.contents;
    return contents !== undefined && typeof contents === 'object' && 'value' in contents ? contents.value : undefined;
  }

  /** Waits until `condition` gives something else than undefined or false; asked again after every message. */
  async until<T>(condition: () => T | undefined | false, what: string, limit = 5000): Promise<T> {
    const end = Date.now() + limit;
    for (;;) {
      const value = condition();
      if (value !== undefined && value !== false) return value;
      const rest = end - Date.now();
      if (rest <= 0) throw new Error(`waited ${limit} ms for ${what}`);
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          this.waiting.delete(done);
          resolve();
        };
        const timer = setTimeout(done, rest);
        this.waiting.add(done);
      });
    }
  }

  /** Ends the connection as an editor does. */
  async stop(): Promise<void> {
    await this.connection.sendRequest('shutdown');
    this.connection.dispose();
    for (const stream of this.streams) stream.destroy();
  }

  private wake(): void {
    for (const done of [...this.waiting]) done();
  }
}

interface Registration {
  readonly registerOptions?: { readonly watchers?: readonly { readonly globPattern: string }[] };
}
