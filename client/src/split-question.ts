import * as vscode from 'vscode';
import { fileName } from './file-name.js';
import type { PlannedFiles, SplitPreview } from './split-preview.js';

/** What changes and what is new, in one line. */
function whatIsNew({ created }: PlannedFiles, edited: string | undefined): string {
  if (edited === undefined)
    return created.length === 1
      ? vscode.l10n.t('1 file is new: read it below')
      : vscode.l10n.t('{0} files are new: read them below', created.length);
  if (created.length === 0) return vscode.l10n.t('{0} changes: read it below', edited);
  return created.length === 1
    ? vscode.l10n.t('{0} changes, 1 file is new: read them below', edited)
    : vscode.l10n.t('{0} changes, {1} files are new: read them below', edited, created.length);
}

/** What a person wants written: everything, or what ships in the first release. */
export type Wanted = 'all' | 'release';

interface Answer extends vscode.QuickPickItem {
  readonly wanted: Wanted | undefined;
}

/**
 * Asks whether a split may be written, while its preview can be read and scrolled. Undefined when the person cancels,
 * presses Escape or closes the preview. `mayWait`: what ships later can be written later.
 */
export function askToWrite(
  split: PlannedFiles,
  preview: SplitPreview,
  edited: vscode.Uri | undefined,
  mayWait: boolean,
): Promise<Wanted | undefined> {
  if (preview.isClosed()) return Promise.resolve(undefined);
  const changed = split.edits.length > 0 ? 1 : 0;
  const later = split.created.find(({ gate }) => gate !== undefined);
  const yes: Answer = {
    label:
      split.created.length + changed === 1
        ? vscode.l10n.t('$(check) Write the File')
        : vscode.l10n.t('$(check) Write {0} Files', split.created.length + changed),
    ...(later && {
      description: vscode.l10n.t('in a later release: from {0} on', fileName(vscode.Uri.parse(later.uri))),
    }),
    wanted: 'all',
  };
  const first: Answer = {
    label: vscode.l10n.t('$(check) Write the Files of the First Release'),
    description: vscode.l10n.t('Continue This Change writes the others when it is deployed'),
    wanted: 'release',
  };
  const no: Answer = {
    label: vscode.l10n.t('$(close) Cancel'),
    description: vscode.l10n.t('nothing is written'),
    wanted: undefined,
  };
  const pick = vscode.window.createQuickPick<Answer>();
  // No title: the tab has it, and every line here hides one of the first file.
  pick.placeholder = whatIsNew(split, edited && fileName(edited));
  pick.items = [yes, ...(later && mayWait ? [first] : []), no];
  // It stays while the person clicks into the preview to read it.
  pick.ignoreFocusOut = true;
  return new Promise((resolve) => {
    const subscriptions = [
      pick.onDidAccept(() => done(pick.selectedItems[0]?.wanted)),
      pick.onDidHide(() => done(undefined)),
      preview.onDidClose(() => done(undefined)),
    ];
    const done = (answer: Wanted | undefined): void => {
      for (const subscription of subscriptions) subscription.dispose();
      pick.dispose();
      resolve(answer);
    };
    pick.show();
  });
}
