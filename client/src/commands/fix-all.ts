import * as vscode from 'vscode';
import type { Command } from './command.js';

/** Airlock: Fix All. The same safe fixes as on save, by VS Code's own way of applying them. */
export const fixAll: Command = {
  id: 'airlock.fixAll',
  async run() {
    await vscode.commands.executeCommand('editor.action.sourceAction', {
      kind: 'source.fixAll.airlock',
      apply: 'first',
    });
  },
};
