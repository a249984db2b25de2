import * as vscode from 'vscode';

/** Ticks a step of the walkthrough off: what it speaks of has been done, not only tried (completionEvents in package.json). */
export async function complete(step: 'fix' | 'version' | 'documents'): Promise<void> {
  await vscode.commands.executeCommand('setContext', `airlock.walkthrough.${step}`, true);
}
