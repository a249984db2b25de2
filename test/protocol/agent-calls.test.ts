import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { CancellationTokenSource, LSPErrorCodes, ResponseError } from 'vscode-languageserver-protocol/node';
import { answerAgent } from '../../server/src/cli/answer-agent.js';
import { agentDesk, type AnswerAgent } from '../../server/src/protocol/agent-desk.js';
import { type AgentCallResult, type EditorSettings, methods } from '../../server/src/protocol/messages/messages.js';
import { createServer } from '../../server/src/protocol/server.js';
import type { ReviewAnswer, SchemaAnswer } from '../agent/support/agent.js';
import { bundle, root } from '../cli/support/run-cli.js';
import { Folder } from '../support/folder.js';
import { StdioClient } from '../support/stdio-client.js';
import { SingleFileChecker } from './support/checker.js';
import { modern, TestClient } from './support/test-client.js';

const orders = 'CREATE TABLE orders (id bigint PRIMARY KEY, note text, paid_at timestamptz);\n';
const index = 'CREATE INDEX orders_paid_at ON orders (paid_at);\n';
const concurrent = index.replace('INDEX', 'INDEX CONCURRENTLY');

describe('tools of agents through the language server', () => {
  const folder = new Folder({ 'migrations/0001_orders.sql': orders, 'migrations/0002_index.sql': index });
  const uriOf = (name: string): string => pathToFileURL(folder.at(name)).href;
  const clients: TestClient[] = [];
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.stop();
  });

  async function start(
    answer: AnswerAgent | undefined = answerAgent,
    options: { readonly folder?: string | null; readonly trusted?: boolean; readonly settings?: object } = {},
  ): Promise<TestClient> {
    const host = { version: '1.2.3', pages: '', createChecker: () => new SingleFileChecker(), answerAgent: answer };
    const client = new TestClient((connection) => createServer(connection, host));
    clients.push(client);
    client.settings = options.settings ?? null;
    const { folder: open = pathToFileURL(folder.path).href, trusted = true } = options;
    await client.initialize(modern, open, { trusted });
    return client;
  }

  async function call<T>(client: TestClient, name: string, input: unknown): Promise<T> {
    const answer = await client.connection.sendRequest<AgentCallResult>(methods.agentCall, { name, input });
    assert.ok('found' in answer, JSON.stringify(answer));
    return answer.found as T;
  }

  async function refusal(client: TestClient, name: string, input: unknown): Promise<string> {
    const answer = await client.connection.sendRequest<AgentCallResult>(methods.agentCall, { name, input });
    assert.ok('refusal' in answer, JSON.stringify(answer));
    return answer.refusal;
  }

  const rulesOf = ({ findings }: ReviewAnswer): string[] => findings.map(({ rule }) => rule);
  const review = (client: TestClient, ...paths: string[]): Promise<ReviewAnswer> =>
    call<ReviewAnswer>(client, 'review_migration', { paths });

  it('answer what they answer over MCP', async () => {
    const client = await start();
    const found = await review(client, 'migrations');
    assert.deepEqual(found.files, ['migrations/0001_orders.sql', 'migrations/0002_index.sql']);
    assert.ok(rulesOf(found).includes('require-concurrent-index'));
    for (const name of [folder.at('migrations/0002_index.sql'), uriOf('migrations/0002_index.sql')])
      assert.deepEqual((await review(client, name)).files, ['migrations/0002_index.sql'], name);
  });

  it('judge what stands in the editor, saved or not, also as the history of other files', async () => {
    const client = await start();
    await client.open(uriOf('migrations/0002_index.sql'), concurrent);
    assert.ok(!rulesOf(await review(client, 'migrations/0002_index.sql')).includes('require-concurrent-index'));
    await client.change(uriOf('migrations/0002_index.sql'), 'DROP TABLE orders;\n');
    assert.ok(rulesOf(await review(client, 'migrations/0002_index.sql')).includes('no-drop-table'));
    await client.change(uriOf('migrations/0002_index.sql'), 'ALTER TABLE orders ADD COLUMN typed int;\n');
    const next = { path: 'migrations/0003_x.sql', sql: 'ALTER TABLE orders ADD COLUMN typed text;\n' };
    const { findings } = await call<ReviewAnswer>(client, 'check_sql', next);
    assert.ok(findings.some(({ message }) => /typed/.test(message) && /0002_index/.test(message)));
    const schema = await call<SchemaAnswer>(client, 'schema_at', { path: 'migrations' });
    assert.deepEqual(
      schema.tables[0]?.columns.map(({ name }) => name),
      ['id', 'note', 'paid_at', 'typed'],
    );
    await client.close(uriOf('migrations/0002_index.sql'));
    assert.ok(rulesOf(await review(client, 'migrations/0002_index.sql')).includes('require-concurrent-index'));
  });

  it('judge a document that is on no disk', async () => {
    const client = await start();
    await client.open('untitled:Untitled-1', index);
    await client.open(`untitled:${folder.at('migrations/0003_new.sql')}`, index);
    for (const name of ['Untitled-1', 'untitled:Untitled-1'])
      assert.ok(rulesOf(await review(client, name)).includes('require-concurrent-index'), name);
    assert.deepEqual((await review(client, 'migrations/0003_new.sql')).files, ['migrations/0003_new.sql']);
    assert.match(await refusal(client, 'review_migration', { paths: ['Untitled-2'] }), /There is no such file/);
  });

  it('take the PostgreSQL of the settings where nothing else names one', async () => {
    const client = await start(answerAgent, { settings: { postgres: 17 } });
    assert.equal((await call<{ postgres: number }>(client, 'check_sql', { sql: index })).postgres, 17);
    assert.equal((await call<{ postgres: number }>(client, 'check_sql', { sql: index, postgres: 15 })).postgres, 15);
  });

  it('say in a sentence why there is no answer', async () => {
    const client = await start();
    assert.match(await refusal(client, 'review_migration', 'migrations'), /^The call cannot be read\./);
    assert.match(await refusal(client, 'review_migration', null), /^The call cannot be read\./);
    assert.match(await refusal(client, 'review_migration', {}), /"paths" is missing/);
    assert.match(await refusal(client, 'no_tool', {}), /^There is no such tool\. Tools: check_sql, /);
    for (const path of ['../x.sql', '/etc/passwd', 'file:///etc/passwd'])
      assert.match(await refusal(client, 'review_migration', { paths: [path] }), / leads out of /, path);
    await client.open('file:///etc/other/1.sql', index);
    assert.match(await refusal(client, 'review_migration', { paths: ['/etc/other/1.sql'] }), / leads out of /);
  });

  it('look at nothing without a folder, and judge a text all the same', async () => {
    const client = await start(answerAgent, { folder: null });
    await client.open('untitled:Untitled-1', index);
    for (const path of ['migrations', 'Untitled-1', '/etc/passwd'])
      assert.match(await refusal(client, 'review_migration', { paths: [path] }), /^No folder is open/, path);
    assert.match(await refusal(client, 'schema_at', { path: 'x.sql' }), /^No folder is open/);
    assert.match(await refusal(client, 'check_sql', { sql: index, path: '/etc/1.sql' }), /^No folder is open/);
    assert.ok(
      rulesOf(await call<ReviewAnswer>(client, 'check_sql', { sql: index })).includes('require-concurrent-index'),
    );
  });

  it('look at nothing where the workspace is not trusted, or Airlock is off', async () => {
    const never: AnswerAgent = () => assert.fail('a tool was asked');
    const careful = await start(never, { trusted: false });
    assert.match(await refusal(careful, 'check_sql', { sql: index }), /not trusted/);
    const off = await start(never, { settings: { enable: false } });
    assert.match(await refusal(off, 'check_sql', { sql: index }), /switched off/);
  });

  it('keep to the folders in which Airlock is on, each with its settings', async () => {
    const other = new Folder({ 'migrations/0001_a.sql': orders });
    const off = new Folder({ 'migrations/0001_a.sql': orders });
    const settings = new Map<string, EditorSettings>([
      [pathToFileURL(off.path).href, { enable: false }],
      [pathToFileURL(other.path).href, { postgres: 17, searchCode: false }],
    ]);
    const desk = await agentDesk({
      folders: [off.path, folder.path, other.path].map((each) => pathToFileURL(each).href),
      documents: [],
      settingsOf: async (uri) => settings.get(uri) ?? {},
      signal: new AbortController().signal,
    });
    assert.ok(desk);
    assert.deepEqual(desk.folders, [folder.path, other.path]);
    assert.deepEqual(await desk.settingsFor(other.at('migrations/0001_a.sql')), { searchCode: false, postgres: 17 });
    assert.deepEqual(await desk.settingsFor(folder.at('migrations/0001_orders.sql')), { searchCode: true });
    const judged = async (path: string): Promise<string> => {
      const given = await answerAgent({ name: 'review_migration', input: { paths: [path] } }, desk);
      return 'refusal' in given ? given.refusal : `PostgreSQL ${given.found.postgres}`;
    };
    assert.equal(await judged('migrations/0001_a.sql'), 'PostgreSQL 17', 'the first folder that has it');
    assert.equal(await judged('migrations/0002_index.sql'), 'PostgreSQL 14');
    assert.match(await judged(off.at('migrations/0001_a.sql')), / leads out of /);
  });

  it('end with the request that asked', async () => {
    let begun: () => void = () => {};
    const running = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const client = await start(
      (_call, { signal }) =>
        new Promise((_resolve, reject) => {
          begun();
          signal.addEventListener('abort', () => reject(signal.reason));
        }),
    );
    const source = new CancellationTokenSource();
    const asked = client.connection.sendRequest(methods.agentCall, { name: 'runbook', input: {} }, source.token);
    await running;
    source.cancel();
    await assert.rejects(
      asked,
      (error) => error instanceof ResponseError && error.code === LSPErrorCodes.RequestCancelled,
    );
  });

  it('stop between two files when they are cancelled', async () => {
    const controller = new AbortController();
    const texts = new Map(
      [...Array(40).keys()].map((n) => [
        `${folder.path}/m/${n + 100}_t.sql`,
        `CREATE TABLE t${n} (id int PRIMARY KEY);\n`,
      ]),
    );
    for (const [file, text] of texts) folder.write(path.relative(folder.path, file), text);
    const call = { name: 'review_migration', input: { paths: ['m'] } };
    const answered = answerAgent(call, {
      folders: [folder.path],
      texts,
      pathOf: () => undefined,
      settingsFor: async () => ({}),
      signal: controller.signal,
    });
    controller.abort();
    await assert.rejects(answered, /abort/i);
  });

  it('are there in the bundle of the language server, which needs no SDK of MCP', async () => {
    const installed = new Folder();
    const bundles = ['cli.js', 'command-line.js', 'server.js', 'libpg-query.wasm'].map((each) => `dist/${each}`);
    for (const file of ['package.json', 'snippets', ...bundles])
      fs.cpSync(path.join(root, file), installed.at(file), { recursive: true });
    const text = fs.readFileSync(path.join(root, 'dist', 'server.js'), 'utf8');
    assert.doesNotMatch(text, /modelcontextprotocol|notifications\/roots\/list_changed/);
    assert.ok(fs.existsSync(bundle));
    const client = StdioClient.start([process.execPath, installed.at('dist/cli.js'), 'lsp', '--stdio']);
    try {
      await client.initialize({}, pathToFileURL(folder.path).href);
      const params = { name: 'review_migration', input: { paths: ['migrations'] } };
      const answer = await client.connection.sendRequest<AgentCallResult>(methods.agentCall, params);
      assert.ok('found' in answer, JSON.stringify(answer));
      assert.equal(answer.found.verdict, 'BLOCK');
    } finally {
      await client.stop();
    }
  });
});
