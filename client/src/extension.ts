import * as vscode from 'vscode';
import { registerAgentServer } from './agent-server.js';
import { registerAgentTools } from './agent-tools.js';
import { registerCommands } from './commands/index.js';
import { rulePage } from './commands/open-rule-page.js';
import { registerConfigFixes } from './config-fixes.js';
import { DatabaseAddresses } from './database-addresses.js';
import { AirlockServer } from './language-client.js';
import { logStates } from './log.js';
import { createOutput } from './output.js';
import { PendingView } from './pending-view.js';
import { Rehearsals } from './rehearsals.js';
import { Reviews } from './reviews.js';
import { registerSnippets } from './snippets.js';
import { createStatus } from './status.js';
import { VirtualDocuments } from './virtual-documents.js';

let server: AirlockServer | undefined;

/** Called by VS Code when a PostgreSQL file is opened, the workspace has an airlock.config.json, or an agent calls a tool. */
export function activate(context: vscode.ExtensionContext): void {
  const manifest = context.extension.packageJSON as Manifest;
  const output = createOutput();
  const airlock = new AirlockServer(context.asAbsolutePath('dist/server.js'), output);
  const documents = new VirtualDocuments((rule) => rulePage(airlock, rule));
  server = airlock;
  const reviews = new Reviews(airlock, documents, output);
  const rehearsals = new Rehearsals(airlock, documents);
  const pending = new PendingView(airlock, output);
  const databases = new DatabaseAddresses(context.secrets);
  context.subscriptions.push(
    output,
    documents,
    reviews,
    rehearsals,
    pending,
    createStatus(airlock),
    registerConfigFixes(),
    logStates(context, airlock, output),
    registerSnippets(vscode.Uri.joinPath(context.extensionUri, 'snippets', 'postgresql.json')),
    offered(
      () =>
        registerAgentTools(
          airlock,
          manifest.contributes.languageModelTools.map(({ name }) => name),
        ),
      output,
    ),
    offered(() => registerAgentServer(context.asAbsolutePath('dist/cli.js'), manifest.version), output),
    registerCommands({ server: airlock, output, documents, reviews, rehearsals, pending, databases }),
    // The server asks for the workspace's git only when it is trusted, which it learns when it starts.
    vscode.workspace.onDidGrantWorkspaceTrust(() => airlock.restart()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('airlock.enable')) void airlock.restart();
    }),
  );
  // Not awaited: the commands are there at once, and each waits for the server by itself.
  void airlock.start();
}

/** What the extension reads of its own package.json. */
interface Manifest {
  readonly version: string;
  readonly contributes: { readonly languageModelTools: readonly { readonly name: string }[] };
}

/** Does without what an editor has and does not let every extension use, as VS Code does with what is still a proposal. */
function offered(register: () => vscode.Disposable, output: vscode.LogOutputChannel): vscode.Disposable {
  try {
    return register();
  } catch (error) {
    output.info(`This editor does not take the tools for agents: ${String(error)}`);
    return new vscode.Disposable(() => {});
  }
}

/** Called by VS Code before it ends; it waits for the server to be gone. */
export function deactivate(): Promise<void> | undefined {
  return server?.dispose();
}
