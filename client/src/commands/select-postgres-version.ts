import * as vscode from 'vscode';
import { changeConfig, configName, nearestConfig, readConfig } from '../config-edit.js';
import { complete } from '../walkthrough.js';
import type { Command } from './command.js';

const versions = [18, 17, 16, 15, 14];

/** Airlock: Select PostgreSQL Version. Writes `postgres` to airlock.config.json, which the command line reads too. */
export const selectPostgresVersion: Command = {
  id: 'airlock.selectPostgresVersion',
  async run() {
    const from = vscode.window.activeTextEditor?.document.uri;
    const config = await nearestConfig(from);
    if (config === undefined) {
      throw new Error(vscode.l10n.t('Open a folder first: the version is kept in its {0}.', configName));
    }
    const now = await readConfig(config, 'postgres');
    const picked = await vscode.window.showQuickPick(
      versions.map((version) => ({
        label: vscode.l10n.t('PostgreSQL {0}', version),
        description: version === now ? vscode.l10n.t('now') : '',
        version,
      })),
      {
        placeHolder: vscode.l10n.t(
          'The oldest version that the migrations run on (kept in {0})',
          vscode.workspace.asRelativePath(config),
        ),
      },
    );
    if (picked === undefined) return;
    await changeConfig(config, 'postgres', () => picked.version);
    await complete('version');
  },
};
