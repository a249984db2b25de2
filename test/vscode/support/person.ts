import * as vscode from 'vscode';
import { onTimeout, until } from './editor.js';

/** Acts and looks as a person does, through the browser that shows the workbench; see launcher/driver.js. */
const driver = process.env.E2E_DRIVER_URL;

/** False in the desktop VS Code, where no browser can be asked. */
export const canAct = driver !== undefined;

async function ask<T>(what: string, query: Record<string, string>): Promise<T> {
  const response = await fetch(`${driver}/${what}?${new URLSearchParams(query).toString()}`);
  const answer = (await response.json()) as { ok: boolean; value: T; error?: string };
  if (!answer.ok) throw new Error(answer.error);
  return answer.value;
}

/** Presses a key or a chord, such as "Control+Period". */
export const press = (key: string): Promise<void> => ask('press', { key });

export const type = (text: string): Promise<void> => ask('type', { text });

/** Moves the pointer over the first element that a CSS selector finds. */
export const hover = (selector: string): Promise<void> => ask('hover', { selector });

/** Clicks on the first element that a CSS selector finds. */
export const click = (selector: string): Promise<void> => ask('click', { selector });

/** How many elements a CSS selector finds. */
export const count = (selector: string): Promise<number> => ask('count', { selector });

/** The texts of the elements that a CSS selector finds. */
export const texts = (selector: string): Promise<string[]> => ask('text', { selector });

/** Saves what is on the screen as `name`.png in the folder of the screenshots. */
export async function screenshot(name: string): Promise<void> {
  const folder = process.env.AIRLOCK_E2E_SHOTS;
  if (folder === undefined) return;
  await vscode.workspace.fs.createDirectory(vscode.Uri.file(folder));
  await ask('screenshot', { path: `${folder}/${name}.png` });
}

let timeouts = 0;
if (canAct) onTimeout(() => screenshot(`timeout-${++timeouts}`));

/** Waits until an element is on the screen. */
export async function seen(selector: string): Promise<void> {
  await until(`${selector} on the screen`, async () => (await count(selector)) > 0);
}

/** Presses a key again and again until something is so: a key pressed while the workbench is busy gets lost. */
export async function pressUntilSo(
  what: string,
  key: string,
  isSo: () => Promise<boolean>,
  focus = async (): Promise<void> => {},
): Promise<void> {
  let next = 0;
  await until(what, async () => {
    if (await isSo()) return true;
    if (Date.now() > next) {
      next = Date.now() + 2500;
      await focus();
      await press(key);
    }
    return false;
  });
}

/** Presses a key in the editor until an element shows. */
export async function pressUntil(key: string, selector: string): Promise<void> {
  const focus = async (): Promise<void> => {
    await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
  };
  await pressUntilSo(`${selector} after ${key}`, key, async () => (await count(selector)) > 0, focus);
}

/** The list of notifications: the toasts are switched off where a suite drives the workbench. */
export async function notifications(): Promise<string> {
  await vscode.commands.executeCommand('notifications.showList');
  await seen('.notifications-center .notification-list-item-message');
  return (await texts('.notifications-center')).join('\n');
}
