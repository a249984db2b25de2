import * as vscode from 'vscode';
import { clientCommands } from '../../../server/src/protocol/messages/messages.js';
import type { Command } from './command.js';

/** "Split …: why not here" of a code action: says it. */
export const explainRefusal: Command = {
  id: clientCommands.explainRefusal,
  async run(_context, reason) {
    await vscode.window.showInformationMessage(
      vscode.l10n.t('Airlock does not split this statement. {0}', String(reason)),
    );
  },
};
