import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, findingOf, fixture, open, until } from '../support/editor.js';
import { canAct, hover, screenshot, texts, type } from '../support/person.js';

const uri = fixture('migrations/0011_typed.sql');
const typed = 'ALTER TABLE orders ADD COLUMN x text NOT NULL;';

const shown = (): string =>
  vscode.languages
    .getDiagnostics(uri)
    .map(({ code, range }) => `${typeof code === 'object' ? code.value : code} ${range.start.line}`)
    .join(', ');

describe('typing a migration', () => {
  before(function () {
    if (!canAct) this.skip();
  });
  afterEach(closeAll);

  it('shows no syntax error on the way, the true findings at the end, and an error after a rest', async () => {
    await vscode.workspace.fs.writeFile(uri, new Uint8Array());
    try {
      const editor = await open(uri);
      const views: string[] = [shown()];
      const listening = vscode.languages.onDidChangeDiagnostics(() => {
        if (shown() !== views.at(-1)) views.push(shown());
      });
      // Completions would take the place of what is typed.
      for (const key of typed) {
        await type(key);
        if (key === 'x') await screenshot('typing');
      }
      await until('the statement', () => editor.document.getText() === typed);
      await findingOf(uri, 'no-required-column');
      listening.dispose();
      assert.ok(!views.some((view) => view.includes('no-syntax-error')), views.join(' | '));
      assert.ok(views.length - 1 <= 6, views.join(' | '));
      await type(' ALTER TA');
      await findingOf(uri, 'no-syntax-error');
      await screenshot('typing-at-rest');
    } finally {
      await closeAll();
      await vscode.workspace.fs.delete(uri);
    }
  });

  it('says in the status that a file is not checked, and checks it when it is asked', async () => {
    const query = fixture('queries/report.sql');
    await open(query);
    await hover('[id="status.languageStatus"]');
    const status = await until('the status', async () => {
      const text = (await texts('.hover-language-status')).join('\n');
      return text.includes('not checked') && text;
    });
    assert.match(status, /is not in "migrations"/);
    assert.match(status, /Check/);
    await screenshot('status-not-checked');
    await vscode.commands.executeCommand('airlock.checkFile', query);
    await until('findings', () => vscode.languages.getDiagnostics(query).length > 0, [
      vscode.languages.onDidChangeDiagnostics,
    ]);
  });
});
