import assert from 'node:assert/strict';
import { startSingleFileServer } from './support/start.js';

const uri = 'file:///db/0001.sql';

/** The hover at the `|` of the text. */
async function hoverIn(marked: string): Promise<string | undefined> {
  const offset = marked.indexOf('|');
  const before = marked.slice(0, offset);
  const line = before.split('\n').length - 1;
  const { client } = startSingleFileServer();
  await client.initialize();
  await client.open(uri, before + marked.slice(offset + 1));
  const text = await client.hover(uri, line, offset - (before.lastIndexOf('\n') + 1));
  await client.stop();
  return text;
}

describe('hover', () => {
  it('shows lock, who waits and how long, and leaves the finding to the diagnostic', async () => {
    const text = (await hoverIn("SET lock_timeout = '5s';\nCREATE IN|DEX a ON t (x);\n")) ?? '';
    assert.deepEqual(text.split('  \n'), [
      '**SHARE** on `t`: writes wait.',
      'How long: while an index on `t` is built.',
      'PostgreSQL 14.',
    ]);
  });

  it('says that a lock in a transaction is held to its end', async () => {
    const text = (await hoverIn('BEGIN;\nALTER TA|BLE t ADD COLUMN x int;\nCOMMIT;\n')) ?? '';
    assert.match(text, /\*\*ACCESS EXCLUSIVE\*\* on `t`: reads and writes wait\./);
    assert.match(text, /held until the transaction ends/);
  });

  it('says that nobody waits for a table that came in the same release', async () => {
    const text = (await hoverIn('CREATE TABLE t (x int);\nALTER TA|BLE t ADD COLUMN y int;\n')) ?? '';
    assert.match(text, /new in this release, so nobody waits/);
  });

  it('reads the statement inside a DO block', async () => {
    const text = (await hoverIn('DO $$ BEGIN ALTER TA|BLE t ADD COLUMN x int; END $$;\n')) ?? '';
    assert.match(text, /\*\*ACCESS EXCLUSIVE\*\* on `t`/);
  });

  it('leaves names, blanks and harmless statements to others', async () => {
    assert.equal(await hoverIn("SET lock_timeout = '5s';\nCREATE INDEX a ON orders_tab|le (x);\n"), undefined);
    assert.equal(await hoverIn('SELECT 1;\n|\n'), undefined);
    assert.equal(await hoverIn("S|ET lock_timeout = '5s';\n"), undefined);
  });

  it('says nothing of a statement that does not parse', async () => {
    assert.equal(await hoverIn('ALTER TABLE t ADDD| COLUMN x int;\n'), undefined);
    assert.equal(await hoverIn('ALTER TA|BLE t ADDD COLUMN x int;\n'), undefined);
  });
});
