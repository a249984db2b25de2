import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { apply, closeAll, codeActions, findingOf, fixture, goneFrom, open, until } from '../support/editor.js';
import { canAct, press, pressUntil, pressUntilSo, screenshot, seen, texts, type } from '../support/person.js';

const many = fixture('migrations/0004_many.sql');
const fixed = [
  'CREATE INDEX CONCURRENTLY orders_total_idx ON orders (total);',
  'ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;',
  'VALIDATE CONSTRAINT orders_total_check;',
  'CREATE INDEX CONCURRENTLY customers_email_idx ON customers (email);',
];

function assertFixed(text: string): void {
  for (const part of fixed) assert.ok(text.includes(part), `${part} in:\n${text}`);
}

describe('fixing', () => {
  afterEach(closeAll);

  it('fixes all that is safe by command, in one step', async () => {
    const editor = await open(many);
    await findingOf(many, 'require-check-not-valid');
    const before = editor.document.getText();
    await vscode.commands.executeCommand('airlock.fixAll');
    assertFixed(editor.document.getText());
    await goneFrom(many, 'require-concurrent-index');
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), before);
  });

  it('fixes all that is safe on save, when the person has asked for that', async () => {
    const settings = vscode.workspace.getConfiguration('editor', { languageId: 'sql' });
    const save = { 'source.fixAll.airlock': 'explicit' };
    await settings.update('codeActionsOnSave', save, vscode.ConfigurationTarget.Workspace);
    const editor = await open(many);
    const original = editor.document.getText();
    try {
      await findingOf(many, 'require-check-not-valid');
      await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '-- touched\n'));
      await editor.document.save();
      assertFixed(editor.document.getText());
    } finally {
      await settings.update('codeActionsOnSave', undefined, vscode.ConfigurationTarget.Workspace);
      await vscode.workspace.fs.writeFile(many, new TextEncoder().encode(original));
    }
  });

  it('splits a NOT NULL column into three migrations, after a look at them', async () => {
    const uri = fixture('migrations/0003_status.sql');
    const created = ['0008_backfill_orders_status.sql', '0009_set_orders_status_not_null.sql'].map((name) =>
      fixture(`migrations/${name}`),
    );
    const editor = await open(uri);
    const finding = await findingOf(uri, 'no-required-column');
    assert.equal(textOf(editor, finding.range), 'NOT NULL');
    const split = (await codeActions(uri, finding.range)).find((action) => action.title.startsWith('Split into 3'));
    assert.ok(split, 'the split is offered');
    if (canAct) {
      editor.selection = new vscode.Selection(finding.range.start, finding.range.start);
      await pressUntil('Control+Period', '.action-widget');
      await screenshot('split-menu');
      assert.match((await texts('.action-widget .focused')).join(), /^Split into 3/);
      await press('Enter');
      await seen('.bulk-edit-panel .monaco-list-row');
      await screenshot('split-preview');
      assert.equal(editor.document.isDirty, false, 'nothing is changed before the person says so');
      await vscode.commands.executeCommand('refactorPreview.apply');
    } else {
      await apply(split);
      await vscode.workspace.saveAll();
    }
    // Read from disk, because a document that is opened while VS Code writes it gets in the way of the undo.
    const [backfill, constraint] = await until('the new files', async () => {
      const read = await Promise.allSettled(created.map((file) => vscode.workspace.fs.readFile(file)));
      const written = read.flatMap((one) => (one.status === 'fulfilled' ? new TextDecoder().decode(one.value) : []));
      return written.length === created.length && !written.includes('') && written;
    });
    assert.match(editor.document.getText(), /ADD COLUMN status text;\n$/);
    assert.match(backfill ?? '', /^-- Step 2 of 3/);
    assert.match(constraint ?? '', /^-- Step 3 of 3/);
    await goneFrom(uri, 'no-required-column');
    if (canAct) {
      // VS Code saves what it has refactored; an undo before the end of that is lost.
      await until('everything to be saved', () => !vscode.workspace.textDocuments.some((one) => one.isDirty));
      await vscode.window.showTextDocument(editor.document);
      await seen('.editor-group-container.active .monaco-editor.focused');
      // One undo takes it all back.
      await vscode.commands.executeCommand('undo');
      await findingOf(uri, 'no-required-column');
      await until('the new files to be gone', async () => !(await anyExists(created)));
      await screenshot('split-undo');
    }
    await closeAll();
    for (const file of created) if (await anyExists([file])) await vscode.workspace.fs.delete(file);
  });

  it('ignores a finding only with a reason, which it asks for', async function () {
    // Typing into an input box needs a person, or the browser that stands in for one.
    if (!canAct) return this.skip();
    const uri = fixture('migrations/0002_index.sql');
    const editor = await open(uri);
    const finding = await findingOf(uri, 'require-concurrent-index');
    const ignore = (await codeActions(uri, finding.range)).find((one) => one.title.endsWith('for this statement …'));
    assert.ok(ignore, 'ignoring is offered');
    const applied = apply(ignore);
    await seen('.quick-input-widget input');
    await pressUntilSo('the reason to be asked for', 'Enter', async () =>
      (await texts('.quick-input-message')).some((text) => text.includes('A reason is required.')),
    );
    await type('the table is empty until March');
    await press('Enter');
    await applied;
    const line = editor.document.lineAt(2).text;
    assert.equal(line, '-- airlock-ignore require-concurrent-index: the table is empty until March');
    await goneFrom(uri, 'require-concurrent-index');
  });
});

async function anyExists(files: readonly vscode.Uri[]): Promise<boolean> {
  const found = await Promise.allSettled(files.map((file) => vscode.workspace.fs.stat(file)));
  return found.some(({ status }) => status === 'fulfilled');
}

function textOf(editor: vscode.TextEditor, range: vscode.Range): string {
  return editor.document.getText(range);
}
