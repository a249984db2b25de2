import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { agentServers } from '../../../client/src/agent-server.js';
import { invocationMessage } from '../../../client/src/agent-tools.js';
import { tools } from '../../../server/src/agent/tools.js';
import { offered, textOf } from '../support/agents.js';
import { closeAll, fixture, open, until } from '../support/editor.js';

const migration = fixture('migrations/0002_index.sql');
const names = tools.map(({ name }) => name);
const unsafe = 'require-concurrent-index';

interface Review {
  readonly verdict: string;
  readonly postgres: number;
  readonly files: readonly string[];
  readonly findings: readonly { readonly rule: string }[];
}

/** What an agent reads of a review. */
async function review(path: string, tool = 'airlock_review_migration'): Promise<Review> {
  return JSON.parse(await textOf(tool, { paths: [path] })) as Review;
}

const rulesOf = ({ findings }: Review): string[] => findings.map(({ rule }) => rule);

const setting = (section: string, name: string, value: unknown): Thenable<void> =>
  vscode.workspace.getConfiguration(section).update(name, value, vscode.ConfigurationTarget.Global);

describe('agents of the editor', () => {
  before(async () => {
    await vscode.extensions.getExtension('airlock.pg-airlock')?.activate();
  });
  afterEach(closeAll);

  it('are offered the tools of pg-airlock mcp, with what they take', () => {
    assert.deepEqual(offered('airlock_').sort(), names.map((name) => `airlock_${name}`).sort());
    const tool = vscode.lm.tools?.find(({ name }) => name === 'airlock_check_sql');
    assert.match(tool?.description ?? '', /airlock_fix_migration/);
    assert.match(JSON.stringify(tool?.inputSchema), /"required":\["sql"\]/);
  });

  it('get a review of a file, by its path below the folder and by its whole path', async () => {
    for (const path of ['migrations/0002_index.sql', migration.fsPath, migration.toString()]) {
      const found = await review(path);
      assert.deepEqual([found.verdict, found.postgres, found.files], ['BLOCK', 16, ['migrations/0002_index.sql']]);
      assert.deepEqual(rulesOf(found), [unsafe]);
    }
  });

  it('get the safe form of it, and nothing is written', async () => {
    const before = (await vscode.workspace.fs.readFile(migration)).toString();
    const answer = JSON.parse(await textOf('airlock_fix_migration', { path: 'migrations/0002_index.sql' })) as {
      readonly files: readonly { readonly text: string }[];
    };
    assert.match(answer.files[0]?.text ?? '', /CREATE INDEX CONCURRENTLY/);
    assert.equal((await vscode.workspace.fs.readFile(migration)).toString(), before);
  });

  it('get a judgement of what stands on the screen, saved or not', async () => {
    const editor = await open(migration);
    const { document } = editor;
    const at = document.positionAt(document.getText().indexOf('INDEX') + 'INDEX'.length);
    await editor.edit((edit) => edit.insert(at, ' CONCURRENTLY'));
    assert.ok(document.isDirty);
    assert.ok(!rulesOf(await review('migrations/0002_index.sql')).includes(unsafe));
  });

  it('get a judgement of a document that is no file yet', async () => {
    const document = await vscode.workspace.openTextDocument({
      language: 'sql',
      content: 'CREATE INDEX orders_total_idx ON orders (total);\n',
    });
    await vscode.window.showTextDocument(document);
    for (const name of [document.fileName, document.uri.toString()])
      assert.ok(rulesOf(await review(name)).includes(unsafe), name);
  });

  it('are answered with a sentence where there is nothing to judge', async () => {
    const refused: readonly (readonly [object, RegExp])[] = [
      [{}, /The call cannot be read\. "paths" is missing\./],
      [{ paths: 'migrations' }, /The call cannot be read\./],
      [{ paths: ['migrations/nowhere.sql'] }, /migrations\/nowhere\.sql: There is no such file or directory\./],
      [{ paths: ['/etc/passwd'] }, / leads out of /],
    ];
    for (const [input, why] of refused) await assert.rejects(textOf('airlock_review_migration', input), why);
  });

  it('end a call that is cancelled', async () => {
    const source = new vscode.CancellationTokenSource();
    source.cancel();
    await assert.rejects(textOf('airlock_review_migration', { paths: ['migrations'] }, source.token));
  });

  it('say meanwhile what they do', () => {
    const said: readonly (readonly [string, unknown, string])[] = [
      ['review_migration', { paths: ['db/0042.sql'] }, 'Reviewing db/0042.sql'],
      ['review_migration', { paths: [migration.fsPath, 'b.sql'] }, 'Reviewing migrations/0002_index.sql and 1 more'],
      ['check_sql', { sql: 'SELECT 1' }, 'Checking a migration'],
      ['list_patterns', {}, 'Listing safe patterns'],
      ['runbook', null, 'Making the runbook of a migration'],
      ['runbook', { path: 5 }, 'Making the runbook of a migration'],
      ['schema_at', { path: `a\n${'x'.repeat(80)}` }, `Reading the schema at …${'x'.repeat(59)}`],
    ];
    for (const [name, input, message] of said) assert.equal(invocationMessage(name, input), message);
  });

  describe('that take a server of MCP', () => {
    const server = 'airlock.pg-airlock/Airlock';
    before(async () => {
      await setting('airlock', 'agentTools', 'mcp');
      // Without it the editor has no agents.
      await setting('chat', 'disableAIFeatures', false);
    });
    after(async () => {
      await vscode.commands.executeCommand('workbench.mcp.stopServer', server);
      await setting('airlock', 'agentTools', undefined);
      await setting('chat', 'disableAIFeatures', true);
    });

    it('get one that starts as its definition says', async () => {
      const [definition, ...more] = definitions();
      assert.ok(definition && more.length === 0);
      const { command, args, env, cwd } = definition;
      const transport = new StdioClientTransport({
        command,
        args: [...args],
        env: stringsOf(env),
        ...(cwd === undefined ? {} : { cwd: cwd.fsPath }),
      });
      const client = new Client({ name: 'test', version: '1.0.0' });
      await client.connect(transport);
      try {
        const listed = (await client.listTools()).tools.map(({ name }) => name);
        assert.deepEqual(listed, names);
        const result = await client.callTool({ name: 'check_sql', arguments: { sql: 'DROP TABLE t;' } });
        assert.notEqual(result.isError, true);
      } finally {
        await client.close();
      }
    });

    it('get it from the editor itself, and the tools of the editor no more', async () => {
      await until('the tools of the server', async () => {
        await vscode.commands.executeCommand('workbench.mcp.startServer', server, { autoTrustChanges: true });
        return offered('mcp_airlock_').length === names.length;
      });
      const found = await review(migration.fsPath, 'mcp_airlock_review_migration');
      assert.deepEqual([found.verdict, rulesOf(found)], ['BLOCK', [unsafe]]);
      await assert.rejects(review('migrations/0002_index.sql'), /switched off here \(setting airlock\.agentTools\)/);
    });

    it('get none where a setting says so', async () => {
      await setting('airlock', 'agentTools', 'off');
      assert.deepEqual(definitions(), []);
      await until('the tools to be gone', () => offered('mcp_airlock_').length === 0);
      await assert.rejects(review('migrations/0002_index.sql'), /switched off/);
    });
  });
});

/** What the extension gives the editor now. */
function definitions(): readonly vscode.StdioServer[] {
  const extension = vscode.extensions.getExtension('airlock.pg-airlock');
  assert.ok(extension);
  const cli = vscode.Uri.joinPath(extension.extensionUri, 'dist', 'cli.js').fsPath;
  return agentServers(cli, '1.0.0');
}

function stringsOf(env: vscode.StdioServer['env']): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)]));
}
