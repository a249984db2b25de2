import * as vscode from 'vscode';
import type { ClientHost } from './client-host.js';
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

/** Registers everything that the extension has, wherever it runs, and starts the language server, which is given back. */
export function startAirlock(context: vscode.ExtensionContext, host: ClientHost): AirlockServer {
  const output = createOutput();
  const airlock = new AirlockServer(host, output);
  const documents = new VirtualDocuments((rule) => rulePage(airlock, rule));
  const reviews = new Reviews(airlock, documents, output);
  const pending = new PendingView(airlock, output);
  const rehearsals = host.isBrowser ? undefined : new Rehearsals(airlock, documents);
  const databases = new DatabaseAddresses(context.secrets);
  // Menus leave out what cannot run here.
  void vscode.commands.executeCommand('setContext', 'airlock.inBrowser', host.isBrowser);
  context.subscriptions.push(
    output,
    documents,
    reviews,
    ...(rehearsals ? [rehearsals] : []),
    pending,
    createStatus(airlock),
    registerConfigFixes(host.schemes()),
    logStates(context, airlock, output),
    registerSnippets(vscode.Uri.joinPath(context.extensionUri, 'snippets', 'postgresql.json')),
    ...host.offers.map((register) => offered(() => register(airlock), output)),
    registerCommands({ server: airlock, output, documents, reviews, rehearsals, pending, databases }),
    // The server asks for the workspace's git only when it is trusted, which it learns when it starts.
    vscode.workspace.onDidGrantWorkspaceTrust(() => airlock.restart()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('airlock.enable')) void airlock.restart();
    }),
  );
  // Not awaited: the commands are there at once, and each waits for the server by itself.
  void airlock.start();
  return airlock;
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
