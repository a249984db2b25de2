import type * as vscode from 'vscode';
import { LanguageClient, type ServerOptions, TransportKind } from 'vscode-languageclient/node';
import { registerAgentServer } from './agent-server.js';
import { registerAgentTools } from './agent-tools.js';
import type { AirlockServer } from './language-client.js';
import { startAirlock } from './start.js';

let server: AirlockServer | undefined;

/** Called by VS Code when a PostgreSQL file is opened, the workspace has an airlock.config.json, or an agent calls a tool. */
export function activate(context: vscode.ExtensionContext): void {
  const manifest = context.extension.packageJSON as Manifest;
  const tools = manifest.contributes.languageModelTools.map(({ name }) => name);
  const run = { module: context.asAbsolutePath('dist/server.js'), transport: TransportKind.ipc };
  const options: ServerOptions = { run, debug: { ...run, options: { execArgv: ['--nolazy', '--inspect=6019'] } } };
  server = startAirlock(context, {
    name: `Node ${process.versions.node}`,
    isBrowser: false,
    schemes: () => ['file'],
    createClient: (clientOptions) => new LanguageClient('airlock', 'Airlock', options, clientOptions),
    cannotRun: {},
    offers: [
      (airlock) => registerAgentTools(airlock, tools),
      () => registerAgentServer(context.asAbsolutePath('dist/cli.js'), manifest.version),
    ],
  });
}

/** What the extension reads of its own package.json. */
interface Manifest {
  readonly version: string;
  readonly contributes: { readonly languageModelTools: readonly { readonly name: string }[] };
}

/** Called by VS Code before it ends; it waits for the server to be gone. */
export function deactivate(): Promise<void> | undefined {
  return server?.dispose();
}
