import * as vscode from 'vscode';
import { DiagnosticPullMode, State } from 'vscode-languageclient';
import type { BaseLanguageClient, LanguageClientOptions } from 'vscode-languageclient';
import { clientCommands, methods } from '../../server/src/protocol/messages/messages.js';
import type {
  InitializationOptions,
  RehearsalProgressParams,
  StatusParams,
} from '../../server/src/protocol/messages/messages.js';
import type { ClientHost } from './client-host.js';
import { documentSelector } from './languages.js';
import { type LogWithoutSecrets, logWithoutSecrets } from './log-without-secrets.js';

/** The language server as the rest of the client sees it: started, asked, restarted, never running twice. */
export class AirlockServer implements vscode.Disposable {
  private client: BaseLanguageClient | undefined;
  /** The last start, stop or restart; the next one waits for it, so that two never overlap. */
  private queue: Promise<void> = Promise.resolve();
  private readonly statusEmitter = new vscode.EventEmitter<StatusParams>();
  /** Fires for every `airlock/status` and when the server itself stops or fails to start. */
  readonly onStatus = this.statusEmitter.event;

  private readonly progressEmitter = new vscode.EventEmitter<RehearsalProgressParams>();
  /** Fires while a rehearsal runs. */
  readonly onRehearsalProgress = this.progressEmitter.event;

  private readonly trace: LogWithoutSecrets;

  constructor(
    readonly host: ClientHost,
    private readonly output: vscode.LogOutputChannel,
  ) {
    this.trace = logWithoutSecrets(output);
  }

  /** Keeps a secret that is sent to the server out of `airlock.trace.server`. */
  hideInLog(secret: string): void {
    this.trace.hide(secret);
  }

  /** Starts the server unless `airlock.enable` is off; resolves when it answers or has failed (which `onStatus` says). */
  start(): Promise<void> {
    return this.enqueue(() => this.startNow());
  }

  stop(): Promise<void> {
    return this.enqueue(() => this.stopNow());
  }

  /** Stops and starts again; calls made meanwhile wait their turn. */
  restart(): Promise<void> {
    return this.enqueue(async () => {
      await this.stopNow();
      await this.startNow();
    });
  }

  /** Sends a custom request once the server is up; throws an Error with a readable message when it is not. */
  async request<R>(method: string, params: unknown, token?: vscode.CancellationToken): Promise<R> {
    await this.queue;
    if (this.client === undefined) throw new Error(vscode.l10n.t('Airlock is switched off (setting airlock.enable).'));
    // An absent token would be sent as a second parameter.
    return token === undefined
      ? this.client.sendRequest<R>(method, params)
      : this.client.sendRequest<R>(method, params, token);
  }

  /** The URI as the server must see it. */
  toProtocol(uri: vscode.Uri): string {
    return this.client?.code2ProtocolConverter.asUri(uri) ?? uri.toString();
  }

  fromProtocol(uri: string): vscode.Uri {
    return this.client?.protocol2CodeConverter.asUri(uri) ?? vscode.Uri.parse(uri);
  }

  async dispose(): Promise<void> {
    await this.stop();
    this.statusEmitter.dispose();
    this.progressEmitter.dispose();
  }

  private enqueue(work: () => Promise<void>): Promise<void> {
    const next = this.queue.then(work);
    this.queue = next.catch((error: unknown) => this.fail(error));
    return this.queue;
  }

  private async startNow(): Promise<void> {
    if (this.client !== undefined) return;
    if (!isEnabledAnywhere()) return this.statusEmitter.fire({ state: 'off', postgres: 0, rules: 0, config: '' });
    const client = this.host.createClient(this.clientOptions());
    this.client = client;
    client.onNotification(methods.rehearsalProgress, (progress: RehearsalProgressParams) =>
      this.progressEmitter.fire(progress),
    );
    client.onNotification(methods.status, (status: StatusParams) => this.statusEmitter.fire(status));
    client.onDidChangeState(({ newState }) => {
      // `client` is no longer ours when we stopped it on purpose.
      if (newState === State.Stopped && this.client === client)
        this.fail(new Error(vscode.l10n.t('The language server stopped.')));
    });
    try {
      await client.start();
    } catch (error) {
      this.client = undefined;
      throw error;
    }
  }

  private async stopNow(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    await client?.dispose();
  }

  private fail(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.output.error(message);
    this.statusEmitter.fire({ state: 'error', postgres: 0, rules: 0, config: '', message });
  }

  private clientOptions(): LanguageClientOptions {
    const initializationOptions: InitializationOptions = {
      trusted: vscode.workspace.isTrusted,
      commands: Object.values(clientCommands).filter((command) => !(command in this.host.cannotRun)),
    };
    return {
      documentSelector: documentSelector(this.host.schemes()),
      outputChannel: this.output,
      traceOutputChannel: this.trace.log,
      initializationOptions,
      diagnosticPullOptions: {
        onChange: true,
        onSave: true,
        // Asked before every pull: true leaves it out.
        filter: (document, mode) => mode === DiagnosticPullMode.onType && runsOnSave(document.uri),
      },
    };
  }
}

/** The server itself leaves the folders alone in which the setting is off. */
function isEnabledAnywhere(): boolean {
  const scopes = vscode.workspace.workspaceFolders?.map(({ uri }) => uri) ?? [undefined];
  return scopes.some((scope) => vscode.workspace.getConfiguration('airlock', scope).get('enable', true));
}

function runsOnSave(uri: vscode.Uri): boolean {
  return vscode.workspace.getConfiguration('airlock', uri).get('run') === 'onSave';
}
