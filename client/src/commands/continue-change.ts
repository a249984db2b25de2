import * as vscode from 'vscode';
import { methods } from '../../../server/src/protocol/messages/messages.js';
import type {
  ContinueChangeParams,
  OpenChangesParams,
  OpenChangeSummary,
} from '../../../server/src/protocol/messages/open-changes.js';
import type { SafeMigrationResult } from '../../../server/src/protocol/messages/messages.js';
import { chosenFolder } from '../migration-folder.js';
import { askedToWrite } from '../split-writing.js';
import type { Command } from './command.js';
import { writeAndShow } from './new-safe-migration.js';

/**
 * Airlock: Continue This Change. Shows the next step of a change that an earlier release has begun, and writes it. Where
 * that step is written already, opens it and says when it ships.
 */
export const continueChange: Command = {
  id: 'airlock.continueChange',
  async run(context) {
    const { server, documents } = context;
    const title = vscode.l10n.t('Continue this change');
    const folder = await chosenFolder(server, title);
    if (folder === undefined) return;
    const params: OpenChangesParams = { uri: folder.uri };
    const changes = await server.request<OpenChangeSummary[]>(methods.openChanges, params);
    if (changes.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t('Every change of this folder is finished.'));
      return;
    }
    const change = await chosenChange(changes, vscode.l10n.t('Continue which change'));
    if (change === undefined) return;
    const isDeployed = change.written !== undefined;
    if (change.written !== undefined) {
      await vscode.window.showTextDocument(server.fromProtocol(change.written), { preview: false });
      if (!(await isSaidToBeDeployed(change))) return;
    }
    const wanted: ContinueChangeParams = { ...params, name: change.name, isDeployed };
    const planned = await server.request<SafeMigrationResult>(methods.continueChange, wanted);
    if ((await askedToWrite({ ...planned, edits: [] }, undefined, server, documents)) === undefined) return;
    await writeAndShow(planned, context);
  },
};

interface ChangeItem extends vscode.QuickPickItem {
  readonly change: OpenChangeSummary;
}

/** Asks which, where there are several. */
async function chosenChange(
  changes: readonly OpenChangeSummary[],
  title: string,
): Promise<OpenChangeSummary | undefined> {
  const [only, ...others] = changes;
  if (others.length === 0) return only;
  const items = changes.map(
    (change): ChangeItem => ({ label: change.name, description: change.begun, detail: change.next, change }),
  );
  const found = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: vscode.l10n.t('Which change? Below each stands what is next.'),
    matchOnDetail: true,
  });
  return found?.change;
}

/** Says what waits; true where the person knows better and a later step is still to be written. */
async function isSaidToBeDeployed({ next, isMissing }: OpenChangeSummary): Promise<boolean> {
  const isThere = vscode.l10n.t('It Is Deployed');
  const answer = await vscode.window.showInformationMessage(next, ...(isMissing ? [isThere] : []));
  return answer === isThere;
}
