import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  apply,
  closeAll,
  codeActions,
  findingOf,
  fixture,
  goneFrom,
  hoverText,
  open,
  until,
} from '../support/editor.js';
import { canAct, count, hover, press, pressUntil, screenshot, seen, texts, type } from '../support/person.js';
import { accept, exists, onDisk, tabs, themes, useTheme } from '../support/splits.js';

const goose = fixture('goose/migrations/20240201000000_status.sql');
const prisma = fixture('prisma/migrations/20240201000000_note/migration.sql');

describe('migration tools', () => {
  let originals: Map<vscode.Uri, Uint8Array>;
  before(async () => {
    originals = new Map();
    for (const uri of [goose, prisma]) originals.set(uri, await vscode.workspace.fs.readFile(uri));
  });
  afterEach(async () => {
    await closeAll();
    for (const [uri, text] of originals) await vscode.workspace.fs.writeFile(uri, text);
    for (const uri of await added()) await vscode.workspace.fs.delete(uri, { recursive: true });
  });
  after(() => useTheme(undefined));

  for (const [name, theme] of Object.entries(themes)) {
    it(`takes an index out of goose's transaction into a file with the mark, in one step for undo (${name})`, async () => {
      await useTheme(theme);
      const editor = await open(goose);
      const asked = await startMove(editor, goose, `goose-${name}`);
      await accept(asked.done);
      const [file] = await until('the new file', async () => {
        const now = await added();
        return now.length === 1 && now;
      });
      assert.ok(file);
      assert.match(file.path, /\/goose\/migrations\/\d{14}_index_orders_customer_idx\.sql$/);
      const text = await onDisk(file);
      assert.match(text, /^-- \+goose NO TRANSACTION\n-- \+goose Up\n/);
      assert.match(text, /CREATE INDEX CONCURRENTLY orders_customer_idx ON orders \(customer_id\);\n/);
      assert.match(text, /-- \+goose Down\n[\s\S]*DROP INDEX CONCURRENTLY IF EXISTS orders_customer_idx;\n$/);
      assert.doesNotMatch(await onDisk(goose), /INDEX/);
      await goneFrom(goose, 'require-concurrent-index');
      if (canAct) await screenshot(`tools-goose-written-${name}`);
      await vscode.commands.executeCommand('undo');
      await until('the new file to be gone', async () => (await added()).length === 0);
      await open(goose);
      await findingOf(goose, 'require-concurrent-index');
    });
  }

  it('gives the index a folder of its own in a Prisma project', async () => {
    const editor = await open(prisma);
    const asked = await startMove(editor, prisma, 'prisma');
    await accept(asked.done);
    const [folder] = await until('the new folder', async () => {
      const now = await added();
      return now.length === 1 && now;
    });
    assert.ok(folder);
    assert.match(folder.path, /\/prisma\/migrations\/\d{14}_index_order_customerid_idx$/);
    const text = await onDisk(vscode.Uri.joinPath(folder, 'migration.sql'));
    assert.equal(
      text.replace(/^--.*\n/gm, ''),
      'CREATE INDEX CONCURRENTLY "Order_customerId_idx" ON "Order"("customerId");\n',
    );
  });

  it('says which tool runs a file, and why, in the hover and in the status', async () => {
    const editor = await open(goose);
    const finding = await findingOf(goose, 'require-concurrent-index');
    const said = await hoverText(goose, finding.range.start);
    assert.match(said, /goose runs it in a transaction: 20240\d+_\w+\.sql has the line -- \+goose Up\./);
    if (!canAct) return;
    editor.selection = new vscode.Selection(finding.range.start, finding.range.start);
    await vscode.commands.executeCommand('editor.action.showHover');
    await seen('.monaco-hover');
    await screenshot('tools-hover');
    await press('Escape');
    await hover('[id="status.languageStatus"]');
    const status = await until('the status', async () => {
      const shown = (await texts('.hover-language-status')).join('\n');
      return /goose/.test(shown) && shown;
    });
    assert.match(status, /goose.*20240\d+_\w+\.sql has the line -- \+goose Up/s);
    await screenshot('tools-status');
  });

  it('makes a new migration behind all others, in the form of the tool', async function () {
    if (!canAct) this.skip();
    await open(goose);
    await findingOf(goose, 'require-concurrent-index');
    const made = vscode.commands.executeCommand('airlock.newMigration');
    // Rows of an earlier question may still be there, hidden.
    const rows = await until('the folders', async () => {
      const shown = (await texts('.quick-input-widget .monaco-list-row')).join('\n');
      return shown.includes('goose in') && shown;
    });
    assert.match(rows, /goose in .*goose\/migrations \(2\)/);
    await screenshot('tools-new-folder');
    await press('Enter');
    await until('the question for the name', async () =>
      (await texts('.quick-input-title')).join().includes('New migration: goose'),
    );
    await type('Add refunds');
    await screenshot('tools-new-name');
    await press('Enter');
    await made;
    const [file] = await added();
    assert.ok(file);
    assert.match(file.path, /\/\d{14}_add_refunds\.sql$/);
    assert.equal(await onDisk(file), '-- +goose Up\n-- Add refunds\n\n\n-- +goose Down\n-- Takes it back.\n');
    assert.equal(vscode.window.activeTextEditor?.selection.active.line, 2);
    await screenshot('tools-new-written');
  });
});

/** Files and folders that a test has made. */
async function added(): Promise<vscode.Uri[]> {
  const found: vscode.Uri[] = [];
  for (const folder of [fixture('goose/migrations'), fixture('prisma/migrations')])
    for (const [name] of await vscode.workspace.fs.readDirectory(folder))
      if (/^20(?:2[5-9]|[3-9])/.test(name)) found.push(vscode.Uri.joinPath(folder, name));
  return found;
}

/** Takes the move from the lightbulb; resolves when the question is on the screen. */
async function startMove(
  editor: vscode.TextEditor,
  uri: vscode.Uri,
  shot: string,
): Promise<{ readonly done: Promise<void> }> {
  const finding = await findingOf(uri, 'require-concurrent-index');
  const actions = await codeActions(uri, finding.range);
  const move = actions.find((action) => action.title.startsWith('Add CONCURRENTLY'));
  assert.ok(move, actions.map(({ title }) => title).join());
  assert.equal(await exists(uri), true);
  if (canAct) {
    editor.selection = new vscode.Selection(finding.range.start, finding.range.start);
    await pressUntil('Control+Period', '.action-widget');
    await screenshot(`tools-${shot}-menu`);
    await press('Escape');
  }
  const done = apply(move);
  await until('the preview', () => tabs().some((label) => label.startsWith('Add CONCURRENTLY')));
  if (canAct) {
    await seen('.quick-input-widget .monaco-list-row');
    await until('the new files in the preview', async () => (await count('.multiDiffEntry')) > 1);
    await screenshot(`tools-${shot}-preview`);
  } else await new Promise((resolve) => setTimeout(resolve, 1000));
  return { done };
}
