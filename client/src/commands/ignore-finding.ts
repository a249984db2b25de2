import * as vscode from 'vscode';
import { clientCommands } from '../../../server/src/protocol/messages/messages.js';
import { changeConfig, configName, nearestConfig } from '../config-edit.js';
import type {
  IgnoreFindingArguments,
  IgnoreInConfigArguments,
  WireIgnorePlace,
} from '../../../server/src/protocol/messages/messages.js';
import type { Command } from './command.js';

/** "Ignore …" of a code action: asks how far and why, then writes the comment. Without a reason, nothing. */
export const ignoreFinding: Command = {
  id: clientCommands.ignoreFinding,
  async run({ server }, argument) {
    const where = argument as IgnoreFindingArguments;
    const place = await pickPlace(where);
    if (place === undefined) return;
    const reason = await askForReason(where.rule);
    if (reason === undefined) return;
    const document = await vscode.workspace.openTextDocument(server.fromProtocol(where.uri));
    if (document.version !== where.version) {
      throw new Error(vscode.l10n.t('The file has changed meanwhile. Open the lightbulb again.'));
    }
    const edit = new vscode.WorkspaceEdit();
    const position = new vscode.Position(place.position.line, place.position.character);
    edit.insert(document.uri, position, place.before + oneLine(reason) + place.after);
    await vscode.workspace.applyEdit(edit);
  },
};

/** The same for a file that has run, and is not edited: the reason goes into airlock.config.json. */
export const ignoreInConfig: Command = {
  id: clientCommands.ignoreInConfig,
  async run({ server }, argument) {
    const { uri, rule } = argument as IgnoreInConfigArguments;
    const file = server.fromProtocol(uri);
    const config = await nearestConfig(file);
    if (config === undefined)
      throw new Error(vscode.l10n.t('Open a folder first: this is kept in its {0}.', configName));
    const reason = await askForReason(rule);
    if (reason === undefined) return;
    const root = vscode.Uri.joinPath(config, '..').path;
    const files = file.path.slice(root.length + 1);
    await changeConfig(config, 'suppressions', (now) => [
      ...(Array.isArray(now) ? (now as unknown[]) : []),
      { files, rule, reason: oneLine(reason) },
    ]);
    await vscode.window.showTextDocument(config);
  },
};

/** A reason; undefined where the person gives none. */
async function askForReason(rule: string): Promise<string | undefined> {
  const reason = await vscode.window.showInputBox({
    title: vscode.l10n.t('Ignore {0}', rule),
    prompt: vscode.l10n.t('Why is it safe here? The reason is kept in the file, for whoever reads it next.'),
    placeHolder: vscode.l10n.t('the table is empty until the feature flag is on'),
    validateInput: (text) => (isReason(text) ? undefined : vscode.l10n.t('A reason is required.')),
  });
  return reason !== undefined && isReason(reason) ? reason : undefined;
}

/** One question instead of two entries for each rule in the lightbulb's menu. */
async function pickPlace({ rule, statement, file }: IgnoreFindingArguments): Promise<WireIgnorePlace | undefined> {
  const picked = await vscode.window.showQuickPick(
    [
      { label: vscode.l10n.t('For this statement'), place: statement },
      { label: vscode.l10n.t('For the whole file'), place: file },
    ],
    { title: vscode.l10n.t('Ignore {0}', rule), placeHolder: vscode.l10n.t('How far? The reason comes next.') },
  );
  return picked?.place;
}

function isReason(text: string): boolean {
  return oneLine(text) !== '';
}

/** The comment ends at the line's end, so a reason pasted with line breaks must lose them. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
