import { applyEdits, modify } from 'jsonc-parser';
import * as vscode from 'vscode';
import type { Command } from './command.js';
import { replaceAll } from './target-file.js';

const versions = [18, 17, 16, 15, 14];
const fileName = 'airlock.config.json';

/** Airlock: Select PostgreSQL Version. Writes `postgres` to airlock.config.json, which the command line reads too. */
export const selectPostgresVersion: Command = {
  id: 'airlock.selectPostgresVersion',
  async run() {
    const from = vscode.window.activeTextEditor?.document.uri;
    const config = await nearestConfig(from);
    if (config === undefined) {
      throw new Error(vscode.l10n.t('Open a folder first: the version is kept in its {0}.', fileName));
    }
    const picked = await vscode.window.showQuickPick(
      versions.map((version) => ({ label: vscode.l10n.t('PostgreSQL {0}', version), version })),
      {
        placeHolder: vscode.l10n.t(
          'The oldest version that the migrations run on (kept in {0})',
          vscode.workspace.asRelativePath(config),
        ),
      },
    );
    if (picked !== undefined) await writeVersion(config, picked.version);
  },
};

/** The configuration in force for `from`: the nearest one upwards, else where a new one belongs, the workspace folder. */
async function nearestConfig(from: vscode.Uri | undefined): Promise<vscode.Uri | undefined> {
  const folder = (from && vscode.workspace.getWorkspaceFolder(from)) ?? vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) return undefined;
  const top = vscode.Uri.joinPath(folder.uri, fileName);
  if (from === undefined || from.scheme !== folder.uri.scheme) return top;
  for (let at = from; at.path.length > folder.uri.path.length; at = vscode.Uri.joinPath(at, '..')) {
    const candidate = vscode.Uri.joinPath(at, '..', fileName);
    if (await exists(candidate)) return candidate;
  }
  return top;
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}

async function writeVersion(config: vscode.Uri, version: number): Promise<void> {
  if (!(await exists(config))) {
    const text = `${JSON.stringify({ postgres: version }, null, 2)}\n`;
    await vscode.workspace.fs.writeFile(config, new TextEncoder().encode(text));
    return;
  }
  const document = await vscode.workspace.openTextDocument(config);
  const edit = new vscode.WorkspaceEdit();
  replaceAll(edit, document, setPostgres(document.getText(), version));
  await vscode.workspace.applyEdit(edit);
  await document.save();
}

/** The configuration's text with `postgres` set; comments and formatting stay. */
export function setPostgres(text: string, version: number): string {
  const source = text.trim() === '' ? '{}\n' : text;
  const eol = source.includes('\r\n') ? '\r\n' : '\n';
  const formattingOptions = { insertSpaces: !/^\t/m.test(source), tabSize: 2, eol };
  return applyEdits(source, modify(source, ['postgres'], version, { formattingOptions }));
}
