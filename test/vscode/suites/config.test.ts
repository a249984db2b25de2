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

const config = fixture('airlock.config.json');
const index = fixture('migrations/0002_index.sql');

async function write(text: string): Promise<void> {
  await vscode.workspace.fs.writeFile(config, new TextEncoder().encode(text));
}

describe('airlock.config.json', () => {
  let original = '';
  before(async () => {
    original = new TextDecoder().decode(await vscode.workspace.fs.readFile(config));
  });
  afterEach(async () => {
    await closeAll();
    await write(original);
  });

  it('takes effect while the editor is open', async () => {
    await open(index);
    const { range } = await findingOf(index, 'require-concurrent-index');
    assert.match(await hoverText(index, range.start), /PostgreSQL 16\./);
    await write(original.replace('"postgres": 16', '"postgres": 17'));
    await until('the new version', async () => (await hoverText(index, range.start)).includes('PostgreSQL 17.'));
    await write(original.replace('"postgres": 16', '"rules": { "require-concurrent-index": "off" }'));
    await goneFrom(index, 'require-concurrent-index');
    await write(original);
    await findingOf(index, 'require-concurrent-index');
  });

  it('is reported where it is wrong, and until it is right', async () => {
    await open(index);
    await write(original.replace('"postgres"', '"postgre"'));
    const problem = await until(
      'a problem in the configuration',
      () => vscode.languages.getDiagnostics(config).find((one) => one.source === 'Airlock'),
      [vscode.languages.onDidChangeDiagnostics],
    );
    assert.match(problem.message, /There is no setting "postgre"\. Did you mean "postgres"\?/);
    assert.equal(problem.range.start.line, 2);
    await open(config);
    const fix = (await codeActions(config, problem.range)).find(({ title }) => title === 'Change to "postgres"');
    assert.ok(fix, 'the word that was meant is offered');
    await apply(fix);
    assert.equal((await vscode.workspace.openTextDocument(config)).getText(), original);
    await closeAll();
    await open(index);
    await write(original);
    await until(
      'no problem in the configuration',
      () => !vscode.languages.getDiagnostics(config).some((one) => one.source === 'Airlock'),
      [vscode.languages.onDidChangeDiagnostics],
    );
  });

  it('takes the version that is picked, and keeps its comments', async () => {
    await open(index);
    const picked = vscode.commands.executeCommand('airlock.selectPostgresVersion');
    // Accepting does nothing while no list is open; the first entry is the newest version.
    await until('the version in the file', async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(config));
      return text === original.replace('"postgres": 16', '"postgres": 18');
    });
    await picked;
    const { range } = await findingOf(index, 'require-concurrent-index');
    await until('the new version', async () => (await hoverText(index, range.start)).includes('PostgreSQL 18.'));
  });

  it('is shown with every value and where it comes from', async () => {
    await open(index);
    await vscode.commands.executeCommand('airlock.showEffectiveConfig');
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    assert.match(text, /^\/\/ In force for migrations\/0002_index\.sql, from .*airlock\.config\.json\.\n/);
    assert.match(text, /"lockSecondsProduction": 30/);
    assert.match(text, /"require-concurrent-index": "error"/);
  });
});
