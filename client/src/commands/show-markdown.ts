import * as vscode from 'vscode';
import { replaceAll } from './target-file.js';

/**
 * Opens Markdown as an unsaved document that would be saved as `name` beside `beside`, with its preview next to it.
 * Called again, it brings the open document up to date.
 */
export async function showMarkdown(beside: vscode.Uri, name: string, markdown: string): Promise<void> {
  const uri = vscode.Uri.joinPath(beside, '..', name).with({ scheme: 'untitled' });
  const document = await vscode.workspace.openTextDocument(uri);
  const edit = new vscode.WorkspaceEdit();
  replaceAll(edit, document, markdown);
  await vscode.workspace.applyEdit(edit);
  await vscode.window.showTextDocument(document, { preview: false });
  await vscode.commands.executeCommand('markdown.showPreviewToSide', uri);
}
