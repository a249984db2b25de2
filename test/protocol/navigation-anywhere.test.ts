import assert from 'node:assert/strict';
import { Positions } from '../../server/src/analysis/positions.js';
import { startWorkspace } from './support/start-workspace.js';

const history = {
  '/shop/db/migrations/0001_orders.sql':
    'CREATE TABLE orders (id bigint PRIMARY KEY, "Note" text);\nCREATE VIEW v AS SELECT id FROM orders;\n',
};

/** Whole statements, broken ones, and what is no SQL at all. */
const texts = [
  'ALTER TABLE orders ADD COLUMN a int, ADD CONSTRAINT c CHECK (a > 0) NOT VALID;\nCREATE INDEX ON orders (a) WHERE a > 0;',
  'DO $$\nDECLARE x int;\nBEGIN\n  IF x > 1 THEN UPDATE orders SET "Note" = \'é😀\' WHERE id = x; END IF;\nEND $$;',
  'WITH q AS (SELECT o.id FROM orders o, LATERAL (SELECT 1) z) INSERT INTO orders (id) SELECT id FROM q ON CONFLICT (id) DO NOTHING;',
  'ALTER TABLE "or\nSELECT * FROM (((((\n\'',
  '/* /* */ ALTER TABLE orders;;; . .. ::  "" $1 $$ $a$ ) ] }',
  'CREATE TABLE t (id int, PRIMARY KEY (id), LIKE orders INCLUDING ALL);\nALTER TABLE t RENAME TO t;\nDROP TABLE t, orders CASCADE;\n',
  '-- airlock-ignore no-drop-column, : x\r\nALTER TABLE orders\r\n  DROP COLUMN "Note";\r\n',
];

describe('at every place of a text', () => {
  it('each request has an answer, and none takes the server down', async function () {
    this.timeout(120_000);
    const { client } = await startWorkspace(history);
    const uri = 'file:///shop/db/migrations/0002_here.sql';
    for (const whole of texts) {
      for (const text of [whole, whole.slice(0, whole.length >> 1)]) {
        await client.open(uri, text);
        const positions = new Positions(text);
        const textDocument = { uri };
        for (let offset = 0; offset <= text.length; offset += 2) {
          const params = {
            textDocument,
            position: positions.at(offset),
            context: { triggerKind: 1, includeDeclaration: true },
          };
          await Promise.all(
            ['hover', 'definition', 'references', 'completion'].map((method) =>
              client.connection.sendRequest(`textDocument/${method}`, params),
            ),
          );
        }
        const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
        for (const method of ['documentSymbol', 'foldingRange', 'codeLens', 'inlayHint'])
          await client.connection.sendRequest(`textDocument/${method}`, { textDocument, range });
        await client.close(uri);
      }
    }
    const failed = client.notifications.filter(({ params }) => JSON.stringify(params).includes('"state":"error"'));
    assert.deepEqual(failed, []);
    await client.stop();
  });
});
