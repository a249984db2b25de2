import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, findingOf, fixture, hoverText, open, until } from '../support/editor.js';
import { canAct, click, count, press, screenshot, seen, texts, type as typed } from '../support/person.js';
import { themes, useTheme } from '../support/splits.js';

const many = fixture('migrations/0004_many.sql');
const priority = fixture('migrations/0008_priority.sql');

/** The position in front of a word of a file. */
function at(document: vscode.TextDocument, word: string): vscode.Position {
  const offset = document.getText().indexOf(word);
  assert.ok(offset >= 0, word);
  return document.positionAt(offset + 1);
}

function shown(places: readonly vscode.Location[]): string[] {
  return places.map(({ uri, range }) => `${uri.path.replace(/^.*\//, '')}:${range.start.line + 1}`).sort();
}

describe('the schema at hand', () => {
  afterEach(closeAll);
  after(() => useTheme(undefined));

  it('leads to what made a table, and to everything that names it', async () => {
    const { document } = await open(many);
    await findingOf(many, 'require-check-not-valid');
    const position = at(document, 'orders (total)');
    const definition = await vscode.commands.executeCommand<vscode.Location[]>(
      'vscode.executeDefinitionProvider',
      many,
      position,
    );
    assert.deepEqual(shown(definition), ['0001_shop.sql:6']);
    const references = await vscode.commands.executeCommand<vscode.Location[]>(
      'vscode.executeReferenceProvider',
      many,
      position,
    );
    assert.ok(references.length >= 6, shown(references).join());
    assert.match(
      await hoverText(many, position),
      /CREATE TABLE orders \([\s\S]*Made in \[`migrations\/0001_shop\.sql:6`\]/,
    );
  });

  it('has an outline with locks, and the symbols of the workspace', async () => {
    await open(many);
    await findingOf(many, 'require-check-not-valid');
    const outline = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      many,
    );
    assert.ok(outline.some(({ detail }) => detail === 'SHARE on orders · builds an index'));
    const symbols = await vscode.commands.executeCommand<vscode.SymbolInformation[]>(
      'vscode.executeWorkspaceSymbolProvider',
      'custom',
    );
    assert.ok(
      symbols.some(({ name, location }) => name === 'customers' && location.uri.path.endsWith('0001_shop.sql')),
    );
  });

  it('offers columns of the table that is altered', async () => {
    const { document } = await open(many);
    await findingOf(many, 'require-check-not-valid');
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      many,
      at(document, 'total)'),
    );
    const labels = items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    assert.ok(labels.includes('customer_id'), labels.join());
  });

  for (const [name, theme] of Object.entries(themes)) {
    it(`is on the screen in the ${name} theme`, async function () {
      if (!canAct) this.skip();
      await useTheme(theme);
      await vscode.commands.executeCommand('workbench.view.explorer');
      const editor = await open(many);
      await findingOf(many, 'require-check-not-valid');
      await until('the line above the file', async () =>
        (await texts('.codelens-decoration')).some((text) => /BLOCK · ACCESS EXCLUSIVE on orders/.test(text)),
      );
      await until('the locks behind the statements', async () =>
        (await texts('.monaco-editor .view-line')).some((text) =>
          /SHARE on orders · builds an index/.test(text.replaceAll('\u00a0', ' ')),
        ),
      );
      await vscode.commands.executeCommand('airlock.showPending');
      await until('the list of pending migrations', async () =>
        (await texts('.pane .monaco-list-row')).some((text) => /0004_many\.sql.*BLOCK · ACCESS EXCLUSIVE/.test(text)),
      );
      await screenshot(`at-hand-pending-${name}`);
      const labels = await texts('.pane .monaco-list-row[aria-label*="0004_many.sql. BLOCK"]');
      assert.equal(labels.length, 1, 'a screen reader hears the verdict');

      await vscode.commands.executeCommand('outline.focus');
      await until('the outline', async () =>
        (await texts('.outline-pane .monaco-list-row')).some((text) => /SHARE on orders/.test(text)),
      );
      await screenshot(`at-hand-outline-${name}`);

      const position = at(editor.document, 'orders ADD');
      editor.selection = new vscode.Selection(position, position);
      await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
      await until('the definition in the hover', async () => {
        await vscode.commands.executeCommand('editor.action.showHover');
        return /CREATE TABLE orders/.test((await texts('.monaco-hover')).join('\n').replaceAll('\u00a0', ' '));
      });
      await screenshot(`at-hand-hover-${name}`);
      await press('Escape');

      await vscode.commands.executeCommand('editor.action.peekDefinition');
      await seen('.peekview-widget');
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await screenshot(`at-hand-peek-${name}`);
      await vscode.commands.executeCommand('closeReferenceSearch');

      const end = editor.document.lineAt(editor.document.lineCount - 1).range.end;
      editor.selection = new vscode.Selection(end, end);
      await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
      await typed('\nALTER TABLE orders DROP COLUMN cu');
      await until('the columns', async () => {
        if ((await count('.suggest-widget.visible')) === 0)
          await vscode.commands.executeCommand('editor.action.triggerSuggest');
        return (await texts('.suggest-widget .monaco-list-row')).some((text) => /customer_id/.test(text));
      });
      await screenshot(`at-hand-completion-${name}`);
      await press('Escape');
    });
  }

  it('makes the documents of an entry from its menu, and those of a file from the line above it', async function () {
    if (!canAct) this.skip();
    await open(priority);
    await until('the line above the file', async () =>
      (await texts('.codelens-decoration a')).some((text) => text === 'Runbook'),
    );
    const index = (await texts('.codelens-decoration a')).indexOf('Runbook');
    await click(`.codelens-decoration a >> nth=${index}`);
    await until('the runbook', () =>
      vscode.window.tabGroups.all.some(({ tabs }) =>
        tabs.some(({ label }) => /0008_priority\.runbook\.md/.test(label)),
      ),
    );
  });

  it('is switched off by its settings', async function () {
    if (!canAct) this.skip();
    const airlock = vscode.workspace.getConfiguration('airlock');
    await airlock.update('codeLens.enabled', false, vscode.ConfigurationTarget.Global);
    await airlock.update('inlayHints.enabled', false, vscode.ConfigurationTarget.Global);
    try {
      await open(many);
      await findingOf(many, 'require-check-not-valid');
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        many,
        10,
      );
      assert.deepEqual(
        lenses.filter(({ command }) => command?.command.startsWith('airlock.')),
        [],
      );
    } finally {
      await airlock.update('codeLens.enabled', undefined, vscode.ConfigurationTarget.Global);
      await airlock.update('inlayHints.enabled', undefined, vscode.ConfigurationTarget.Global);
    }
    await until('the lens again', async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        many,
        10,
      );
      return lenses.some(({ command }) => command?.command === 'airlock.reviewFile');
    });
  });
});
