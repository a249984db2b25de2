import * as path from 'node:path';
import * as vscode from 'vscode';
import { clientCommands } from '../../../server/src/protocol/messages/messages.js';
import type { SplitFile, WireRange, WriteSplitArguments } from '../../../server/src/protocol/messages/messages.js';
import type { AirlockServer } from '../language-client.js';
import { askToWrite } from '../split-question.js';
import { showSplit } from '../split-preview.js';
import type { Command } from './command.js';

/**
 * "Split into … migrations" of a code action: shows what would be written, asks, and writes all of it or nothing. One
 * undo takes it all back. Then the file opens in which a value has to be written, with the place selected.
 */
export const writeSplit: Command = {
  id: clientCommands.writeSplit,
  async run({ server, documents }, argument) {
    const split = argument as WriteSplitArguments;
    const document = await vscode.workspace.openTextDocument(server.fromProtocol(split.uri));
    const preview = await showSplit(split, document, server, documents);
    let isWanted = false;
    try {
      isWanted = await askToWrite(split, preview, document.uri);
    } finally {
      await preview.close();
    }
    if (isWanted) await write(split, document, server);
    // The preview has taken the focus; it goes where the person works on.
    const { value } = split;
    if (isWanted && value !== undefined) await openAt(server.fromProtocol(value.uri), value.range);
    else await vscode.window.showTextDocument(document);
    if (isWanted) void sayWhatIsWritten(split, document.uri, server);
  },
};

/** All files in one step for undo. Throws an Error with a sentence for the user when the file has changed meanwhile. */
async function write(split: WriteSplitArguments, document: vscode.TextDocument, server: AirlockServer): Promise<void> {
  if (document.version !== split.version) {
    throw new Error(vscode.l10n.t('The file has changed meanwhile. Open the lightbulb again.'));
  }
  const edit = new vscode.WorkspaceEdit();
  for (const { range, newText } of split.edits) edit.replace(document.uri, toRange(range), newText);
  for (const { uri, text, isBeside = false } of split.created) {
    // With its text: an empty file that is filled by an edit cannot be undone in one step once it is saved.
    const contents = new TextEncoder().encode(text);
    edit.createFile(server.fromProtocol(uri), { contents, overwrite: isBeside, ignoreIfExists: false });
  }
  // A refactoring is saved as a whole: the new files are on the disk, and the old statement must not be.
  if (!(await vscode.workspace.applyEdit(edit, { isRefactoring: true }))) {
    throw new Error(vscode.l10n.t('Nothing was written: one of the files is there already.'));
  }
}

async function openAt(uri: vscode.Uri, range: WireRange): Promise<void> {
  const selection = toRange(range);
  const editor = await vscode.window.showTextDocument(uri, { preview: false, selection });
  editor.revealRange(selection, vscode.TextEditorRevealType.InCenter);
}

function toRange({ start, end }: WireRange): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

async function sayWhatIsWritten(split: WriteSplitArguments, edited: vscode.Uri, server: AirlockServer): Promise<void> {
  const show = vscode.l10n.t('Show in Explorer');
  const [first] = split.created;
  // With a button the message is shown whole, not its first line.
  const answer = await vscode.window.showInformationMessage(whatWasWritten(split, edited), show);
  if (answer === show && first) {
    await vscode.commands.executeCommand('revealInExplorer', server.fromProtocol(first.uri));
  }
}

/** One message, the gravest first, for only its start is seen at once: what must wait, what is left to do, what there is. */
function whatWasWritten({ created, value }: WriteSplitArguments, edited: vscode.Uri): string {
  const steps = created.filter(({ isDown, isBeside = false }) => !isDown && !isBeside);
  const later = steps.flatMap((step) =>
    step.gate === undefined
      ? []
      : [vscode.l10n.t('{0} and what follows it ship in a later release, when {1}', fileName(step), step.gate)],
  );
  const open = value === undefined ? [] : [vscode.l10n.t('Write the selected value before you run it.')];
  const written = vscode.l10n.t('New behind {0}: {1}.', nameOf(edited.path), steps.map(fileName).join(', '));
  return [...later, ...open, written].join(' ');
}

function fileName({ uri }: SplitFile): string {
  return nameOf(vscode.Uri.parse(uri).path);
}

function nameOf(uriPath: string): string {
  return path.posix.basename(uriPath);
}
