import * as vscode from 'vscode';
import { methods } from '../../../server/src/protocol/messages/messages.js';
import type { RollbackParams, RollbackResult } from '../../../server/src/protocol/messages/messages.js';
import { fileName } from '../file-name.js';
import { textScheme } from '../virtual-documents.js';
import type { VirtualDocuments } from '../virtual-documents.js';
import { complete } from '../walkthrough.js';
import type { Command } from './command.js';
import { openTarget, replaceAll } from './target-file.js';

/** Airlock: Generate Rollback. Nothing is saved: the person reads it, then saves or discards it. */
export const generateRollback: Command = {
  id: 'airlock.generateRollback',
  async run({ server, documents, rehearsals }, argument) {
    const migration = await openTarget(server, argument);
    const params: RollbackParams = { uri: server.toProtocol(migration.uri), prove: true };
    const ask = (token?: vscode.CancellationToken): Promise<RollbackResult> =>
      server.request<RollbackResult>(methods.rollback, params, token);
    const proving = rehearsals?.withProgress(vscode.l10n.t('Proving the rollback'), async (token) => {
      try {
        return await ask(token);
      } catch (error) {
        if (!token.isCancellationRequested) throw error;
        // Who does not want to wait gets it without proof.
        return server.request<RollbackResult>(methods.rollback, { ...params, prove: false });
      }
    });
    const result = await (proving ?? ask());
    const uri = server.fromProtocol(result.file.uri);
    if (result.exists) await showChange(documents, uri, result.file.text);
    else await openUnsaved(uri, result.file.text);
    await complete('documents');
    const message = [result.summary, result.proof ?? result.unproven].filter((each) => each !== undefined).join(' ');
    if (result.worst !== 'lossless') void vscode.window.showWarningMessage(message);
    else if (result.unproven !== undefined) void vscode.window.showInformationMessage(message);
    else vscode.window.setStatusBarMessage(message, 10_000);
  },
};

/** Opens a document that will be saved at `uri`, with this text, not yet saved. */
async function openUnsaved(uri: vscode.Uri, text: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri.with({ scheme: 'untitled' }));
  const edit = new vscode.WorkspaceEdit();
  replaceAll(edit, document, text);
  await vscode.workspace.applyEdit(edit);
  await vscode.window.showTextDocument(document, { preview: false });
}

/** Puts the text into the existing file, unsaved and undone in one step, and shows what it changes. */
async function showChange(documents: VirtualDocuments, uri: vscode.Uri, text: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  if (document.getText() === text) {
    await vscode.window.showTextDocument(document);
    return;
  }
  const before = documents.put(textScheme, uri.path, document.getText());
  const edit = new vscode.WorkspaceEdit();
  replaceAll(edit, document, text);
  await vscode.workspace.applyEdit(edit);
  const title = vscode.l10n.t('{0} (before ↔ generated, not saved)', fileName(uri));
  await vscode.commands.executeCommand('vscode.diff', before, uri, title);
}
