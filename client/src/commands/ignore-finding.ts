import * as vscode from 'vscode';
import { clientCommands } from '../../../server/src/protocol/messages/messages.js';
import type { IgnoreFindingArguments } from '../../../server/src/protocol/messages/messages.js';
import type { Command } from './command.js';

/** "Ignore … with a reason" of a code action: asks for the reason, then writes the comment. Without a reason, nothing. */
export const ignoreFinding: Command = {
  id: clientCommands.ignoreFinding,
  async run({ server }, argument) {
    const where = argument as IgnoreFindingArguments;
    const reason = await vscode.window.showInputBox({
      title: vscode.l10n.t('Ignore {0}', where.rule),
      prompt: vscode.l10n.t('Why is it safe here? The reason is kept in the file, for whoever reads it next.'),
      placeHolder: vscode.l10n.t('the table is empty until the feature flag is on'),
      validateInput: (text) => (isReason(text) ? undefined : vscode.l10n.t('A reason is required.')),
    });
    if (reason === undefined || !isReason(reason)) return;
    const document = await vscode.workspace.openTextDocument(server.fromProtocol(where.uri));
    if (document.version !== where.version) {
      throw new Error(vscode.l10n.t('The file has changed meanwhile. Open the lightbulb again.'));
    }
    const edit = new vscode.WorkspaceEdit();
    const position = new vscode.Position(where.position.line, where.position.character);
    edit.insert(document.uri, position, where.before + oneLine(reason) + where.after);
    await vscode.workspace.applyEdit(edit);
  },
};

function isReason(text: string): boolean {
  return oneLine(text) !== '';
}

/** The comment ends at the line's end, so a reason pasted with line breaks must lose them. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
