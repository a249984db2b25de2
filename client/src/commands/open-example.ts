import * as vscode from 'vscode';
import { openExampleDocument } from '../example.js';
import { complete } from '../walkthrough.js';
import type { Command } from './command.js';

/**
 * Airlock: Open Example Migration; the first step of the walkthrough. With the argument "fix", which its second step
 * gives, it also opens the lightbulb on the first error.
 */
export const openExample: Command = {
  id: 'airlock.openExample',
  async run({ server }, argument) {
    const editor = await openExampleDocument(server);
    if (argument !== 'fix') return;
    const { uri } = editor.document;
    const range = await firstError(uri);
    editor.selection = new vscode.Selection(range.start, range.start);
    // VS Code looks for fixes itself soon after the cursor has moved, and drops a menu that is still being made.
    await vscode.commands.executeCommand('vscode.executeCodeActionProvider', uri, range);
    await new Promise((resolve) => setTimeout(resolve, movedMs));
    await vscode.commands.executeCommand('editor.action.quickFix');
    await complete('fix');
  },
};

/** VS Code waits 250 ms after a move of the cursor. */
const movedMs = 400;

/** Resolves when the document has been checked; the example has errors. */
function firstError(uri: vscode.Uri): Promise<vscode.Range> {
  return new Promise((resolve) => {
    const look = (): void => {
      const finding = vscode.languages
        .getDiagnostics(uri)
        .find(({ severity }) => severity === vscode.DiagnosticSeverity.Error);
      if (finding === undefined) return;
      subscription.dispose();
      resolve(finding.range);
    };
    const subscription = vscode.languages.onDidChangeDiagnostics(look);
    look();
  });
}
