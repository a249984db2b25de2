import * as vscode from 'vscode';
import { methods } from '../../../server/src/protocol/messages/messages.js';
import type {
  CaptureStatisticsParams,
  CaptureStatisticsResult,
} from '../../../server/src/protocol/messages/messages.js';
import { changeConfig, configName, nearestConfig, readConfig } from '../config-edit.js';
import type { Command } from './command.js';

const fileName = 'airlock.stats.json';

/** Airlock: Capture Table Sizes. Writes the file that `stats` of airlock.config.json names, and names it there. */
export const captureTableSizes: Command = {
  id: 'airlock.captureTableSizes',
  async run({ server, databases }) {
    const config = await nearestConfig(vscode.window.activeTextEditor?.document.uri);
    if (config === undefined)
      throw new Error(vscode.l10n.t('Open a folder first: the sizes are kept in a file of it.'));
    const title = vscode.l10n.t('Capture Table Sizes');
    const chosen = await databases.choose('sizes', config, title);
    if (chosen === undefined) return;
    if (chosen.url !== undefined) server.hideInLog(chosen.url);

    const named = await readConfig(config, 'stats');
    const name = typeof named === 'string' ? named : fileName;
    const file = vscode.Uri.joinPath(config, '..', name);
    if (!file.path.startsWith(`${vscode.Uri.joinPath(config, '..').path.replace(/\/$/, '')}/`))
      throw new Error(vscode.l10n.t('"stats" of {0} leads out of the folder: {1}', configName, name));
    const params: CaptureStatisticsParams = { uri: server.toProtocol(file), ...chosen };
    const taken = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: vscode.l10n.t('Reading table sizes'),
        cancellable: true,
      },
      async (_progress, token) => {
        try {
          return await server.request<CaptureStatisticsResult>(methods.captureStatistics, params, token);
        } catch (error) {
          if (token.isCancellationRequested) return undefined;
          throw error;
        }
      },
    );
    if (taken === undefined) return;
    await databases.keep('sizes', config, chosen, taken.address);
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(taken.text));
    if (named !== name) await changeConfig(config, 'stats', () => name);
    await report(taken, file);
  },
};

async function report({ tables, address, remarks }: CaptureStatisticsResult, file: vscode.Uri): Promise<void> {
  const name = vscode.workspace.asRelativePath(file);
  const said = [
    tables === 1
      ? vscode.l10n.t(
          '{0} has the size of the one table of {1}. It holds numbers and names, and no rows.',
          name,
          address,
        )
      : vscode.l10n.t(
          '{0} has the sizes of the {1} tables of {2}. It holds numbers and names, and no rows.',
          name,
          tables,
          address,
        ),
    ...remarks,
  ].join(' ');
  const open = vscode.l10n.t('Open {0}', vscode.workspace.asRelativePath(file, false));
  const show = remarks.length > 0 ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  if ((await show(said, open)) === open) await vscode.window.showTextDocument(file);
}
