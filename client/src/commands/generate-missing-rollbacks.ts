import * as vscode from 'vscode';
import { methods } from '../../../server/src/protocol/messages/messages.js';
import type { MissingRollbacksParams, MissingRollbacksResult } from '../../../server/src/protocol/messages/messages.js';
import type { Command } from './command.js';
import { showMarkdown } from './show-markdown.js';
import { openTarget, replaceAll } from './target-file.js';

/** Airlock: Generate Missing Rollbacks. VS Code shows all files before it writes any; one step for undo. */
export const generateMissingRollbacks: Command = {
  id: 'airlock.generateMissingRollbacks',
  async run({ server }, argument) {
    const { uri } = await openTarget(server, argument);
    const params: MissingRollbacksParams = { uri: server.toProtocol(uri) };
    const { files, markdown } = await server.request<MissingRollbacksResult>(methods.missingRollbacks, params);
    if (files.length === 0 && markdown === '') {
      void vscode.window.showInformationMessage(vscode.l10n.t('Every pending migration here has a way back.'));
      return;
    }
    const edit = new vscode.WorkspaceEdit();
    for (const file of files) {
      const target = server.fromProtocol(file.uri);
      const metadata = { label: vscode.l10n.t('Rollbacks'), description: file.summary, needsConfirmation: true };
      if (file.exists) replaceAll(edit, await vscode.workspace.openTextDocument(target), file.text);
      else edit.createFile(target, { contents: new TextEncoder().encode(file.text), ignoreIfExists: true }, metadata);
    }
    if (files.length > 0) await vscode.workspace.applyEdit(edit);
    if (markdown !== '') await showMarkdown(uri, 'irreversible.md', markdown);
  },
};
