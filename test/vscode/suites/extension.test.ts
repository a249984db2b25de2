import assert from 'node:assert/strict';
import * as vscode from 'vscode';

const id = 'airlock.pg-airlock';

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

const ofViews = /^airlock\.pending\.(?:focus|open|removeView|resetViewLocation|toggleVisibility)$/;

describe('the extension', () => {
  it('is activated by opening an SQL file and registers every command of its manifest, and no other', async () => {
    const extension = vscode.extensions.getExtension<void>(id);
    assert.ok(extension, `${id} is installed`);
    await vscode.workspace.openTextDocument({ language: 'sql', content: '' });
    await extension.activate();
    const all = (await vscode.commands.getCommands(true)).filter((name) => name.startsWith('airlock.'));
    // VS Code makes these itself for each view of a manifest.
    const registered = all.filter((name) => !ofViews.test(name));
    const manifest = extension.packageJSON as Manifest;
    const promised = manifest.contributes.commands.map(({ command }) => command);
    assert.deepEqual(registered.sort(), promised.sort());
  });
});
