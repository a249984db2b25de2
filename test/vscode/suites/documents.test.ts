import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { canAct, notifications, screenshot } from '../support/person.js';
import { closeAll, findingOf, fixture, open, until } from '../support/editor.js';

/** The open document whose path ends so. */
function opened(end: string): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((document) => document.uri.path.endsWith(end) && !document.isClosed);
}

/** Waits for a tab by its label; previews are webviews, which have no document. */
function tab(label: RegExp): Promise<vscode.Tab> {
  return until(`a tab like ${label}`, () =>
    vscode.window.tabGroups.all.flatMap((group) => group.tabs).find((one) => label.test(one.label)),
  );
}

describe('documents from the command palette', () => {
  afterEach(closeAll);

  it('generate the rollback as an unsaved file where the framework keeps it', async () => {
    const up = fixture('migrations/0003_status.sql');
    await open(up);
    await vscode.commands.executeCommand('airlock.generateRollback');
    const document = vscode.window.activeTextEditor?.document;
    assert.ok(document, 'a document is shown');
    assert.ok(document.uri.path.endsWith('/migrations/0003_status.down.sql'), document.uri.toString());
    assert.equal(document.isUntitled, true);
    assert.match(document.getText(), /^-- Takes 0003_status\.sql back: 1 step, 1 lossy\.\n/);
    assert.match(document.getText(), /DROP COLUMN (IF EXISTS )?status/);
    await assert.rejects(
      async () => vscode.workspace.fs.stat(document.uri.with({ scheme: 'file' })),
      'nothing is saved',
    );
  });

  it('show the difference when there is a rollback already, without saving it', async () => {
    const down = fixture('migrations/0003_status.down.sql');
    const old = '-- written by hand\n';
    await vscode.workspace.fs.writeFile(down, new TextEncoder().encode(old));
    try {
      await open(fixture('migrations/0003_status.sql'));
      await vscode.commands.executeCommand('airlock.generateRollback');
      const diff = await tab(/^0003_status\.down\.sql \(before ↔ generated, not saved\)$/);
      assert.ok(diff.input instanceof vscode.TabInputTextDiff);
      const before = await vscode.workspace.openTextDocument(diff.input.original);
      assert.equal(before.getText(), old);
      const after = opened('/0003_status.down.sql');
      assert.match(after?.getText() ?? '', /^-- Takes 0003_status\.sql back/);
      const saved = new TextDecoder().decode(await vscode.workspace.fs.readFile(down));
      assert.equal(saved, old);
    } finally {
      await closeAll();
      await vscode.workspace.fs.delete(down);
    }
  });

  it('generate the runbook with its preview beside it', async () => {
    await open(fixture('migrations/0003_status.sql'));
    await vscode.commands.executeCommand('airlock.generateRunbook');
    const document = opened('/0003_status.runbook.md');
    assert.match(document?.getText() ?? '', /^# Runbook: 0003_status\.sql\n/);
    assert.equal(document?.languageId, 'markdown');
    await tab(/^Preview 0003_status\.runbook\.md$/);
    await screenshot('runbook-preview');
  });

  it('generate one runbook of all that is pending, and pages of the schema', async () => {
    await open(fixture('migrations/0003_status.sql'));
    await vscode.commands.executeCommand('airlock.generateReleaseRunbook');
    assert.match(opened('/pending.runbook.md')?.getText() ?? '', /^# Runbook: \d+ migrations, /);
    await open(fixture('migrations/0003_status.sql'));
    await vscode.commands.executeCommand('airlock.documentSchema');
    assert.match(
      opened('/schema.md')?.getText() ?? '',
      /^# Schema\n\nAs of 0003_status\.sql: [\s\S]*```mermaid\nerDiagram\n/,
    );
    await open(fixture('migrations/0003_status.sql'));
    await vscode.commands.executeCommand('airlock.documentSchemaChange');
    assert.match(
      opened('/0003_status.schema.md')?.getText() ?? '',
      /^# What 0003_status\.sql changes\n[\s\S]*\*\*New\*\*/,
    );
  });

  it('review the file, unsaved text included, and follow what is typed', async () => {
    const uri = fixture('migrations/0002_index.sql');
    const editor = await open(uri);
    await findingOf(uri, 'require-concurrent-index');
    await vscode.commands.executeCommand('airlock.reviewFile');
    const review = opened('/0002_index.review.md');
    assert.match(review?.getText() ?? '', /BLOCK/);
    assert.deepEqual([review?.isUntitled, review?.isDirty, review?.languageId], [false, false, 'markdown']);
    assert.equal(
      vscode.window.activeTextEditor?.document.uri.toString(),
      uri.toString(),
      'the migration keeps the focus',
    );
    const behind = editor.document.getText().indexOf('INDEX') + 'INDEX'.length;
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, editor.document.positionAt(behind), ' CONCURRENTLY');
    await vscode.workspace.applyEdit(edit);
    await until('the review of the new text', () => /^# Migration review: SAFE/.test(review?.getText() ?? ''));
  });

  it('link the places that a review names, and show it in the preview', async () => {
    const uri = fixture('migrations/0002_index.sql');
    await open(uri);
    await findingOf(uri, 'require-concurrent-index');
    await vscode.commands.executeCommand('airlock.reviewFile');
    await tab(/^Preview 0002_index\.review\.md$/);
    const text = opened('/0002_index.review.md')?.getText() ?? '';
    const [, address = '', line] = /\[`0002_index\.sql:\d+`\]\(([^)#]+)#L(\d+)\)/.exec(text) ?? [];
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.equal(folder && vscode.Uri.joinPath(folder.uri, address).toString(), uri.toString());
    assert.ok(Number(line) >= 1);
  });

  it('review all pending migrations as one release', async () => {
    await open(fixture('migrations/0002_index.sql'));
    await vscode.commands.executeCommand('airlock.reviewPending');
    const text = opened('/pending.review.md')?.getText() ?? '';
    assert.match(text, /^# Migration review: BLOCK/);
    assert.match(text, /`0002_index\.sql:\d+`/);
    assert.match(text, /`0004_many\.sql:\d+`/);
  });

  it('open the page of a rule in the preview', async () => {
    await open(fixture('migrations/0002_index.sql'));
    await vscode.commands.executeCommand('airlock.openRulePage', 'require-concurrent-index');
    await tab(/^Preview require-concurrent-index\.md$/);
  });

  it('say what is wrong when a rule does not exist', async () => {
    await vscode.commands.executeCommand('airlock.openRulePage', 'no-such-rule');
    if (canAct) assert.match(await notifications(), /no-such-rule/);
    await vscode.commands.executeCommand('notifications.clearAll');
  });
});

describe('the server', () => {
  afterEach(closeAll);

  it('is restarted by command, several times at once, and answers again', async () => {
    const uri = fixture('migrations/0002_index.sql');
    await open(uri);
    await findingOf(uri, 'require-concurrent-index');
    await Promise.all([1, 2, 3].map(() => vscode.commands.executeCommand('airlock.restartServer')));
    await findingOf(uri, 'require-concurrent-index');
  });

  it('is stopped and started by the setting airlock.enable', async () => {
    const uri = fixture('migrations/0002_index.sql');
    await open(uri);
    await findingOf(uri, 'require-concurrent-index');
    const settings = vscode.workspace.getConfiguration('airlock');
    await settings.update('enable', false, vscode.ConfigurationTarget.Workspace);
    await until('no findings', () => vscode.languages.getDiagnostics(uri).length === 0, [
      vscode.languages.onDidChangeDiagnostics,
    ]);
    await settings.update('enable', undefined, vscode.ConfigurationTarget.Workspace);
    await findingOf(uri, 'require-concurrent-index');
  });
});
