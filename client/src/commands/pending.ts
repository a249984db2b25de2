import * as vscode from 'vscode';
import { methods } from '../../../server/src/protocol/messages/messages.js';
import type { Command } from './command.js';

/** Airlock: Show Pending Migrations: the view, also before a migration was opened. */
export const showPending: Command = {
  id: 'airlock.showPending',
  async run({ pending }) {
    await vscode.commands.executeCommand('setContext', 'airlock.hasMigrations', true);
    await vscode.commands.executeCommand('airlock.pending.focus');
    await pending.refresh();
  },
};

export const refreshPending: Command = {
  id: 'airlock.refreshPending',
  run: ({ pending }) => pending.refresh(),
};

/** The review of all that the view shows, from its title. */
export const reviewAllPending: Command = {
  id: 'airlock.reviewAllPending',
  async run({ pending, reviews }) {
    const uri = await pending.sample();
    if (uri === undefined) {
      void vscode.window.showInformationMessage(vscode.l10n.t('No migration is pending.'));
      return;
    }
    await vscode.workspace.openTextDocument(uri);
    await reviews.show(methods.reviewPending, uri);
  },
};
