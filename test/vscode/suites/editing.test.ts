import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  apply,
  closeAll,
  codeActions,
  findingOf,
  findings,
  fixture,
  goneFrom,
  hoverText,
  open,
  ruleIds,
  textAt,
  until,
} from '../support/editor.js';

const index = fixture('migrations/0002_index.sql');

describe('editing a migration', () => {
  afterEach(closeAll);

  it('goes from squiggle to hover to lightbulb to the safe form, and back by undo', async () => {
    const editor = await open(index);
    const finding = await findingOf(index, 'require-concurrent-index');
    assert.equal(textAt(editor, finding.range), 'INDEX');
    assert.equal(finding.range.start.line, 2);
    assert.equal(finding.severity, vscode.DiagnosticSeverity.Error);

    const hover = await hoverText(index, finding.range.start);
    assert.match(hover, /\*\*SHARE\*\* on `orders`: writes wait\./);
    const { code } = finding;
    const page = typeof code === 'object' ? code.target.toString() : '';
    assert.equal(page, 'airlock-rule:/require-concurrent-index.md');

    const actions = await codeActions(index, finding.range);
    const [fix] = actions;
    assert.equal(fix?.title, 'Add CONCURRENTLY');
    assert.equal(fix.isPreferred, true);
    await apply(fix);
    assert.match(editor.document.lineAt(2).text, / CREATE INDEX CONCURRENTLY orders_customer_idx ON orders /);
    await goneFrom(index, 'require-concurrent-index');
    // The file sets a lock_timeout, which a concurrent build may run into: that is information.
    assert.deepEqual(ruleIds(index), ['no-lock-timeout-with-concurrently']);

    await vscode.commands.executeCommand('undo');
    await findingOf(index, 'require-concurrent-index');
  });

  it('checks the statements behind one that does not parse', async () => {
    const uri = fixture('migrations/0005_broken.sql');
    const editor = await open(uri);
    const broken = await findingOf(uri, 'no-syntax-error');
    assert.equal(textAt(editor, broken.range), 'TABL');
    const behind = await findingOf(uri, 'require-concurrent-index');
    assert.equal(behind.range.start.line, 4);
  });

  it('keeps the line ends of a CRLF file', async () => {
    const uri = fixture('migrations/0010_crlf.sql');
    const text = '-- é 😀\r\nALTER TABLE orders\r\n  ADD COLUMN note text;\r\n';
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    try {
      const editor = await open(uri);
      const finding = await findingOf(uri, 'require-lock-timeout');
      assert.equal(textAt(editor, finding.range), 'ALTER TABLE');
      const [fix] = await codeActions(uri, finding.range);
      assert.ok(fix);
      await apply(fix);
      await goneFrom(uri, 'require-lock-timeout');
      const fixed = "-- é 😀\r\nSET lock_timeout = '5s';\r\nALTER TABLE orders\r\n  ADD COLUMN note text;\r\n";
      assert.equal(editor.document.getText(), fixed);
    } finally {
      await closeAll();
      await vscode.workspace.fs.delete(uri);
    }
  });

  it('shows nothing in an SQL file that is no migration', async () => {
    await open(index);
    const query = fixture('queries/report.sql');
    const editor = await open(query);
    await findingOf(index, 'require-concurrent-index');
    // The list would look the same before the check, so the server is asked: a check is behind its answer.
    assert.deepEqual(await codeActions(query, editor.document.lineAt(0).range, 'quickfix'), []);
    assert.deepEqual(findings(query), []);
  });

  it('checks a document without a file when it is asked to', async () => {
    const document = await vscode.workspace.openTextDocument({
      language: 'sql',
      content: 'CREATE INDEX a ON orders (total);\n',
    });
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('airlock.checkFile');
    await findingOf(document.uri, 'require-concurrent-index');
  });

  it('reads a later migration with what an open earlier one says, saved or not', async () => {
    const later = fixture('migrations/0007_audit_index.sql');
    const earlier = fixture('migrations/0006_audit.sql');
    await open(later);
    const editor = await open(earlier);
    const name = new vscode.Range(0, 'CREATE TABLE '.length, 0, 'CREATE TABLE audit'.length);
    await editor.edit((edit) => edit.replace(name, 'journal'));
    await findingOf(later, 'require-concurrent-index');
    await vscode.window.showTextDocument(editor.document);
    await vscode.commands.executeCommand('undo');
    await goneFrom(later, 'require-concurrent-index');
  });

  it('completes the safe patterns as snippets', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'sql', content: 'pg' });
    await vscode.window.showTextDocument(document);
    const labels = await until('snippets', async () => {
      const list = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        new vscode.Position(0, 2),
      );
      const snippets = list.items.filter((item) => item.kind === vscode.CompletionItemKind.Snippet);
      return (
        snippets.length > 0 && snippets.map((item) => (typeof item.label === 'string' ? item.label : item.label.label))
      );
    });
    assert.ok(
      labels.some((label) => label.startsWith('pg-')),
      labels.join(', '),
    );
  });
});
