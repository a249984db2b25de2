import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, fixture, open, until } from '../support/editor.js';
import { canAct, press, screenshot, seen, texts, type } from '../support/person.js';
import { accept, onDisk, themes, useTheme } from '../support/splits.js';

const rows = '.quick-input-list .monaco-list-row';

/** Types into the question until its first row is the wanted one, and takes it. */
async function choose(title: RegExp, words: string, first: RegExp): Promise<void> {
  await until(`the question ${String(title)}`, async () =>
    (await texts('.quick-input-title')).some((each) => title.test(each)),
  );
  if (words !== '') await type(words);
  await until(`${String(first)} as the first row`, async () => first.test((await texts(rows))[0] ?? ''));
}

describe('a new safe migration', function () {
  this.timeout(90_000);
  before(function () {
    if (!canAct) this.skip();
  });
  afterEach(async () => {
    await closeAll();
    for (const uri of await added()) await vscode.workspace.fs.delete(uri);
  });
  after(() => useTheme(undefined));

  it('has a page for each pattern, with what both forms lock', async () => {
    const done = vscode.commands.executeCommand<void>('airlock.openPattern');
    await choose(/Open pattern/i, 'index to a partitioned', /Add an index to a partitioned table/);
    await press('Enter');
    await done;
    const shown = vscode.Uri.from({ scheme: 'airlock', path: '/add-index-to-partitioned-table.pattern.md' });
    const text = (await vscode.workspace.openTextDocument(shown)).getText();
    assert.match(text, /## The usual form[\s\S]*\*\*SHARE\*\* on `events`, while it builds an index/);
    assert.match(text, /## The safe form[\s\S]*ATTACH PARTITION/);
    await seen('iframe.webview.ready');
    await screenshot('pattern-page');
  });

  for (const [name, theme] of Object.entries(themes)) {
    it(`is asked for, shown, written and taken back in one step (${name})`, async () => {
      await useTheme(theme);
      await open(fixture('migrations/0001_shop.sql'));
      const done = vscode.commands.executeCommand<void>('airlock.newSafeMigration');
      await choose(/New safe migration/i, '', /migrations/);
      await press('Enter');
      await until('the patterns', async () => (await texts(rows)).some((row) => row.includes('Add a NOT NULL column')));
      await screenshot(`safe-migration-patterns-${name}`);
      await choose(/New safe migration/i, 'rename a col', /Rename a column/);
      await press('Enter');
      await choose(/Rename a column \(1\/3\)/, 'audit', /audit/);
      await press('Enter');
      await choose(/Rename a column \(2\/3\)/, 'at', /at.*timestamptz/s);
      await screenshot(`safe-migration-column-${name}`);
      await press('Enter');
      await until('the name', async () => (await texts('.quick-input-title')).some((each) => each.includes('(3/3)')));
      await type('happened_at');
      await press('Enter');
      await seen('.multi-file-diff-editor, .multiDiffEditor, .monaco-diff-editor');
      await until('the question', async () => (await texts(rows)).some((row) => /Write \d+ Files/.test(row)));
      await screenshot(`safe-migration-preview-${name}`);
      await accept(Promise.resolve(done));
      const files = await until('the files', async () => {
        const now = await added();
        return now.length >= 4 && now;
      });
      const [first] = files.map(({ path }) => path).sort();
      assert.match(first ?? '', /0009_add_audit_happened_at\.(?:down\.)?sql$/);
      const up = files.find(({ path }) => path.endsWith('0009_add_audit_happened_at.sql'));
      assert.ok(up);
      assert.match(await onDisk(up), /ADD COLUMN IF NOT EXISTS happened_at timestamptz/);
      await screenshot(`safe-migration-written-${name}`);
      await vscode.commands.executeCommand('undo');
      await until('the files to be gone', async () => (await added()).length === 0);
    });
  }
});

describe('a change that is not finished', function () {
  this.timeout(90_000);
  before(function () {
    if (!canAct) this.skip();
  });
  afterEach(async () => {
    await closeAll();
    for (const uri of await added()) await vscode.workspace.fs.delete(uri);
    await vscode.workspace.fs.writeFile(config, asItWas);
  });
  const config = fixture('airlock.config.json');
  let asItWas: Uint8Array;

  it('is named with what is next, and its next step is written', async () => {
    const begun = vscode.Uri.joinPath(fixture('migrations'), '0009_begun.sql');
    const sql = 'ALTER TABLE audit ADD CONSTRAINT audit_begun CHECK (id > 0) NOT VALID;\n';
    asItWas = await vscode.workspace.fs.readFile(config);
    const deployed = Buffer.from(asItWas).toString().replace('0001_shop.sql', '0009_begun.sql');
    await vscode.workspace.fs.writeFile(config, Buffer.from(deployed));
    await vscode.workspace.fs.writeFile(begun, Buffer.from(sql));
    await open(begun);
    // The server hears of the changed configuration from the watcher of the files.
    await until('the migration as applied', async () =>
      (await texts('.codelens-decoration')).some((each) => each.includes('Applied')),
    );
    const done = vscode.commands.executeCommand<void>('airlock.continueChange');
    await choose(/Continue this change/i, '', /migrations/);
    await press('Enter');
    const isAsked = async (): Promise<boolean> =>
      (await texts('.quick-input-title')).some((each) => /which change/i.test(each));
    await until('the question which, or the preview', async () => {
      return (await isAsked()) || (await texts(rows)).some((row) => /Write/.test(row));
    });
    if (await isAsked()) {
      await choose(/which change/i, 'audit_begun', /audit_begun/);
      await press('Enter');
    }
    await until('the question', async () => (await texts(rows)).some((row) => /Write/.test(row)));
    await screenshot('continue-change-preview');
    await accept(Promise.resolve(done));
    const next = await until('the file', async () =>
      (await added()).find(({ path }) => path.endsWith('0010_validate_audit_begun.sql')),
    );
    assert.match(await onDisk(next), /VALIDATE CONSTRAINT audit_begun/);
    await vscode.commands.executeCommand('undo');
  });
});

/** The files that the fixtures do not have. */
async function added(): Promise<vscode.Uri[]> {
  const folder = fixture('migrations');
  const names = await vscode.workspace.fs.readDirectory(folder);
  return names.flatMap(([name]) => (/^00(?:09|1\d)_/.test(name) ? [vscode.Uri.joinPath(folder, name)] : []));
}
