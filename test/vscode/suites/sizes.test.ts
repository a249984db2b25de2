import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type PgliteServer, startPgliteServer } from '../../support/pglite-server.js';
import { closeAll, fixture, open, until } from '../support/editor.js';
import { canAct, count, notifications, press, screenshot, seen, texts, type } from '../support/person.js';
import { exists, onDisk } from '../support/splits.js';

describe('capturing table sizes', function () {
  this.timeout(60_000);
  const config = fixture('airlock.config.json');
  const file = fixture('airlock.stats.json');
  let server: PgliteServer;
  let original: Uint8Array;
  before(async function () {
    if (!canAct) this.skip();
    original = await vscode.workspace.fs.readFile(config);
    server = await startPgliteServer();
    await server.database.exec(
      'create table orders (id int); insert into orders select generate_series(1, 700); analyze orders',
    );
  });
  after(async () => {
    await closeAll();
    await vscode.workspace.fs.writeFile(config, original);
    if (await exists(file)) await vscode.workspace.fs.delete(file);
    await server.close();
  });

  it('asks for the address behind dots, writes the file, names it in the configuration, and keeps the address as a secret', async () => {
    await open(fixture('migrations/0003_status.sql'));
    const first = vscode.commands.executeCommand('airlock.captureTableSizes');
    await seen('.quick-input-list .monaco-list-row');
    await screenshot('sizes-server');
    await press('Enter');
    await seen('.quick-input-widget input[type="password"]');
    await type('mysql://host');
    await seen('.quick-input-message');
    await press('Control+A');
    await type(server.url);
    await screenshot('sizes-address');
    await press('Enter');
    await until('the file', () => exists(file));
    await until('the configuration to name it', async () =>
      (await onDisk(config)).includes('"stats": "airlock.stats.json"'),
    );
    assert.match(await onDisk(file), /"orders"[^\n]*"rows":700/);
    assert.match(await notifications(), /airlock\.stats\.json has the size of the one table of postgres@127/);
    await screenshot('sizes-captured');
    await vscode.commands.executeCommand('notifications.clearAll');
    await first;

    const again = vscode.commands.executeCommand('airlock.captureTableSizes');
    await seen('.quick-input-list .monaco-list-row');
    const [kept] = await texts('.quick-input-list .monaco-list-row');
    assert.match(kept ?? '', /postgres@127\.0\.0\.1:\d+\/postgres/);
    await press('ArrowUp');
    await press('Enter');
    await until(
      'the address to be forgotten',
      async () => !(await texts('.quick-input-list')).join().includes('127.0.0.1'),
    );
    assert.equal(await count('.quick-input-list .monaco-list-row'), 2);
    await press('Escape');
    await again;
  });
});
