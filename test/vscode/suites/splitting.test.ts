import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { apply, closeAll, codeActions, findingOf, fixture, goneFrom, open, ruleIds, until } from '../support/editor.js';
import { accept, exists, onDisk, tabs, themes, useTheme } from '../support/splits.js';
import { canAct, count, notifications, press, pressUntil, screenshot, seen, texts } from '../support/person.js';

const uri = fixture('migrations/0008_priority.sql');
const created = [
  '0009_backfill_orders_priority.sql',
  '0010_set_orders_priority_not_null.sql',
  '0009_backfill_orders_priority.down.sql',
  '0010_set_orders_priority_not_null.down.sql',
].map((name) => fixture(`migrations/${name}`));
const [backfill] = created as [vscode.Uri];
const placeholder = 'NULL /* airlock-value: write here what old rows get */';

describe('splitting', () => {
  let original: Uint8Array;
  before(async () => {
    original = await vscode.workspace.fs.readFile(uri);
  });
  afterEach(async () => {
    await closeAll();
    await vscode.workspace.fs.writeFile(uri, original);
    for (const file of created) if (await exists(file)) await vscode.workspace.fs.delete(file);
  });
  after(() => useTheme(undefined));

  it('shows all files before it writes one, and writes none when the person presses Escape', async () => {
    const editor = await open(uri);
    const asked = await startSplit(editor);
    assert.equal(editor.document.isDirty, false);
    assert.deepEqual(await existing(), []);
    if (canAct) await press('Escape');
    else await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await asked.done;
    await until('the preview to be closed', () => !tabs().some((label) => label.startsWith('Split into')));
    assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), uri.toString());
    assert.equal(editor.document.isDirty, false);
    assert.deepEqual(await existing(), []);
  });

  it('writes none when the person closes the preview', async () => {
    const asked = await startSplit(await open(uri));
    const preview = vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .find(({ label }) => label.startsWith('Split into'));
    assert.ok(preview);
    await vscode.window.tabGroups.close(preview);
    await asked.done;
    assert.deepEqual(await existing(), []);
  });

  for (const [name, theme] of Object.entries(themes)) {
    it(`writes all at once, opens at the value, and one undo takes all back (${name})`, async () => {
      await useTheme(theme);
      const editor = await open(uri);
      const asked = await startSplit(editor, name);
      await accept(asked.done);

      const active = await until('the file that needs a value', () => {
        const now = vscode.window.activeTextEditor;
        return now?.document.uri.toString() === backfill.toString() && now;
      });
      assert.equal(active.document.getText(active.selection), placeholder);
      const finding = await findingOf(backfill, 'no-unwritten-value');
      assert.equal(finding.severity, vscode.DiagnosticSeverity.Error);
      assert.equal(active.document.getText(finding.range), placeholder);
      assert.deepEqual(await existing(), created.map(String));
      // What is saved is saved as a whole.
      assert.match(await onDisk(uri), /ADD COLUMN IF NOT EXISTS priority text;\n$/);
      assert.match(await onDisk(backfill), /^-- Airlock step 2 of 3: /);
      assert.match(await onDisk(backfill), /^-- In a later release than the step before: /m);
      await goneFrom(uri, 'no-required-column');
      if (canAct) {
        await seen('.monaco-editor .squiggly-error');
        const said = await notifications();
        assert.match(
          said,
          /0009_backfill_orders_priority\.sql and what follows it ship in a later release, when every version/,
        );
        await screenshot(`split-written-${name}`);
        await vscode.commands.executeCommand('notifications.clearAll');
      }

      await vscode.commands.executeCommand('undo');
      await until('the new files to be gone', async () => (await existing()).length === 0);
      await open(uri);
      await findingOf(uri, 'no-required-column');
      assert.equal(editor.document.getText(), new TextDecoder().decode(original));
      await screenshotIfSeen(`split-undo-${name}`);
    });
  }

  it('says why a statement is not split', async () => {
    const other = fixture('migrations/0003_status.sql');
    const editor = await open(other);
    const finding = await findingOf(other, 'no-required-column');
    const actions = await codeActions(other, finding.range);
    const split = actions.find((action) => action.title.startsWith('Split into'));
    assert.ok(split, 'the refusal is offered');
    if (canAct) {
      editor.selection = new vscode.Selection(finding.range.start, finding.range.start);
      await pressUntil('Control+Period', '.action-widget');
      await screenshot('split-refused-menu');
      await press('Escape');
    }
    if (!canAct) return;
    const said = apply(split);
    assert.match(await notifications(), /0005_broken\.sql runs behind this file/);
    await screenshot('split-refused');
    await vscode.commands.executeCommand('notifications.clearAll');
    await said;
  });

  it('leaves no error behind but the value that is not written', async () => {
    const asked = await startSplit(await open(uri));
    await accept(asked.done);
    await findingOf(backfill, 'no-unwritten-value');
    await goneFrom(uri, 'no-required-column');
    const [, constraint] = created as [vscode.Uri, vscode.Uri];
    await open(constraint);
    assert.deepEqual(ruleIds(constraint), []);
    const editor = await open(backfill);
    const at = editor.document.getText().indexOf(placeholder);
    const place = new vscode.Range(editor.document.positionAt(at), editor.document.positionAt(at + placeholder.length));
    await editor.edit((edit) => edit.replace(place, "'new'"));
    await goneFrom(backfill, 'no-unwritten-value');
    assert.deepEqual(ruleIds(backfill), []);
  });
});

/** Takes the split from the lightbulb; resolves when the question is on the screen. The result ends with the answer. */
async function startSplit(editor: vscode.TextEditor, theme?: string): Promise<{ readonly done: Promise<void> }> {
  const finding = await findingOf(uri, 'no-required-column');
  const actions = await codeActions(uri, finding.range);
  const split = actions.find((action) => action.title.startsWith('Split into 3'));
  assert.ok(split, 'the split is offered');
  assert.match(split.title, /for 2 releases/);
  if (canAct && theme !== undefined) {
    editor.selection = new vscode.Selection(finding.range.start, finding.range.start);
    await pressUntil('Control+Period', '.action-widget');
    assert.match((await texts('.action-widget .focused')).join(), /^Split into 3/);
    await screenshot(`split-menu-${theme}`);
    await press('Escape');
  }
  const asked = apply(split);
  await until('the preview', () => tabs().some((label) => label.startsWith('Split into')));
  if (canAct) {
    await seen('.quick-input-widget .monaco-list-row');
    await until('the new files in the preview', async () => (await count('.multiDiffEntry')) > 1);
    if (theme !== undefined) await screenshot(`split-preview-${theme}`);
  } else await new Promise((resolve) => setTimeout(resolve, 1000));
  return { done: asked };
}

async function screenshotIfSeen(name: string): Promise<void> {
  if (!canAct) return;
  await seen('.monaco-editor .squiggly-error');
  await screenshot(name);
}

async function existing(): Promise<string[]> {
  const found: string[] = [];
  for (const file of created) if (await exists(file)) found.push(String(file));
  return found;
}
