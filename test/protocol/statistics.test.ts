import assert from 'node:assert/strict';
import net from 'node:net';
import { pathToFileURL } from 'node:url';
import { CancellationTokenSource } from 'vscode-languageserver-protocol/node';
import { methods, type CaptureStatisticsResult } from '../../server/src/protocol/messages/messages.js';
import { isStatisticsProblem, readStatistics } from '../../server/src/sizes/statistics.js';
import { bundle } from '../cli/support/run-cli.js';
import { Folder } from '../support/folder.js';
import { type PgliteServer, startPgliteServer } from '../support/pglite-server.js';
import { StdioClient } from '../support/stdio-client.js';

describe('table sizes for the editor', () => {
  let server: PgliteServer;
  let folder: Folder;
  const running: StdioClient[] = [];
  before(async () => {
    server = await startPgliteServer();
    await server.database.exec(
      'create table orders (id int); insert into orders select generate_series(1, 700); analyze orders; create table fresh (id int)',
    );
    folder = new Folder({ 'notes.json': '{ "mine": true }\n', 'old.json': '' });
  });
  after(async () => {
    await server.close();
  });
  afterEach(() => {
    for (const client of running.splice(0)) client.process.kill('SIGKILL');
  });

  async function start(trusted: boolean): Promise<StdioClient> {
    const client = StdioClient.start([process.execPath, bundle, 'lsp', '--stdio']);
    running.push(client);
    await client.connection.sendRequest('initialize', {
      processId: null,
      rootUri: pathToFileURL(folder.path).href,
      capabilities: {},
      initializationOptions: { trusted },
    });
    await client.connection.sendNotification('initialized', {});
    return client;
  }
  const params = (name: string, url = server.url) => ({ uri: pathToFileURL(folder.at(name)).href, url });

  it('are the text of a file, with what a person must know of it', async () => {
    const client = await start(true);
    for (const name of ['airlock.stats.json', 'old.json']) {
      const taken = await client.connection.sendRequest<CaptureStatisticsResult>(
        methods.captureStatistics,
        params(name),
      );
      const read = readStatistics(taken.text);
      assert.ok(!isStatisticsProblem(read));
      assert.equal(read.tables.find(({ name: table }) => table === 'orders')?.rows, 700);
      assert.equal(taken.tables, 2);
      assert.match(taken.remarks.join(), /^1 of 2 tables were never analysed/);
      assert.match(taken.address, /^postgres@127\.0\.0\.1:\d+\/postgres$/);
    }
  });

  it('are not asked for where a file of another kind would be replaced, nor without trust', async () => {
    await assert.rejects((await start(true)).connection.sendRequest(methods.captureStatistics, params('notes.json')), {
      message: `${folder.at('notes.json')} is no file of table statistics; it was left alone.`,
    });
    await assert.rejects(
      (await start(false)).connection.sendRequest(methods.captureStatistics, params('airlock.stats.json')),
      {
        message: 'Trust this workspace first: a server is asked.',
      },
    );
  });

  it('are as little asked for by a rehearsal without trust', async () => {
    const rehearsal = { uris: [pathToFileURL(folder.at('a.sql')).href], url: server.url };
    await assert.rejects((await start(false)).connection.sendRequest(methods.rehearse, rehearsal), {
      message: 'Trust this workspace first: a server is asked.',
    });
  });

  it('fail with one sentence that holds no password', async () => {
    const client = await start(true);
    const wrong = 'postgres://ann:s3cret%21@127.0.0.1:1/shop';
    await assert.rejects(
      client.connection.sendRequest(methods.captureStatistics, params('airlock.stats.json', wrong)),
      {
        message: 'Nothing listens at ann@127.0.0.1:1/shop. Start the server, or correct host and port.',
      },
    );
    await assert.rejects(
      client.connection.sendRequest(methods.captureStatistics, params('airlock.stats.json', 's3cret!')),
      (error: Error) => {
        assert.doesNotMatch(error.message, /s3cret/);
        return true;
      },
    );
  });

  it('end at once when they are cancelled, though the server never answers', async () => {
    const silent = net.createServer((socket) => void socket.on('error', () => {}));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    assert.ok(typeof address === 'object' && address !== null);
    const client = await start(true);
    const began = Date.now();
    const source = new CancellationTokenSource();
    setTimeout(() => source.cancel(), 200);
    const url = `postgres://a@127.0.0.1:${address.port}/b`;
    await assert.rejects(
      client.connection.sendRequest(methods.captureStatistics, params('airlock.stats.json', url), source.token),
      { message: 'cancelled' },
    );
    assert.ok(Date.now() - began < 5000);
    silent.close();
  });
});
