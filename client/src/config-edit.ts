import { applyEdits, findNodeAtLocation, getNodeValue, modify, parseTree } from 'jsonc-parser';
import * as vscode from 'vscode';
import { replaceAll } from './commands/target-file.js';

export const configName = 'airlock.config.json';

/** The configuration in force for `from`: the nearest one upwards, else where a new one belongs, the workspace folder. */
export async function nearestConfig(from: vscode.Uri | undefined): Promise<vscode.Uri | undefined> {
  const folder = (from && vscode.workspace.getWorkspaceFolder(from)) ?? vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) return undefined;
  const top = vscode.Uri.joinPath(folder.uri, configName);
  if (from === undefined || from.scheme !== folder.uri.scheme) return top;
  for (let at = from; at.path.length > folder.uri.path.length; at = vscode.Uri.joinPath(at, '..')) {
    const candidate = vscode.Uri.joinPath(at, '..', configName);
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

/** What a configuration says of a key; undefined where it is not there or says nothing. */
export async function readConfig(config: vscode.Uri, key: string): Promise<unknown> {
  if (!(await exists(config))) return undefined;
  const root = parseTree((await vscode.workspace.openTextDocument(config)).getText());
  const node = root && findNodeAtLocation(root, [key]);
  return node && getNodeValue(node);
}

/**
 * Changes one value of a configuration, which is made when it is not there; comments and formatting stay. `value` gets
 * what stands there now.
 */
export async function changeConfig(config: vscode.Uri, key: string, value: (now: unknown) => unknown): Promise<void> {
  if (!(await exists(config))) {
    const text = `${JSON.stringify({ [key]: value(undefined) }, null, 2)}\n`;
    await vscode.workspace.fs.writeFile(config, new TextEncoder().encode(text));
    return;
  }
  const document = await vscode.workspace.openTextDocument(config);
  const edit = new vscode.WorkspaceEdit();
  replaceAll(edit, document, withValue(document.getText(), key, value));
  await vscode.workspace.applyEdit(edit);
  await document.save();
}

/** The configuration's text with one value changed; comments and formatting stay. */
export function withValue(text: string, key: string, value: (now: unknown) => unknown): string {
  const source = text.trim() === '' ? '{}\n' : text;
  const eol = source.includes('\r\n') ? '\r\n' : '\n';
  const formattingOptions = { insertSpaces: !/^\t/m.test(source), tabSize: 2, eol };
  const root = parseTree(source);
  const node = root && findNodeAtLocation(root, [key]);
  const changed = value(node ? getNodeValue(node) : undefined);
  return applyEdits(source, modify(source, [key], changed, { formattingOptions }));
}
