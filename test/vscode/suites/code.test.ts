import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  apply,
  closeAll,
  codeActions,
  findings,
  findingOf,
  fixture,
  goneFrom,
  hoverText,
  open,
  ruleOf,
  textAt,
  until,
} from '../support/editor.js';
import { canAct, count, press, pressUntil, screenshot, seen } from '../support/person.js';
import { accept, onDisk, tabs, themes, useTheme } from '../support/splits.js';

const indexes = fixture('knex/migrations/20240201000000_indexes.ts');
const status = fixture('knex/migrations/20240301000000_status.ts');
const django = fixture('django/shop/migrations/0002_status.py');
const djangoIndex = fixture('django/shop/migrations/0003_index.py');

describe('SQL inside code', () => {
  let originals: Map<vscode.Uri, Uint8Array>;
  before(async () => {
    originals = new Map();
    for (const uri of [indexes, status, django, djangoIndex])
      originals.set(uri, await vscode.workspace.fs.readFile(uri));
  });
  afterEach(async () => {
    await closeAll();
    for (const [uri, text] of originals) await vscode.workspace.fs.writeFile(uri, text);
    for (const uri of await added()) await vscode.workspace.fs.delete(uri);
  });
  after(() => useTheme(undefined));

  for (const [name, theme] of Object.entries(themes)) {
    it(`underlines the word in a template and the call of a builder, and mends each where it stands (${name})`, async () => {
      await useTheme(theme);
      const editor = await open(indexes);
      const [inTemplate, inCall] = await until('a finding for each index', () => {
        const found = findings(indexes).filter((each) => ruleOf(each) === 'require-concurrent-index');
        return found.length === 2 && found;
      });
      assert.ok(inTemplate && inCall);
      assert.equal(textAt(editor, inTemplate.range), 'INDEX');
      assert.equal(textAt(editor, inCall.range), "table.index(['customer_id'], 'orders_customer_idx')");
      if (canAct) await screenshot(`code-knex-${name}`);
      await take(editor, inCall, 'Add CONCURRENTLY', `code-knex-menu-${name}`);
      await take(editor, inTemplate, 'Add CONCURRENTLY', undefined);
      await goneFrom(indexes, 'require-concurrent-index');
      const text = editor.document.getText();
      assert.match(text, /await knex\.raw\(`CREATE INDEX CONCURRENTLY orders_status_idx ON orders \(status\)`\);/);
      assert.match(
        text,
        /await knex\.raw\(`create index (?:CONCURRENTLY|concurrently) "orders_customer_idx" on "orders" \("customer_id"\)`\);/,
      );
      assert.doesNotMatch(text, /alterTable/);
      if (canAct) await screenshot(`code-knex-fixed-${name}`);
    });
  }

  it('shows the SQL of a builder call, and what it locks', async () => {
    const editor = await open(indexes);
    const finding = await findingOf(indexes, 'require-concurrent-index');
    const at = editor.document.positionAt(editor.document.getText().indexOf('table.index') + 7);
    const said = await hoverText(indexes, at);
    assert.match(said, /Knex sends:/);
    assert.match(said, /create index "orders_customer_idx" on "orders" \("customer_id"\)/);
    assert.match(said, /\*\*SHARE\*\* on `orders`/);
    assert.match(await hoverText(indexes, finding.range.start), /\*\*SHARE\*\* on `orders`/);
    if (!canAct) return;
    editor.selection = new vscode.Selection(at, at);
    await vscode.commands.executeCommand('editor.action.showHover');
    await seen('.monaco-hover');
    await screenshot('code-knex-hover');
    await press('Escape');
  });

  it('takes an index out of the transaction of a Knex migration, into a file with the mark', async () => {
    const editor = await open(status);
    const finding = await findingOf(status, 'require-concurrent-index');
    const actions = await codeActions(status, finding.range);
    const move = actions.find((action) => action.title.startsWith('Add CONCURRENTLY'));
    assert.ok(move, actions.map(({ title }) => title).join());
    const done = apply(move);
    await until('the preview', () => tabs().some((label) => label.startsWith('Add CONCURRENTLY')));
    if (canAct) {
      await seen('.quick-input-widget .monaco-list-row');
      await until('the new files in the preview', async () => (await count('.multiDiffEntry')) > 1);
      await screenshot('code-knex-preview');
    } else await new Promise((resolve) => setTimeout(resolve, 1000));
    await accept(done);
    const [file] = await until('the new file', async () => {
      const now = await added();
      return now.length === 1 && now;
    });
    assert.ok(file);
    assert.match(file.path, /\/\d{14}_index_orders_both_idx\.ts$/);
    const text = await onDisk(file);
    assert.match(
      text,
      /await knex\.raw\(`CREATE INDEX CONCURRENTLY orders_both_idx ON orders \(customer_id, status\)`\);/,
    );
    assert.match(text, /export const config = \{ transaction: false \};/);
    assert.doesNotMatch(await onDisk(status), /CREATE INDEX/);
    assert.match(editor.document.getText(), /table\.text\('note'\);/);
  });

  it("writes the way back into the migration's own down()", async () => {
    const editor = await open(status);
    await findingOf(status, 'require-concurrent-index');
    await vscode.commands.executeCommand('airlock.generateRollback');
    const text = await until('the way back', () => {
      const now = editor.document.getText();
      return now.includes('DROP INDEX') && now;
    });
    assert.match(text, /down\(knex: Knex\): Promise<void> \{\n[\s\S]*DROP INDEX[\s\S]*DROP COLUMN[\s\S]*\n\}/);
    if (canAct) await screenshot('code-knex-rollback');
  });

  it('says what hurts in a Django migration', async () => {
    const editor = await open(django);
    const inString = await findingOf(django, 'require-check-before-not-null');
    assert.match(textAt(editor, inString.range), /^ALTER/);
    const index = await findingOf(django, 'require-concurrent-index');
    assert.match(textAt(editor, index.range), /^migrations\.AddIndex\(/);
    if (canAct) await screenshot('code-django');
  });

  it('mends it in the words of Django', async () => {
    const editor = await open(djangoIndex);
    const { range } = await findingOf(djangoIndex, 'require-concurrent-index');
    const actions = await codeActions(djangoIndex, range);
    const move = actions.find((action) => action.title.startsWith('Add CONCURRENTLY'));
    assert.ok(move, actions.map(({ title }) => title).join());
    if (canAct) {
      editor.selection = new vscode.Selection(range.start, range.start);
      await pressUntil('Control+Period', '.action-widget');
      await screenshot('code-django-menu');
      await press('Escape');
    }
    await accept(apply(move));
    await goneFrom(djangoIndex, 'require-concurrent-index');
    const text = editor.document.getText();
    assert.match(text, /from django\.contrib\.postgres\.operations import AddIndexConcurrently\n/);
    assert.match(text, /\n {4}atomic = False\n/);
    assert.match(text, /\n {8}AddIndexConcurrently\(\n/);
    await open(djangoIndex);
    if (canAct) await screenshot('code-django-fixed');
  });
});

/** Takes an action of a finding from the lightbulb. */
async function take(
  editor: vscode.TextEditor,
  { range }: vscode.Diagnostic,
  title: string,
  shot: string | undefined,
): Promise<void> {
  const { uri } = editor.document;
  const actions = await codeActions(uri, range);
  const action = actions.find((each) => each.title.startsWith(title));
  assert.ok(action, actions.map((each) => each.title).join());
  if (canAct && shot !== undefined) {
    editor.selection = new vscode.Selection(range.start, range.start);
    await pressUntil('Control+Period', '.action-widget');
    await screenshot(shot);
    await press('Escape');
  }
  await apply(action);
}

/** Files that a test has made. */
async function added(): Promise<vscode.Uri[]> {
  const folder = fixture('knex/migrations');
  const names = (await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name);
  return names.filter((name) => /^20(?:2[5-9]|[3-9])/.test(name)).map((name) => vscode.Uri.joinPath(folder, name));
}
