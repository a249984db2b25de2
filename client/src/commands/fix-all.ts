import * as vscode from 'vscode';
import type { Command } from './command.js';

/** Airlock: Fix All. The same safe fixes as on save, in one step for undo. */
export const fixAll: Command = {
  id: 'airlock.fixAll',
  async run() {
    const document = vscode.window.activeTextEditor?.document;
    if (document === undefined) return;
    // Asked for here, not by VS Code's own command for source actions, which loses its turn when the cursor moves.
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      new vscode.Range(0, 0, document.lineCount, 0),
      'source.fixAll.airlock',
    );
    const edit = actions.find((action) => action.edit !== undefined)?.edit;
    if (edit !== undefined) await vscode.workspace.applyEdit(edit);
    else vscode.window.setStatusBarMessage(vscode.l10n.t('Airlock has no safe fix for this file.'), 5000);
  },
};
