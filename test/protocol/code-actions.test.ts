import assert from 'node:assert/strict';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CodeAction, Range } from 'vscode-languageserver-protocol/node';
import { clientCommands, type IgnoreFindingArguments } from '../../server/src/protocol/messages/messages.js';
import type { GitNotAsked } from '../../server/src/protocol/checker.js';
import { startSingleFileServer } from './support/start.js';
import { modern } from './support/test-client.js';
import type { TestClient } from './support/test-client.js';

const uri = 'file:///db/0001.sql';
const timeout = "SET lock_timeout = '5s';\n";
const line = (number: number): Range => ({
  start: { line: number, character: 0 },
  end: { line: number, character: 80 },
});
const own = { commands: ['airlock.ignoreFinding', 'airlock.openRulePage'] };

async function started(text: string, options: unknown = own, mayBeApplied?: GitNotAsked): Promise<TestClient> {
  const { client, checker } = startSingleFileServer();
  checker.mayBeApplied = mayBeApplied;
  await client.initialize(modern, null, options);
  await client.open(uri, text);
  return client;
}

/** The document after an action's edit. */
function applied(text: string, action: CodeAction | undefined): string {
  const edits = action?.edit?.documentChanges?.flatMap((change) => ('edits' in change ? change.edits : [])) ?? [];
  return TextDocument.applyEdits(TextDocument.create(uri, 'sql', 1, text), edits as never);
}

describe('code actions', () => {
  it('edit nothing where git would have to say whether the file is applied, and must not be asked', async () => {
    const client = await started(
      `${timeout}CREATE INDEX a ON t (x);\n`,
      { commands: Object.values(clientCommands) },
      'restricted',
    );
    const actions = await client.codeActions(uri, line(1));
    assert.deepEqual(
      actions.map(({ title }) => title),
      ['Take the safe form: why not here …', 'Open the page of require-concurrent-index'],
    );
    assert.match(String(actions[0]?.command?.arguments?.[0]), /^Restricted Mode: git is not asked/);
    assert.deepEqual(await client.codeActions(uri, line(1), { only: ['source.fixAll'] }), []);
    await client.stop();
  });

  it('come in the order in which a person wants them', async () => {
    const client = await started(`${timeout}CREATE INDEX a ON t (x);\nCREATE INDEX b ON t (y);\n`);
    const actions = await client.codeActions(uri, line(1));
    assert.deepEqual(
      actions.map((action) => action.title),
      [
        'Add CONCURRENTLY',
        'Fix all: require-concurrent-index',
        'Open the page of require-concurrent-index',
        'Ignore require-concurrent-index …',
      ],
    );
    assert.deepEqual(
      actions.map((action) => action.isPreferred ?? false),
      [true, false, false, false],
    );
    assert.ok(actions.every((action) => action.kind === 'quickfix'));
    await client.stop();
  });

  it('put the gravest finding first where several meet', async () => {
    const client = await started('CREATE INDEX a ON t (x);\n');
    const titles = (await client.codeActions(uri, line(0))).map((action) => action.title);
    // What goes away with the first fix is not offered beside it.
    assert.deepEqual(titles.slice(0, 2), ['Add CONCURRENTLY', 'Open the page of require-concurrent-index']);
    await client.stop();
  });

  it('name the very diagnostics that the client sent', async () => {
    const client = await started(`${timeout}CREATE INDEX a ON t (x);\n`);
    const diagnostics = [...(await client.diagnostics(uri))].map((one) => ({ ...one, data: { mine: true } }));
    const actions = await client.codeActions(uri, line(1), { diagnostics });
    assert.deepEqual(actions[0]?.diagnostics, diagnostics);
    await client.stop();
  });

  it('edit exactly the version that they were made for', async () => {
    const text = `${timeout}CREATE INDEX a ON t (x);\n`;
    const client = await started(text);
    const [fix] = await client.codeActions(uri, line(1));
    const [change] = fix?.edit?.documentChanges ?? [];
    assert.ok(change !== undefined && 'textDocument' in change);
    assert.deepEqual(change.textDocument, { uri, version: 1 });
    assert.equal(applied(text, fix), `${timeout}CREATE INDEX CONCURRENTLY a ON t (x);\n`);
    await client.stop();
  });

  it('are none away from a finding', async () => {
    const client = await started(`${timeout}CREATE INDEX a ON t (x);\n`);
    assert.deepEqual(await client.codeActions(uri, line(0)), []);
    await client.stop();
  });

  it('keep unsafe fixes for the hand: none on save or in bulk', async () => {
    const text = `${timeout}ALTER TABLE t ADD COLUMN id uuid DEFAULT gen_random_uuid();\n`;
    const client = await started(text);
    const titles = async (context: object): Promise<readonly string[]> =>
      (await client.codeActions(uri, line(1), context)).map((action) => action.title);
    const unsafe = 'Set the default in a statement of its own';
    assert.equal((await titles({}))[0], unsafe);
    assert.equal((await titles({ only: ['quickfix'], triggerKind: 1 }))[0], unsafe);
    assert.deepEqual(await titles({ only: ['quickfix'], triggerKind: 2 }), []);
    assert.deepEqual(await titles({ only: ['source.fixAll'], triggerKind: 2 }), []);
    await client.stop();
  });

  it('fix all that is safe in one edit, looking again after each round', async () => {
    const text = 'CREATE INDEX a ON t (x);\nALTER TABLE t ADD CHECK (x > 0);\nCREATE INDEX b ON t (y);\n';
    const client = await started(text);
    for (const kind of ['source', 'source.fixAll', 'source.fixAll.airlock']) {
      const actions = await client.codeActions(uri, line(0), { only: [kind], triggerKind: 2 });
      assert.deepEqual(
        actions.map((action) => action.kind),
        ['source.fixAll.airlock'],
      );
      // CONCURRENTLY comes first, so that no lock_timeout is set for an index that it could only leave invalid.
      assert.equal(
        applied(text, actions[0]),
        "CREATE INDEX CONCURRENTLY a ON t (x);\nSET lock_timeout = '5s';\nALTER TABLE t ADD CHECK (x > 0);\n" +
          'RESET lock_timeout;\nCREATE INDEX CONCURRENTLY b ON t (y);\n',
      );
    }
    assert.deepEqual(await client.codeActions(uri, line(0), { only: ['source.fixAll.eslint'] }), []);
    await client.stop();
  });

  it('offer no "fix all" where there is nothing to fix', async () => {
    const client = await started('SELECT 1;\n');
    assert.deepEqual(await client.codeActions(uri, line(0), { only: ['source.fixAll'] }), []);
    await client.stop();
  });

  it('show our client where the suppression goes, and leave the reason to the person', async () => {
    const client = await started(`${timeout}  CREATE INDEX a\r\n    ON t (x);\r\n`);
    const actions = await client.codeActions(uri, line(1));
    const ignores = actions.filter((action) => action.title.startsWith('Ignore'));
    assert.deepEqual(
      ignores.map(({ command }) => command?.arguments),
      [
        [
          {
            uri,
            version: 1,
            rule: 'require-concurrent-index',
            statement: {
              position: { line: 1, character: 0 },
              before: '  -- airlock-ignore require-concurrent-index: ',
              after: '\r\n',
            },
            file: {
              position: { line: 0, character: 0 },
              before: '-- airlock-ignore-file require-concurrent-index: ',
              after: '\r\n',
            },
          },
        ],
      ],
    );
    await client.stop();
  });

  it('put the suppression between two statements of one line', async () => {
    const client = await started("SET lock_timeout = '5s'; CREATE INDEX a ON t (x);\n");
    const at = { line: 0, character: 35 };
    const ignore = (await client.codeActions(uri, { start: at, end: at })).find((one) =>
      one.title.startsWith('Ignore'),
    );
    const [{ statement: place } = {}] = (ignore?.command?.arguments ?? []) as Partial<IgnoreFindingArguments>[];
    assert.ok(place);
    assert.deepEqual(place.position, { line: 0, character: 25 });
    assert.equal(place.before, '\n-- airlock-ignore require-concurrent-index: ');
    assert.equal(place.after, '\n');
    await client.stop();
  });

  it('write the suppression without a reason for other clients, whose rule then asks for one', async () => {
    const text = `${timeout}CREATE INDEX a ON t (x);\n`;
    const client = await started(text, null);
    const actions = await client.codeActions(uri, line(1));
    assert.ok(!actions.some((action) => action.command !== undefined), 'no command that such a client does not know');
    const ignored = applied(
      text,
      actions.find((action) => action.title.startsWith('Ignore')),
    );
    assert.equal(ignored, `${timeout}-- airlock-ignore require-concurrent-index:\nCREATE INDEX a ON t (x);\n`);
    await client.change(uri, ignored);
    const rules = (await client.diagnostics(uri)).map((one) => one.code);
    assert.deepEqual(rules, ['require-suppression-reason', 'require-concurrent-index']);
    await client.stop();
  });
});
