import * as vscode from 'vscode';
import { methods } from '../../server/src/protocol/messages/messages.js';
import type { MigrationFoldersParams, MigrationFolderSummary } from '../../server/src/protocol/messages/messages.js';
import type { AirlockServer } from './language-client.js';

/** Asks in which folder of migrations, where there are several, with the one of the file on the screen first. `title`: that of the command. */
export async function chosenFolder(server: AirlockServer, title: string): Promise<MigrationFolderSummary | undefined> {
  const active = vscode.window.activeTextEditor?.document.uri;
  const params: MigrationFoldersParams =
    active !== undefined && server.host.schemes().includes(active.scheme) ? { uri: server.toProtocol(active) } : {};
  const folders = await server.request<MigrationFolderSummary[]>(methods.migrationFolders, params);
  if (folders.length === 0)
    throw new Error(
      vscode.l10n.t(
        'There is no migration in the open folders yet. Make the first one by hand, and others go on from it.',
      ),
    );
  if (folders.length === 1) return folders[0];
  const picked = await vscode.window.showQuickPick(
    folders.map((folder) => ({ label: folder.title, detail: vscode.l10n.t('because {0}', folder.because), folder })),
    { title, placeHolder: vscode.l10n.t('In which folder?') },
  );
  return picked?.folder;
}
