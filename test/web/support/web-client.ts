import fs from 'node:fs';
import path from 'node:path';
import type {
  CodeAction,
  Diagnostic,
  Hover,
  ProtocolConnection,
  PublishDiagnosticsParams,
  Range,
} from 'vscode-languageserver-protocol/node';
import type {
  ListFolderParams,
  ListFolderResult,
  ReadFilesParams,
  ReadFilesResult,
  ReadPackageFileParams,
  ReadPackageFileResult,
  WireContent,
} from '../../../server/src/protocol/messages/web-files.js';
import { modern } from '../../protocol/support/test-client.js';
import { startWorker } from './worker.js';

const root = path.resolve(__dirname, '..', '..', '..', '..');

/** An editor in a browser with a file system of its own, and the server in its worker. */
export class WebClient {
  readonly connection: ProtocolConnection = startWorker();
  /** Every `airlock/readFiles`, with what it asked for. */
  readonly reads: string[][] = [];
  readonly pushed = new Map<string, readonly Diagnostic[]>();
  readonly logged: string[] = [];
  refreshes = 0;

  /** `disk`: texts and bytes by URI, as the editor writes it. */
  constructor(readonly disk: Map<string, string | Uint8Array>) {
    const { connection } = this;
    connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) => items.map(() => null));
    connection.onRequest('client/registerCapability', () => null);
    connection.onRequest('workspace/diagnostic/refresh', () => {
      this.refreshes += 1;
    });
    connection.onNotification('window/logMessage', ({ message }: { message: string }) => {
      this.logged.push(message);
    });
    connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      this.pushed.set(params.uri, params.diagnostics);
    });
    connection.onRequest('airlock/listFolder', ({ uri }: ListFolderParams) => this.list(uri));
    connection.onRequest('airlock/readFiles', ({ uris }: ReadFilesParams): ReadFilesResult => {
      this.reads.push([...uris]);
      return { files: uris.map((uri) => this.read(uri)) };
    });
    connection.onRequest('airlock/readPackageFile', (params: ReadPackageFileParams): ReadPackageFileResult => {
      const file = path.join(root, params.path);
      return { bytes: fs.existsSync(file) ? new Uint8Array(fs.readFileSync(file)).buffer : null };
    });
    connection.listen();
  }

  async initialize(folders: readonly string[], trusted = true): Promise<void> {
    await this.connection.sendRequest('initialize', {
      processId: null,
      rootUri: null,
      workspaceFolders: folders.map((uri) => ({ uri, name: uri })),
      capabilities: { ...modern, workspace: { ...modern.workspace, workspaceFolders: true } },
      initializationOptions: { trusted, commands: ['airlock.explainRefusal', 'airlock.openRulePage'] },
    });
    await this.connection.sendNotification('initialized', {});
  }

  /** Opens a file of the disk. */
  async open(uri: string, languageId = 'sql'): Promise<void> {
    const text = String(this.disk.get(uri));
    await this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  async diagnostics(uri: string): Promise<readonly Diagnostic[]> {
    const report = await this.connection.sendRequest<{ readonly items?: readonly Diagnostic[] }>(
      'textDocument/diagnostic',
      { textDocument: { uri } },
    );
    return report.items ?? [];
  }

  /** The ids of the rules that an opened file breaks: errors and warnings. */
  async found(uri: string): Promise<readonly unknown[]> {
    return (await this.diagnostics(uri)).filter(({ severity = 1 }) => severity <= 2).map(({ code }) => code);
  }

  hover(uri: string, line: number, character: number): Promise<Hover | null> {
    return this.connection.sendRequest('textDocument/hover', { textDocument: { uri }, position: { line, character } });
  }

  codeActions(uri: string, range: Range): Promise<readonly CodeAction[]> {
    const context = { diagnostics: [] };
    return this.connection.sendRequest('textDocument/codeAction', { textDocument: { uri }, range, context });
  }

  /** Changes files on the disk, or takes them away (undefined), and says so as an editor's watcher does. */
  async change(files: Readonly<Record<string, string | undefined>>): Promise<void> {
    const changes = Object.entries(files).map(([uri, text]) => {
      const type = text === undefined ? 3 : this.disk.has(uri) ? 2 : 1;
      if (text === undefined) this.disk.delete(uri);
      else this.disk.set(uri, text);
      return { uri, type };
    });
    await this.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
  }

  private list(uri: string): ListFolderResult {
    const folder = uri.replace(/\/$/, '');
    const entries = new Set<string>();
    for (const each of this.disk.keys()) {
      if (!each.startsWith(`${folder}/`)) continue;
      const parts = each
        .slice(folder.length + 1)
        .split('/')
        .map(decodeURIComponent);
      for (let depth = 1; depth < parts.length; depth++) entries.add(`${parts.slice(0, depth).join('/')}/`);
      entries.add(parts.join('/'));
    }
    return { entries: [...entries], isCut: false };
  }

  private read(uri: string): WireContent {
    const found = this.disk.get(uri);
    if (found !== undefined)
      return { bytes: new Uint8Array(typeof found === 'string' ? Buffer.from(found) : found).buffer };
    return [...this.disk.keys()].some((each) => each.startsWith(`${uri}/`)) ? { isFolder: true } : { missing: true };
  }
}

/** Starts a server over these files; paths are below the first folder. */
export async function startWeb(
  files: Readonly<Record<string, string | Uint8Array>>,
  folder = 'memfs:/shop',
): Promise<WebClient> {
  const disk = new Map(
    Object.entries(files).map(([name, text]) => [
      `${folder}/${name.split('/').map(encodeURIComponent).join('/')}`,
      text,
    ]),
  );
  const client = new WebClient(disk);
  await client.initialize([folder]);
  return client;
}
