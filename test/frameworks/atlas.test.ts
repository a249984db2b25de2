import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { base64, Sha256, utf8 } from '../../server/src/sql/sha256.js';
import { atlasSum } from '../../server/src/frameworks/atlas-sum.js';
import { atlas } from '../../server/src/frameworks/tools/atlas.js';
import { checkTool } from './support/tool-case.js';

const mark = '-- atlas:txmode none';
const first = 'CREATE TABLE orders (id bigint);\n';
const second = `${mark}\n\nCREATE INDEX CONCURRENTLY orders_id ON orders (id);\n`;
const third = `${mark}\nALTER TABLE orders ADD at timestamptz;\n`;
const made = `${mark}\n\nCREATE INDEX CONCURRENTLY orders_at ON orders (at);\n`;

/** The same as Atlas: a running sum over names and texts, and a sum of names and sums. */
function sumOf(files: readonly (readonly [string, string])[]): string {
  const running = createHash('sha256');
  const all = createHash('sha256');
  const lines = files.map(([name, text]) => {
    const hash = running.update(name).update(text).copy().digest('base64');
    all.update(name).update(hash);
    return `${name} h1:${hash}\n`;
  });
  return `h1:${all.digest('base64')}\n${lines.join('')}`;
}

describe('Atlas', () => {
  checkTool(atlas, {
    files: {
      '/app/migrations/atlas.sum': 'h1:old=\n',
      '/app/migrations/20240101000000_orders.sql': first,
      '/app/migrations/20240102000000_index.sql': second,
      '/app/migrations/20240103000000.sql': third,
    },
    root: '/app/migrations',
    because: 'atlas.sum',
    order: [
      '/app/migrations/20240101000000_orders.sql',
      '/app/migrations/20240102000000_index.sql',
      '/app/migrations/20240103000000.sql',
    ],
    sections: {
      '/app/migrations/20240101000000_orders.sql': [['up', 'per-file']],
      '/app/migrations/20240102000000_index.sql': [['up', 'none', mark]],
      // Without an empty line behind it, the comment is one of the statement.
      '/app/migrations/20240103000000.sql': [['up', 'per-file']],
    },
    holds: 'many',
    next: ['/app/migrations/20261129120000_one.sql', '/app/migrations/20261129120001_two.sql'],
    written: {
      '/app/migrations/20261129120000_index_orders.sql': made,
      '/app/migrations/atlas.sum': sumOf([
        ['20240101000000_orders.sql', first],
        ['20240102000000_index.sql', second],
        ['20240103000000.sql', third],
        ['20261129120000_index_orders.sql', made],
      ]),
    },
    rollback: { '/app/rollbacks/20240103000000.sql': 'DROP TABLE orders;\n' },
    silent: [
      { files: { '/app/migrations/1_a.sql': 'SELECT 1;\n' } },
      { files: { '/app/migrations/atlas.sum': 'h1:x=\n', '/app/migrations/1_a.up.sql': 'SELECT 1;\n' } },
    ],
  });

  it('has no line for a way back', () => {
    const files = [
      { name: '2_b.up.sql', text: 'SELECT 2;\n' },
      { name: '1_a.down.sql', text: 'SELECT 0;\n' },
      { name: '1_a.up.sql', text: 'SELECT 1;\n' },
    ];
    assert.equal(
      atlasSum(files),
      sumOf([
        ['1_a.up.sql', 'SELECT 1;\n'],
        ['2_b.up.sql', 'SELECT 2;\n'],
      ]),
    );
  });

  it('sums as the standard says, whatever the length and the letters', () => {
    for (const length of [0, 1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 1000]) {
      const text = 'ä€😀x'.repeat(length).slice(0, length);
      const digest = new Sha256().add(utf8(text)).digest();
      assert.equal(base64(digest), createHash('sha256').update(text, 'utf8').digest('base64'), String(length));
      assert.equal(base64(utf8(text)), Buffer.from(text, 'utf8').toString('base64'));
    }
  });
});
