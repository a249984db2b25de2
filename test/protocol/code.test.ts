import assert from 'node:assert/strict';
import { restMs } from '../../server/src/protocol/typing.js';
import { startWorkspace } from './support/start-workspace.js';
import type { TestClient } from './support/test-client.js';

const folder = 'file:///shop';
const files = {
  '/shop/airlock.config.json': '{ "postgres": 16, "applied": { "through": "20240101_orders.ts" } }\n',
  '/shop/migrations/20240101_orders.ts':
    "import type { Knex } from 'knex';\nexport async function up(knex: Knex) {\n  await knex.raw('CREATE TABLE orders (id bigint PRIMARY KEY, total int)');\n}\n",
};
const uri = `${folder}/migrations/20240201_more.ts`;
const head = "import type { Knex } from 'knex';\nexport async function up(knex: Knex) {\n";
const tail =
  "  await knex.raw('CREATE INDEX orders_total ON orders (total)');\n}\nexport async function down(knex: Knex) {\n  await knex.raw('DROP INDEX orders_total');\n}\n";

const start = async (): Promise<TestClient> => (await startWorkspace(files)).client;

/** "rule text" of everything that is shown. */
async function shown(client: TestClient, text: string): Promise<string[]> {
  const lines = text.split('\n');
  return (await client.diagnostics(uri)).map(({ code, range: { start, end } }) => {
    const line = lines[start.line] ?? '';
    return `${code} ${line.slice(start.character, start.line === end.line ? end.character : undefined)}`;
  });
}

describe('code that is being typed', () => {
  const index = 'require-concurrent-index INDEX';

  for (const typed of [
    "  await knex.raw('ALTER TABLE orders ADD COLUMN x text');",
    '  await knex.raw(`ALTER TABLE orders ADD COLUMN x text`);',
    "  await knex.schema.alterTable('orders', (t) => { t.text('x'); });",
    '  for (const c of ["x", "y"]) { await knex.schema.alterTable("orders", (t) => t.text(c)); }',
  ])
    it(`keeps what was found, and changes what is shown six times at most: ${typed.trim()}`, async () => {
      const client = await start();
      await client.open(uri, head + tail);
      let last = (await shown(client, head + tail)).join('\n');
      let changes = 0;
      for (let keys = 1; keys <= typed.length; keys++) {
        const text = `${head}${typed.slice(0, keys)}\n${tail}`;
        await client.change(uri, text);
        const now = await shown(client, text);
        assert.ok(now.includes(index), `${typed.slice(0, keys)}: ${now.join()}`);
        if (now.join('\n') !== last) changes++;
        last = now.join('\n');
      }
      assert.ok(changes <= 6, `${changes} changes`);
      await client.stop();
    });

  it('is shown as it is after a rest', async () => {
    const client = await start();
    await client.open(uri, head + tail);
    assert.ok((await shown(client, head + tail)).includes(index));
    const text = `${head}  await knex.raw(\`\n${tail}`;
    await client.change(uri, text);
    assert.ok((await shown(client, text)).includes(index));
    const begun = Date.now();
    await client.until(() => client.refreshes > 0, 'a refresh');
    assert.ok(Date.now() - begun > restMs / 2);
    assert.ok(!(await shown(client, text)).includes(index));
    await client.stop();
  });

  it('is ignored in a comment of its language', async () => {
    const client = await start();
    await client.open(uri, head + tail);
    const line = head.split('\n').length - 1;
    const at = { line, character: 26 };
    const actions = await client.codeActions(uri, { start: at, end: at });
    const ignore = actions.find(({ title }) => title.startsWith('Ignore require-concurrent-index'));
    assert.ok(ignore, actions.map(({ title }) => title).join());
    assert.match(JSON.stringify(ignore), /"newText":" {2}\/\/ airlock-ignore require-concurrent-index:\\n"/);
    await client.stop();
  });
});
