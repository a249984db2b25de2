import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  type ClientCapabilities,
  createMessageConnection,
  type Diagnostic,
  type InitializeResult,
  type MessageConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
  TextDocumentSyncKind,
} from 'vscode-languageserver-protocol/node';

/** One change of a document, as LSP sends it; without a range it is the whole text. */
export type Change = Readonly<{ range?: Diagnostic['range']; text: string }>;

/** How the process of a server ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A language server in a process of its own, spoken to over stdin and stdout as any editor does. */
export class StdioClient {
  readonly connection: MessageConnection;
  /** Every push of diagnostics, in order. */
  readonly pushed: PublishDiagnosticsParams[] = [];
  /** What the server wrote to stderr. */
  stderr = '';
  /** What `workspace/configuration` answers. */
  settings: unknown = null;
  private versions = new Map<string, number>();
  private sync: TextDocumentSyncKind = TextDocumentSyncKind.Full;
  private readonly end: Promise<Ended>;
  private waiting: (() => void)[] = [];

  constructor(readonly process: ChildProcessWithoutNullStreams) {
    this.end = once(process, 'exit').then(([code, signal]) => ({ code, signal }) as Ended);
    process.stderr.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    // A server that has ended cannot be written to; the tests look at how it ended instead.
    process.stdin.on('error', () => {});
    this.connection = createMessageConnection(
      new StreamMessageReader(process.stdout),
      new StreamMessageWriter(process.stdin),
    );
    this.connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      this.pushed.push(params);
      for (const wake of this.waiting.splice(0)) wake();
    });
    this.connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) =>
      items.map(() => this.settings),
    );
    this.connection.onRequest('client/registerCapability', () => null);
    this.connection.onRequest('workspace/diagnostic/refresh', () => null);
    this.connection.onError(() => {});
    this.connection.listen();
  }

  /** Starts a server; `words` are the program and its arguments. */
  static start(words: readonly [string, ...string[]], cwd?: string): StdioClient {
    const [program, ...rest] = words;
    return new StdioClient(spawn(program, rest, { stdio: 'pipe', ...(cwd === undefined ? {} : { cwd }) }));
  }

  /** Shakes hands. `folder` is the URI of the workspace folder, if there is one. */
  async initialize(capabilities: ClientCapabilities, folder: string | null = null): Promise<InitializeResult> {
    const result = await this.connection.sendRequest<InitializeResult>('initialize', {
      processId: process.pid,
      rootUri: folder,
      workspaceFolders: folder === null ? null : [{ uri: folder, name: 'workspace' }],
      capabilities,
    });
    const sync = result.capabilities.textDocumentSync;
    this.sync = (typeof sync === 'object' ? sync.change : sync) ?? TextDocumentSyncKind.Full;
    await this.connection.sendNotification('initialized', {});
    return result;
  }

  async open(uri: string, text: string): Promise<void> {
    this.versions.set(uri, 1);
    await this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'sql', version: 1, text },
    });
  }

  /** Sends a change: the range where the server takes ranges, else the `whole` new text. Gives the new version. */
  async change(uri: string, change: Required<Change>, whole: string): Promise<number> {
    const version = (this.versions.get(uri) ?? 0) + 1;
    this.versions.set(uri, version);
    const contentChanges = [this.sync === TextDocumentSyncKind.Incremental ? change : { text: whole }];
    await this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges,
    });
    return version;
  }

  /** The diagnostics of a document, pulled. */
  async pull(uri: string): Promise<readonly Diagnostic[]> {
    const report = await this.connection.sendRequest<{ items?: Diagnostic[] }>('textDocument/diagnostic', {
      textDocument: { uri },
    });
    return report.items ?? [];
  }

  /** Waits for a push that `wanted` accepts, looking at those that have already come, too. Limit in ms. */
  async push(wanted: (params: PublishDiagnosticsParams) => boolean, limit = 10_000): Promise<PublishDiagnosticsParams> {
    const deadline = Date.now() + limit;
    for (;;) {
      const found = this.pushed.find(wanted);
      if (found) return found;
      if (Date.now() >= deadline) throw new Error(`No such diagnostics within ${limit} ms.\n${this.stderr}`);
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
        setTimeout(resolve, deadline - Date.now()).unref();
      });
    }
  }

  /** Ends the session by the book: shutdown, then exit. */
  async stop(): Promise<Ended> {
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    return this.ended();
  }

  /** How the process ends; a process that does not is killed after `limit` ms, and its signal shows it. */
  async ended(limit = 5000): Promise<Ended> {
    const timer = setTimeout(() => this.process.kill('SIGKILL'), limit);
    const result = await this.end;
    clearTimeout(timer);
    this.connection.dispose();
    return result;
  }
}
