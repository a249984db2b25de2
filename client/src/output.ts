import * as vscode from 'vscode';

/** The one log of the extension and of its server: View > Output > Airlock. */
export function createOutput(): vscode.LogOutputChannel {
  return vscode.window.createOutputChannel('Airlock', { log: true });
}
