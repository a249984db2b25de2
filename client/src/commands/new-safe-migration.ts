import * as vscode from 'vscode';
import { methods } from '../../../server/src/protocol/messages/messages.js';
import type {
  PatternChoice,
  PatternChoicesParams,
  PatternSummary,
  SafeMigrationParams,
  SafeMigrationResult,
} from '../../../server/src/protocol/messages/messages.js';
import { fileName } from '../file-name.js';
import { chosenFolder } from '../migration-folder.js';
import { askedToWrite, openAt, writeFiles } from '../split-writing.js';
import type { Command, CommandContext } from './command.js';
import { chosenPattern } from './open-pattern.js';

type Field = PatternSummary['fields'][number];

/**
 * Airlock: New Safe Migration…. Asks for a pattern and what it needs, shows the files, and writes all of them or none.
 * One undo takes them back.
 */
export const newSafeMigration: Command = {
  id: 'airlock.newSafeMigration',
  async run(context) {
    const { server, documents } = context;
    const folder = await chosenFolder(server, vscode.l10n.t('New safe migration'));
    if (folder === undefined) return;
    const pattern = await chosenPattern(context, vscode.l10n.t('New safe migration'));
    if (pattern === undefined) return;
    const values = await valuesFor(pattern, folder.uri, context);
    if (values === undefined) return;
    const params: SafeMigrationParams = { uri: folder.uri, pattern: pattern.id, values };
    const all = await server.request<SafeMigrationResult>(methods.safeMigration, params);
    const wanted = await askedToWrite({ ...all, edits: [] }, undefined, server, documents, true);
    if (wanted === undefined) return;
    const release: SafeMigrationParams = { ...params, which: 'release' };
    const planned = wanted === 'all' ? all : await server.request<SafeMigrationResult>(methods.safeMigration, release);
    await writeAndShow(planned, context);
  },
};

/** Writes new migrations, opens the first or the value that is still to be written, and says what is left to do. */
export async function writeAndShow(planned: SafeMigrationResult, { server }: CommandContext): Promise<void> {
  await writeFiles({ ...planned, edits: [] }, undefined, server);
  const [first] = planned.created;
  if (planned.value) await openAt(server.fromProtocol(planned.value.uri), planned.value.range);
  else if (first) await vscode.window.showTextDocument(server.fromProtocol(first.uri), { preview: false });
  void vscode.window.showInformationMessage(whatIsLeft(planned));
}

/** Asks for each field in turn; undefined when the person turns away. */
async function valuesFor(
  pattern: PatternSummary,
  uri: string,
  { server }: CommandContext,
): Promise<Record<string, string> | undefined> {
  const values: Record<string, string> = {};
  for (const [index, field] of pattern.fields.entries()) {
    const params: PatternChoicesParams = { uri, pattern: pattern.id, field: field.name, values };
    const choices = await server.request<PatternChoice[]>(methods.patternChoices, params);
    const title = `${pattern.title} (${index + 1}/${pattern.fields.length})`;
    const value = choices.length > 0 ? await picked(field, choices, title) : await typed(field, title);
    if (value === undefined) return undefined;
    if (value !== '') values[field.name] = value;
  }
  return values;
}

async function picked(field: Field, choices: readonly PatternChoice[], title: string): Promise<string | undefined> {
  const items = choices.map(({ value, detail }) => ({ label: value, description: detail ?? '', value }));
  if (field.kind === 'columns') {
    const found = await vscode.window.showQuickPick(items, { title, placeHolder: field.title, canPickMany: true });
    return found && found.length > 0 ? found.map(({ value }) => value).join(', ') : undefined;
  }
  const none = { label: vscode.l10n.t('Leave it out'), description: '', value: '' };
  const found = await vscode.window.showQuickPick(field.optional ? [none, ...items] : items, {
    title,
    placeHolder: field.title,
    matchOnDescription: true,
  });
  return found?.value;
}

function typed(field: Field, title: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title,
    prompt: field.optional ? vscode.l10n.t('{0} (can be left empty)', field.title) : field.title,
    ignoreFocusOut: true,
    validateInput: (text) =>
      field.optional || text.trim() !== '' ? undefined : vscode.l10n.t('Something has to stand here.'),
  });
}

/** One message, the gravest first, for only its start is seen at once. */
function whatIsLeft({ created, before, value }: SafeMigrationResult): string {
  const later = created.find(({ gate, isDown }) => gate !== undefined && !isDown);
  const name = (uri: string): string => fileName(vscode.Uri.parse(uri));
  return [
    ...(before === undefined ? [] : [vscode.l10n.t('Before the first one runs: {0}', before)]),
    ...(later?.gate === undefined
      ? []
      : [vscode.l10n.t('{0} and what follows it ship in a later release, when {1}', name(later.uri), later.gate)]),
    ...(value === undefined ? [] : [vscode.l10n.t('Write the selected value before you run it.')]),
    vscode.l10n.t('{0} files are new.', created.length),
  ].join(' ');
}
