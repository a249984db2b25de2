import * as vscode from 'vscode';

/** A file of the copied fixtures. */
export function fixture(file: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) throw new Error('the tests need the fixtures as their workspace');
  return vscode.Uri.joinPath(folder.uri, file);
}

/** Opens a file in an editor, as it stands on disk. */
export async function open(uri: vscode.Uri): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
}

/** Throws away every editor and every unsaved change, and leaves no dialog behind. */
export async function closeAll(): Promise<void> {
  for (;;) {
    // While a setting is changed the workbench edits and saves its own file: that is none of a test's.
    const dirty = vscode.workspace.textDocuments.find(
      ({ isDirty, isClosed, uri }) => isDirty && !isClosed && !uri.path.endsWith('/User/settings.json'),
    );
    if (dirty === undefined) break;
    await vscode.window.showTextDocument(dirty);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

let beforeFailure: () => Promise<void> = async () => {};

/** What is done when a wait has failed and everything is still as it was then, such as a screenshot. */
export function onTimeout(run: () => Promise<void>): void {
  beforeFailure = run;
}

/**
 * Waits until `condition` gives something else than undefined or false, asking again on each event and, for what has
 * no event, every 100 ms. The deadline is the condition's failure, not its success.
 */
export async function until<T>(
  what: string,
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  events: readonly vscode.Event<unknown>[] = [],
  limit = 20_000,
): Promise<T> {
  const end = Date.now() + limit;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > end) {
      await beforeFailure();
      throw new Error(`waited ${limit} ms for ${what}`);
    }
    await new Promise<void>((resolve) => {
      const subscriptions = events.map((event) => event(() => done()));
      const timer = setTimeout(() => done(), 100);
      const done = (): void => {
        clearTimeout(timer);
        for (const subscription of subscriptions) subscription.dispose();
        resolve();
      };
    });
  }
}

/** Airlock's diagnostics of a file, in the order of the text. */
export function findings(uri: vscode.Uri): readonly vscode.Diagnostic[] {
  return vscode.languages
    .getDiagnostics(uri)
    .filter((diagnostic) => diagnostic.source === 'Airlock')
    .sort((a, b) => a.range.start.compareTo(b.range.start));
}

/** The rule ids of those diagnostics. */
export function ruleIds(uri: vscode.Uri): readonly string[] {
  return findings(uri).map(ruleOf);
}

/** The rule of a diagnostic, whose code is the id with a link. */
export function ruleOf(diagnostic: vscode.Diagnostic): string {
  const { code } = diagnostic;
  return String(typeof code === 'object' ? code.value : code);
}

/** Waits for a finding of a rule and returns it. */
export function findingOf(uri: vscode.Uri, rule: string): Promise<vscode.Diagnostic> {
  return until(
    `a finding of ${rule} in ${uri.path}`,
    () => findings(uri).find((diagnostic) => ruleOf(diagnostic) === rule),
    [vscode.languages.onDidChangeDiagnostics],
  );
}

/** Waits until a file has no finding of a rule. Only meaningful after `findingOf` has seen one. */
export async function goneFrom(uri: vscode.Uri, rule: string): Promise<void> {
  await until(`${rule} to be gone from ${uri.path}`, () => !ruleIds(uri).includes(rule), [
    vscode.languages.onDidChangeDiagnostics,
  ]);
}

/** The text under a range. */
export function textAt(editor: vscode.TextEditor, range: vscode.Range): string {
  return editor.document.getText(range);
}

/** The lightbulb's entries for a range, as VS Code would list them. */
export async function codeActions(uri: vscode.Uri, range: vscode.Range, kind?: string): Promise<vscode.CodeAction[]> {
  return vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', uri, range, kind, 50);
}

/** The hover's text at a position. */
export async function hoverText(uri: vscode.Uri, position: vscode.Position): Promise<string> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', uri, position);
  return hovers
    .flatMap((hover) => hover.contents)
    .map((content) => (typeof content === 'string' ? content : content.value))
    .join('\n');
}

/** Applies a code action as choosing it in the menu does: its edit, then its command. */
export async function apply(action: vscode.CodeAction): Promise<void> {
  if (action.edit !== undefined) await vscode.workspace.applyEdit(action.edit);
  if (action.command !== undefined) {
    await vscode.commands.executeCommand(action.command.command, ...(action.command.arguments ?? []));
  }
}
