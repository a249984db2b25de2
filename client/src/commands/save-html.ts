import * as vscode from 'vscode';

/** Asks where an HTML file goes, writes it, and offers to open it. In: a file name in Markdown's form, and what is said then. */
export async function saveHtml(
  beside: vscode.Uri,
  name: string,
  text: string,
  saved: (file: string) => string,
): Promise<void> {
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(beside, '..', name.replace(/\.md$/, '.html')),
    filters: { HTML: ['html'] },
  });
  if (!target) return;
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
  const open = vscode.l10n.t('Open in Browser');
  const chosen = await vscode.window.showInformationMessage(saved(vscode.workspace.asRelativePath(target)), open);
  if (chosen === open) await vscode.env.openExternal(target);
}
