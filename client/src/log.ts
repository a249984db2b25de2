import * as vscode from 'vscode';
import type { StatusParams } from '../../server/src/protocol/messages/messages.js';
import type { AirlockServer } from './language-client.js';

/**
 * Writes into the log what somebody needs who asks why Airlock does what it does: versions, trust, and for each file
 * with which configuration it is checked, and why it counts as applied or is left alone.
 */
export function logStates(context: vscode.ExtensionContext, server: AirlockServer, output: vscode.LogOutputChannel) {
  const { version } = context.extension.packageJSON as { readonly version: string };
  const where =
    vscode.env.remoteName === undefined ? vscode.env.appHost : `${vscode.env.appHost}, ${vscode.env.remoteName}`;
  output.info(`Airlock ${version} in ${vscode.env.appName} ${vscode.version} (${where}), ${server.host.name}.`);
  output.info(trustWords(server));
  const last = new Map<string, string>();
  return vscode.Disposable.from(
    vscode.workspace.onDidGrantWorkspaceTrust(() => output.info(trustWords(server))),
    server.onStatus((status) => {
      const words = stateWords(status);
      const key = status.uri ?? '';
      // The rules and their number change with every key only where the configuration is typed in.
      if (words === undefined || last.get(key) === words) return;
      last.set(key, words);
      output.info(words);
    }),
  );
}

function trustWords({ host }: AirlockServer): string {
  if (host.isBrowser)
    return 'In a browser: git is not asked, code is not searched, nothing is rehearsed, no server is reached, and no agent is served.';
  return vscode.workspace.isTrusted
    ? 'The workspace is trusted: git is asked which migrations stand on the default branch.'
    : 'Restricted Mode: git is not asked, and no file of a repository is edited. Manage it with "Workspaces: Manage Workspace Trust".';
}

/** One line for a state of the server or of a file; undefined for what passes. */
function stateWords(status: StatusParams): string | undefined {
  const { state, uri, framework = '', because, applied, configProblems, message } = status;
  const tool = because === undefined ? framework : `${framework}, because ${because}`;
  if (state === 'off') return 'Switched off by the setting airlock.enable in every folder: nothing is checked.';
  if (state !== 'ok' || uri === undefined) return state === 'error' ? `Error: ${message}` : undefined;
  const file = vscode.workspace.asRelativePath(vscode.Uri.parse(uri));
  if (status.quiet) return `${file}: not checked: it ${framework}.`;
  const config = status.config === 'defaults' ? 'no airlock.config.json' : status.config;
  const wrong =
    configProblems === undefined ? '' : `, which has ${configProblems} mistake${configProblems === 1 ? '' : 's'}`;
  return `${file}: checked for PostgreSQL ${status.postgres} with ${status.rules} rules (${config}${wrong}); ${tool}; ${applied}.`;
}
