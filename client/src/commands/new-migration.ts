import * as vscode from 'vscode';
import { methods } from '../../../server/src/protocol/messages/messages.js';
import type { NewMigrationParams, NewMigrationResult } from '../../../server/src/protocol/messages/messages.js';
import { chosenFolder } from '../migration-folder.js';
import type { Command } from './command.js';

/**
 * Airlock: New Migration…. Asks in which folder, where there are several, and what it does; makes it behind all others in
 * the form of the tool and opens it. One undo takes it back.
 */
export const newMigration: Command = {
  id: 'airlock.newMigration',
  async run({ server }) {
    const folder = await chosenFolder(server, vscode.l10n.t('New migration'));
    if (folder === undefined) return;
    const name = await vscode.window.showInputBox({
      title: vscode.l10n.t('New migration: {0}', folder.title),
      prompt: vscode.l10n.t('What does it do? The words become a part of the name.'),
      placeHolder: vscode.l10n.t('add status to orders'),
      validateInput: (value) => (/[a-z0-9]/i.test(value) ? undefined : vscode.l10n.t('Write at least one letter.')),
    });
    if (name === undefined) return;
    const params: NewMigrationParams = { uri: folder.uri, name };
    const { created, replaced } = await server.request<NewMigrationResult>(methods.newMigration, params);
    const [first] = created;
    if (first === undefined)
      throw new Error(vscode.l10n.t('There is no place for another migration before the last one has run.'));
    const edit = new vscode.WorkspaceEdit();
    const add = (uri: string, text: string, overwrite: boolean): void => {
      const contents = new TextEncoder().encode(text);
      edit.createFile(server.fromProtocol(uri), { contents, overwrite, ignoreIfExists: false });
    };
    for (const { uri, text } of created) add(uri, text, false);
    for (const { uri, text } of replaced) add(uri, text, true);
    if (!(await vscode.workspace.applyEdit(edit)))
      throw new Error(vscode.l10n.t('Nothing was written: one of the files is there already.'));
    await openBelowComment(server.fromProtocol(first.uri));
  },
};

/** Where the first statement goes: the empty line behind the comment with the name. */
async function openBelowComment(uri: vscode.Uri): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  let line = 0;
  while (line < document.lineCount - 1 && !document.lineAt(line).isEmptyOrWhitespace) line++;
  const at = new vscode.Position(line, 0);
  await vscode.window.showTextDocument(document, { preview: false, selection: new vscode.Range(at, at) });
}
