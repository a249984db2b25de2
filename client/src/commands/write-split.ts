import * as vscode from 'vscode';
import { clientCommands } from '../../../server/src/protocol/messages/messages.js';
import type { SplitFile, WriteSplitArguments } from '../../../server/src/protocol/messages/messages.js';
import type { AirlockServer } from '../language-client.js';
import { fileName } from '../file-name.js';
import { askedToWrite, openAt, writeFiles } from '../split-writing.js';
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
    const isWanted = (await askedToWrite(split, document, server, documents)) !== undefined;
    if (isWanted) {
      if (document.version !== split.version)
        throw new Error(vscode.l10n.t('The file has changed meanwhile. Open the lightbulb again.'));
      await writeFiles(split, document.uri, server);
    }
    // The preview has taken the focus; it goes where the person works on.
    const { value } = split;
    if (isWanted && value !== undefined) await openAt(server.fromProtocol(value.uri), value.range);
    else await vscode.window.showTextDocument(document);
    if (isWanted) void sayWhatIsWritten(split, document.uri, server);
  },
};

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
      : [vscode.l10n.t('{0} and what follows it ship in a later release, when {1}', nameOf(step), step.gate)],
  );
  const open = value === undefined ? [] : [vscode.l10n.t('Write the selected value before you run it.')];
  const written = vscode.l10n.t('New behind {0}: {1}.', fileName(edited), steps.map(nameOf).join(', '));
  return [...later, ...open, written].join(' ');
}

function nameOf({ uri }: SplitFile): string {
  return fileName(vscode.Uri.parse(uri));
}
