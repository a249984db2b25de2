import assert from 'node:assert/strict';
import { startSingleFileServer } from './support/start.js';
import { modern, simple } from './support/test-client.js';

const uri = 'file:///db/migrations/0001_index.sql';
const index = 'CREATE INDEX a ON t (x);\n';
const timeout = "SET lock_timeout = '5s';\n";

describe('diagnostics', () => {
  it('have rule, page, severity and the exact range, in UTF-16', async () => {
    const { client } = startSingleFileServer();
    await client.initialize();
    await client.open(uri, `${timeout}/* é😀 */ CREATE  INDEX a ON t (x);\n`);
    const [found, ...others] = await client.diagnostics(uri);
    assert.equal(others.length, 0);
    assert.deepEqual(found?.range, { start: { line: 1, character: 18 }, end: { line: 1, character: 23 } });
    assert.equal(found?.code, 'require-concurrent-index');
    assert.equal(found?.source, 'Airlock');
    assert.equal(found?.severity, 1);
    const page = 'https://example.org/v1.2.3/rules/lock-contention/require-concurrent-index.md';
    assert.equal(found?.codeDescription?.href, page);
    // Problems and F8 show no more than the beginning of a line: the advice has one of its own.
    assert.match(String(found?.message), /until the build ends\.\nBuild it with CONCURRENTLY\.$/);
    await client.stop();
  });

  it('point at the other half of a conflict', async () => {
    const { client } = startSingleFileServer();
    await client.initialize();
    await client.open(uri, 'BEGIN;\nCREATE INDEX CONCURRENTLY a ON t (x);\nCOMMIT;\n');
    const found = (await client.diagnostics(uri)).find((one) => one.code === 'no-concurrently-in-transaction');
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 5 } };
    const related = [{ location: { uri, range }, message: 'The transaction begins here.' }];
    assert.deepEqual(found?.relatedInformation, related);
    await client.stop();
  });

  it('grey out a suppression that silences nothing', async () => {
    const { client } = startSingleFileServer();
    await client.initialize();
    await client.open(uri, '-- airlock-ignore require-concurrent-index: empty table\nSELECT 1;\n');
    const [found] = await client.diagnostics(uri);
    assert.equal(found?.code, 'no-unused-suppression');
    assert.deepEqual(found?.tags, [1]);
    await client.stop();
  });

  it('follow incremental edits', async () => {
    const { client } = startSingleFileServer();
    await client.initialize();
    await client.open(uri, timeout + index);
    assert.equal((await client.diagnostics(uri)).length, 1);
    const at = { line: 1, character: 12 };
    await client.change(uri, ' CONCURRENTLY', { start: at, end: at });
    assert.equal((await client.diagnostics(uri)).length, 0);
    await client.stop();
  });

  it('are "unchanged" to a client that has them, and the text is checked once for each version', async () => {
    const { client, checker } = startSingleFileServer();
    await client.initialize();
    await client.open(uri, index);
    const first = await client.report(uri);
    const second = await client.report(uri, first.resultId);
    assert.deepEqual(second, { kind: 'unchanged', resultId: first.resultId });
    assert.equal(checker.checks, 1);
    await client.change(uri, `${index}SELECT 1;\n`);
    assert.equal((await client.report(uri, first.resultId)).kind, 'unchanged');
    await client.change(uri, `\n${index}`);
    assert.equal((await client.report(uri, first.resultId)).kind, 'full');
    await client.stop();
  });

  it('and everything else are none in a file that is no migration', async () => {
    const { client, checker } = startSingleFileServer();
    checker.quiet = true;
    await client.initialize();
    await client.open(uri, index);
    assert.deepEqual(await client.diagnostics(uri), []);
    assert.equal(await client.hover(uri, 0, 8), undefined);
    const range = { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } };
    assert.deepEqual(await client.codeActions(uri, range), []);
    await client.stop();
  });

  it('are none for a document that is not open', async () => {
    const { client } = startSingleFileServer();
    await client.initialize();
    assert.deepEqual(await client.diagnostics(uri), []);
    await client.stop();
  });

  it('are checked again when another document changes, since it may be history', async () => {
    const { client, checker } = startSingleFileServer();
    await client.initialize();
    await client.open(uri, index);
    await client.diagnostics(uri);
    await client.open('file:///db/migrations/0000_first.sql', 'CREATE TABLE t (x int);\n');
    await client.diagnostics(uri);
    assert.equal(checker.checks, 2);
    await client.stop();
  });

  it('are not offered for pulling, but pushed, to a client that cannot pull', async () => {
    const { client } = startSingleFileServer();
    const { capabilities } = await client.initialize(simple);
    assert.equal(capabilities.diagnosticProvider, undefined);
    await client.open(uri, index);
    const first = await client.until(() => client.pushed.get(uri), 'pushed diagnostics');
    assert.equal(first.version, 1);
    assert.equal(first.diagnostics.length, 2);
    await client.change(uri, `${timeout}CREATE INDEX CONCURRENTLY a ON t (x);\n`);
    await client.until(() => client.pushed.get(uri)?.version === 2, 'the second push');
    assert.deepEqual(client.pushed.get(uri)?.diagnostics, []);
    await client.change(uri, index);
    await client.until(() => client.pushed.get(uri)?.diagnostics.length === 2, 'the third push');
    await client.close(uri);
    await client.until(() => client.pushed.get(uri)?.diagnostics.length === 0, 'the last push');
    await client.stop();
  });

  it('are pushed on save only when the editor says so', async () => {
    const { client } = startSingleFileServer();
    client.settings = { run: 'onSave' };
    await client.initialize({ ...simple, workspace: { configuration: true } });
    await client.open(uri, index);
    await client.until(() => client.pushed.get(uri)?.version === 1, 'the push on opening');
    await client.change(uri, 'SELECT 1;\n');
    // An answered request proves that the server has read the edit before it.
    await client.hover(uri, 0, 0);
    assert.equal(client.pushed.get(uri)?.version, 1);
    await client.save(uri);
    await client.until(() => client.pushed.get(uri)?.version === 2, 'the push on saving');
    await client.stop();
  });

  it("use the editor's PostgreSQL version, and follow its change", async () => {
    const { client } = startSingleFileServer();
    client.settings = { postgres: 17 };
    await client.initialize();
    await client.open(uri, index);
    assert.match((await client.hover(uri, 0, 8)) ?? '', /PostgreSQL 17/);
    client.settings = { postgres: 15 };
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    await client.until(() => client.refreshes === 1, 'a refresh');
    assert.match((await client.hover(uri, 0, 8)) ?? '', /PostgreSQL 15/);
    await client.stop();
  });

  it('are refreshed when a file on disk changes that matters, and only then', async () => {
    const { client, checker } = startSingleFileServer();
    await client.initialize(modern);
    await client.open(uri, index);
    await client.diagnostics(uri);
    assert.deepEqual(client.watched.slice(0, 2), ['**/*.{sql,pgsql,psql}', '**/airlock.{config,stats}.json']);
    await client.filesChanged('file:///db/readme.md');
    await client.diagnostics(uri);
    assert.deepEqual([client.refreshes, checker.checks], [0, 1]);
    await client.filesChanged('file:///db/migrations/0000_first.sql');
    await client.until(() => client.refreshes === 1, 'a refresh');
    await client.diagnostics(uri);
    assert.equal(checker.checks, 2);
    await client.stop();
  });

  it('of airlock.config.json are pushed with their place, and taken back', async () => {
    const { client, checker } = startSingleFileServer();
    await client.initialize();
    const config = 'file:///db/airlock.config.json';
    const problem = { message: 'There is no setting "postgre".', span: { start: 4, end: 13 } };
    checker.configs = [{ uri: config, text: '{\n  "postgre": 16\n}\n', problems: [problem] }];
    await client.open(uri, index);
    await client.diagnostics(uri);
    const [pushed] = (await client.until(() => client.pushed.get(config), 'the problem')).diagnostics;
    assert.deepEqual(pushed?.range, { start: { line: 1, character: 2 }, end: { line: 1, character: 11 } });
    assert.equal(pushed?.message, problem.message);
    checker.configs = [{ uri: config, text: '{}\n', problems: [] }];
    await client.filesChanged(config, uri);
    await client.diagnostics(uri);
    await client.until(() => client.pushed.get(config)?.diagnostics.length === 0, 'the problem to be gone');
    await client.stop();
  });
});
