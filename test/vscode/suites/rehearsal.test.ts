import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, fixture, open, until } from '../support/editor.js';
import { startPgliteServer } from '../../support/pglite-server.js';
import { canAct, count, press, screenshot, seen, type } from '../support/person.js';

/** What a rehearsal has found in a file. */
function rehearsed(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(({ code }) => code === 'rehearsal');
}

describe('rehearsing migrations', () => {
  afterEach(closeAll);

  it('runs one for real and shows what came out of it', async function () {
    this.timeout(120_000);
    await open(fixture('migrations/0003_status.sql'));
    await vscode.commands.executeCommand('airlock.rehearse');
    const shown = vscode.Uri.from({ scheme: 'airlock', path: '/0003_status.sql.rehearsal.md' });
    const document = await vscode.workspace.openTextDocument(shown);
    assert.match(document.getText(), /Run on PostgreSQL 18 \(PGlite\)/);
    assert.match(document.getText(), /0003\\?_status\.sql: passed/);
    await screenshot('rehearsal');
  });

  it('runs one on a server whose address is asked for behind dots', async function () {
    this.timeout(120_000);
    if (!canAct) this.skip();
    const server = await startPgliteServer();
    try {
      await open(fixture('migrations/0006_audit.sql'));
      const done = vscode.commands.executeCommand('airlock.rehearseOnServer');
      await seen('.quick-input-list .monaco-list-row');
      assert.equal(await count('.quick-input-list .monaco-list-row'), 1);
      await press('Enter');
      await seen('.quick-input-widget input[type="password"]');
      await type(server.url);
      await press('Enter');
      await done;
      const shown = vscode.Uri.from({ scheme: 'airlock', path: '/0006_audit.sql.rehearsal.md' });
      const text = (await vscode.workspace.openTextDocument(shown)).getText();
      assert.match(text, /Run on PostgreSQL 1\d\.\d+ at postgres@\S+, in a scratch database that is gone again/);
      assert.match(text, /0006\\?_audit\.sql: passed/);
      await screenshot('rehearsal-server');
      const { rows } = await server.database.query("SELECT FROM pg_database WHERE datname LIKE 'airlock%'");
      assert.equal(rows.length, 0);
    } finally {
      await server.close();
    }
  });

  it('marks the statement that PostgreSQL refuses, until the text changes', async function () {
    this.timeout(120_000);
    const uri = fixture('migrations/0005_broken.sql');
    const editor = await open(uri);
    await vscode.commands.executeCommand('airlock.rehearse');
    const [problem] = await until('a problem', () => {
      const found = rehearsed(uri);
      return found.length > 0 ? found : undefined;
    });
    assert.equal(problem?.severity, vscode.DiagnosticSeverity.Error);
    assert.match(problem.message, /PostgreSQL refuses it: syntax error[\s\S]*Rehearsed on PostgreSQL 18 \(PGlite\)/);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '-- changed\n'));
    await until('no problem', () => (rehearsed(uri).length === 0 ? true : undefined));
    await vscode.commands.executeCommand('undo');
  });

  it('is a test for each pending migration in the Testing view', async function () {
    this.timeout(240_000);
    const uri = fixture('migrations/0005_broken.sql');
    await vscode.commands.executeCommand('workbench.view.testing.focus');
    await vscode.commands.executeCommand('testing.refreshTests');
    await vscode.commands.executeCommand('testing.runAll');
    await until('the failing test', () => (rehearsed(uri).length > 0 ? true : undefined), [], 200_000);
    await screenshot('testing-view');
  });
});
