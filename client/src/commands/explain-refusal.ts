import * as vscode from 'vscode';
import { clientCommands } from '../../../server/src/protocol/messages/messages.js';
import type { Command } from './command.js';

/** "Split …: why not here" of a code action: says it. */
export const explainRefusal: Command = {
  id: clientCommands.explainRefusal,
  async run(_context, reason) {
    const message = vscode.l10n.t('This statement is not split here.');
    await vscode.window.showInformationMessage(message, { modal: true, detail: String(reason) });
  },
};
