import * as vscode from 'vscode';
import { openExampleDocument } from '../example.js';
import type { AirlockServer } from '../language-client.js';
import { documentSelector } from '../languages.js';

/**
 * The file that a command is meant for: the one it was called on (explorer and tab menus pass a Uri, the line above a
 * migration its text, the list of pending ones an entry with it), else the active editor's. Throws an Error with a sentence for the user when there is none.
 */
export function targetFile(argument: unknown): vscode.Uri {
  if (argument instanceof vscode.Uri) return argument;
  if (typeof argument === 'string') return vscode.Uri.parse(argument);
  if (typeof argument === 'object' && argument !== null && 'uri' in argument && argument.uri instanceof vscode.Uri)
    return argument.uri;
  const active = vscode.window.activeTextEditor?.document.uri;
  if (active === undefined) throw new Error(vscode.l10n.t('Open a migration file first.'));
  return active;
}

/**
 * Opens the file in the background, so that the server knows its present text, saved or not.
 */
export async function openTarget(server: AirlockServer, argument: unknown): Promise<vscode.TextDocument> {
  if (argument === orExample) return shownSql(server) ?? (await openExampleDocument(server)).document;
  return vscode.workspace.openTextDocument(targetFile(argument));
}

/** What the walkthrough hands to a command: it is the active editor itself, so the migration beside it is meant. */
export const orExample = 'example';

/** The SQL document that is on the screen. */
function shownSql({ host }: AirlockServer): vscode.TextDocument | undefined {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  const editors = activeTextEditor === undefined ? visibleTextEditors : [activeTextEditor, ...visibleTextEditors];
  return editors
    .map(({ document }) => document)
    .find((document) => vscode.languages.match(documentSelector(host.schemes()), document) > 0);
}

/** Edits that put `text` in place of the whole document, as one step for undo. */
export function replaceAll(edit: vscode.WorkspaceEdit, document: vscode.TextDocument, text: string): void {
  const whole = new vscode.Range(new vscode.Position(0, 0), document.lineAt(document.lineCount - 1).range.end);
  edit.replace(document.uri, whole, text);
}
