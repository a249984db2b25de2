import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { apply, closeAll, codeActions, findingOf, fixture, goneFrom, open } from '../support/editor.js';
import { canAct, press, pressUntilSo, seen, texts, type } from '../support/person.js';

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

  it('ignores a finding only with a reason, which it asks for after how far', async function () {
    // Typing into an input box needs a person, or the browser that stands in for one.
    if (!canAct) return this.skip();
    const uri = fixture('migrations/0002_index.sql');
    const editor = await open(uri);
    const finding = await findingOf(uri, 'require-concurrent-index');
    const ignore = (await codeActions(uri, finding.range)).find(
      (one) => one.title === 'Ignore require-concurrent-index …',
    );
    assert.ok(ignore, 'ignoring is offered');
    const applied = apply(ignore);
    // The first entry is the statement.
    await seen('.quick-input-list .monaco-list-row');
    await pressUntilSo('the question for the reason', 'Enter', async () =>
      (await texts('.quick-input-message')).some((text) => text.includes('Why is it safe here?')),
    );
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
