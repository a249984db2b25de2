import * as vscode from 'vscode';
import { registerAgentServer } from './agent-server.js';
import { registerCommands } from './commands/index.js';
import { rulePage } from './commands/open-rule-page.js';
import { DatabaseAddresses } from './database-addresses.js';
import { AirlockServer } from './language-client.js';
import { logStates } from './log.js';
import { createOutput } from './output.js';
import { Rehearsals } from './rehearsals.js';
import { Reviews } from './reviews.js';
import { registerSnippets } from './snippets.js';
import { createStatus } from './status.js';
import { VirtualDocuments } from './virtual-documents.js';

let server: AirlockServer | undefined;

/** Called by VS Code when a PostgreSQL file is opened or the workspace has an airlock.config.json. */
export function activate(context: vscode.ExtensionContext): void {
  const output = createOutput();
  const airlock = new AirlockServer(context.asAbsolutePath('dist/server.js'), output);
  const documents = new VirtualDocuments((rule) => rulePage(airlock, rule));
  server = airlock;
  const reviews = new Reviews(airlock, documents, output);
  const rehearsals = new Rehearsals(airlock, documents);
  const databases = new DatabaseAddresses(context.secrets);
  context.subscriptions.push(
    output,
    documents,
    reviews,
    rehearsals,
    createStatus(airlock),
    logStates(context, airlock, output),
    registerSnippets(vscode.Uri.joinPath(context.extensionUri, 'snippets', 'postgresql.json')),
    registerAgentServer(context.asAbsolutePath('dist/cli.js'), versionOf(context)),
    registerCommands({ server: airlock, output, documents, reviews, rehearsals, databases }),
    // The server asks for the workspace's git only when it is trusted, which it learns when it starts.
    vscode.workspace.onDidGrantWorkspaceTrust(() => airlock.restart()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('airlock.enable')) void airlock.restart();
    }),
  );
  // Not awaited: the commands are there at once, and each waits for the server by itself.
  void airlock.start();
}

function versionOf(context: vscode.ExtensionContext): string {
  const { version } = context.extension.packageJSON as { readonly version: string };
  return version;
}

/** Called by VS Code before it ends; it waits for the server to be gone. */
export function deactivate(): Promise<void> | undefined {
  return server?.dispose();
}
