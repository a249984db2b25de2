import * as vscode from 'vscode';
import type { WireRange } from '../../server/src/protocol/messages/messages.js';
import type { AirlockServer } from './language-client.js';
import { type PlannedFiles, showSplit } from './split-preview.js';
import { askToWrite, type Wanted } from './split-question.js';
import type { VirtualDocuments } from './virtual-documents.js';

/**
 * Shows the files that would be written, and asks. `document`: the file that changes, where one does. `mayWait`: what
 * ships later can be written later. Undefined when the person turns away.
 */
export async function askedToWrite(
  planned: PlannedFiles,
  document: vscode.TextDocument | undefined,
  server: AirlockServer,
  documents: VirtualDocuments,
  mayWait = false,
): Promise<Wanted | undefined> {
  const preview = await showSplit(planned, document, server, documents);
  try {
    return await askToWrite(planned, preview, document?.uri, mayWait);
  } finally {
    await preview.close();
  }
}

/** All files in one step for undo. Throws an Error with a sentence for the user when one of them is there. */
export async function writeFiles(
  { edits, created }: PlannedFiles,
  edited: vscode.Uri | undefined,
  server: AirlockServer,
): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  if (edited) for (const { range, newText } of edits) edit.replace(edited, toRange(range), newText);
  for (const { uri, text, isBeside = false } of created) {
    // With its text: an empty file that is filled by an edit cannot be undone in one step once it is saved.
    const contents = new TextEncoder().encode(text);
    edit.createFile(server.fromProtocol(uri), { contents, overwrite: isBeside, ignoreIfExists: false });
  }
  // A refactoring is saved as a whole: the new files are on the disk, and the old statement must not be.
  if (!(await vscode.workspace.applyEdit(edit, { isRefactoring: true })))
    throw new Error(vscode.l10n.t('Nothing was written: one of the files is there already.'));
}

/** Opens a file with a place selected. */
export async function openAt(uri: vscode.Uri, range: WireRange): Promise<void> {
  const selection = toRange(range);
  const editor = await vscode.window.showTextDocument(uri, { preview: false, selection });
  editor.revealRange(selection, vscode.TextEditorRevealType.InCenter);
}

function toRange({ start, end }: WireRange): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}
