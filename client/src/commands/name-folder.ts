import * as vscode from 'vscode';
import { changeConfig, configName, nearestConfig } from '../config-edit.js';
import type { Command } from './command.js';
import { targetFile } from './target-file.js';

/** Airlock: Treat This Folder as Migrations. Adds it to `migrations` in airlock.config.json. */
export const treatAsMigrations: Command = {
  id: 'airlock.treatAsMigrations',
  run: (_context, argument) => nameFolder(argument, 'migrations', '**/*.sql'),
};

/** Airlock: Not PostgreSQL Here. Adds the folder to `ignore` in airlock.config.json. */
export const notPostgres: Command = {
  id: 'airlock.notPostgres',
  run: (_context, argument) => nameFolder(argument, 'ignore', '**'),
};

/** Adds the globs of a folder, or of a file's folder, to a list of the configuration that holds there. */
async function nameFolder(argument: unknown, key: 'migrations' | 'ignore', files: string): Promise<void> {
  // A code action hands over the URI as the protocol writes it.
  const target = typeof argument === 'string' ? vscode.Uri.parse(argument, true) : targetFile(argument);
  const { type } = await vscode.workspace.fs.stat(target);
  const folder = type & vscode.FileType.Directory ? target : vscode.Uri.joinPath(target, '..');
  const config = await nearestConfig(target);
  if (config === undefined) throw new Error(vscode.l10n.t('Open a folder first: this is kept in its {0}.', configName));
  const root = vscode.Uri.joinPath(config, '..').path;
  const below = folder.path === root ? '' : `${folder.path.slice(root.length + 1)}/`;
  const glob = `${below}${files}`;
  await changeConfig(config, key, (now) => [...new Set([...(Array.isArray(now) ? (now as unknown[]) : []), glob])]);
  const open = vscode.l10n.t('Open {0}', configName);
  const said =
    key === 'migrations'
      ? vscode.l10n.t('Airlock checks {0} as migrations from now on.', glob)
      : vscode.l10n.t('Airlock leaves {0} alone from now on.', glob);
  const picked = await vscode.window.showInformationMessage(said, open);
  if (picked === open) await vscode.window.showTextDocument(config);
}
