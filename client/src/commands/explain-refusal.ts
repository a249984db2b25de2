import * as vscode from 'vscode';
import { clientCommands } from '../../../server/src/protocol/messages/messages.js';
import type { Command } from './command.js';

/** "Split …: why not here" of a code action: says it. */
export const explainRefusal: Command = {
  id: clientCommands.explainRefusal,
  async run(_context, reason, rule) {
    const page = vscode.l10n.t('Open Rule Page');
    // With a button the message is shown whole, not its first line.
    const answer = await vscode.window.showInformationMessage(String(reason), page);
    if (answer === page) await vscode.commands.executeCommand(clientCommands.openRulePage, rule);
  },
};
