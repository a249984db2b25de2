import * as vscode from 'vscode';
import {
  BrowserMessageReader,
  BrowserMessageWriter,
  LanguageClient,
  type LanguageClientOptions,
  type MessageTransports,
} from 'vscode-languageclient/browser';
import type { AirlockServer } from './language-client.js';
import { startAirlock } from './start.js';
import { answerForFiles } from './web-files.js';

/** A browser's, of which no types are here. */
declare const Worker: new (url: string) => ServerWorker;
type ServerWorker = ConstructorParameters<typeof BrowserMessageReader>[0] & { terminate(): void };

/** A client whose server is a worker, and which gives that the files of the editor. */
class WorkerClient extends LanguageClient {
  private worker: ServerWorker | undefined;
  private readonly files: vscode.Disposable;

  constructor(module: string, extension: vscode.Uri, options: LanguageClientOptions) {
    // The editor's own class stands in the place of Worker, which the library would not know: it is handed both ends.
    super('airlock', 'Airlock', () => this.open(module), options);
    this.files = answerForFiles(this, extension);
  }

  override async stop(timeout?: number): Promise<void> {
    try {
      await super.stop(timeout);
    } finally {
      // Nobody else ends it.
      this.worker?.terminate();
      this.files.dispose();
    }
  }

  private async open(module: string): Promise<MessageTransports> {
    this.worker = new Worker(module);
    return { reader: new BrowserMessageReader(this.worker), writer: new BrowserMessageWriter(this.worker) };
  }
}

let server: AirlockServer | undefined;

/** Called by VS Code in a browser (vscode.dev, github.dev) when a PostgreSQL file is opened or the workspace has migrations. */
export function activate(context: vscode.ExtensionContext): void {
  const module = vscode.Uri.joinPath(context.extensionUri, 'dist', 'web', 'server.js').toString(true);
  const airlock = startAirlock(context, {
    name: 'a web worker',
    isBrowser: true,
    schemes: fileSchemes,
    createClient: (options) => new WorkerClient(module, context.extensionUri, options),
    // The words of server/src/protocol/messages/not-in-a-browser.ts, which translations do not reach.
    cannotRun: {
      'airlock.rehearse': vscode.l10n.t(
        'A rehearsal runs a PostgreSQL, which Airlock does not start in a browser. Rehearse in VS Code on your machine, or with: pg-airlock rehearse.',
      ),
      'airlock.rehearseOnServer': vscode.l10n.t(
        'A browser cannot reach a PostgreSQL server. Rehearse in VS Code on your machine, or with: pg-airlock rehearse --url.',
      ),
      'airlock.captureTableSizes': vscode.l10n.t(
        'A browser cannot reach a PostgreSQL server. Capture the sizes in VS Code on your machine, or with: pg-airlock stats --url.',
      ),
    },
    offers: [],
  });
  server = airlock;
  let known = fileSchemes();
  context.subscriptions.push(
    // Which documents are looked at is said once, when the server starts.
    vscode.workspace.onDidChangeWorkspaceFolders(() => {
      const now = fileSchemes();
      if (now.every((scheme) => known.includes(scheme))) return;
      known = now;
      void airlock.restart();
    }),
  );
}

/** Those of the open folders, and of a file that somebody opens from his own disk. */
function fileSchemes(): string[] {
  const open = vscode.workspace.workspaceFolders?.map(({ uri }) => uri.scheme) ?? [];
  return [...new Set(['file', ...open])];
}

/** Called by VS Code before it ends; it waits for the server to be gone. */
export function deactivate(): Promise<void> | undefined {
  return server?.dispose();
}
