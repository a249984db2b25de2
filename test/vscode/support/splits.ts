import * as vscode from 'vscode';
import { until } from './editor.js';

/** Color themes by what people call them. */
export const themes = { light: 'Default Light Modern', dark: 'Default Dark Modern' } as const;

/** Answers the question with its first entry, again and again until it is taken: a busy workbench loses commands. */
export async function accept(asked: Promise<void>): Promise<void> {
  let isTaken = false;
  const taken = asked.finally(() => {
    isTaken = true;
  });
  await until('the answer to be taken', async () => {
    if (isTaken) return true;
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    await Promise.race([taken, new Promise((resolve) => setTimeout(resolve, 3000))]);
    return isTaken;
  });
  await taken;
}

/** The titles of all open tabs. */
export function tabs(): string[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label));
}

export async function exists(file: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(file);
    return true;
  } catch {
    return false;
  }
}

/** The saved text of a file. */
export async function onDisk(file: vscode.Uri): Promise<string> {
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
}

/** Sets the color theme; undefined for the one that was there. */
export async function useTheme(theme: string | undefined): Promise<void> {
  const workbench = vscode.workspace.getConfiguration('workbench');
  await workbench.update('colorTheme', theme, vscode.ConfigurationTarget.Global);
}
