import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { EmbeddedEngine } from '../../../server/src/rehearsal/pglite/engine.js';
import { initParser } from '../../../server/src/sql/postgres-parser.js';
import { rollbackTable } from './graded.js';
import { kinds } from './kinds.js';
import { contradicted, proveKinds } from './prove-kinds.js';

describe('the grades of rollbacks, by kind of statement', () => {
  before(() => initParser());

  it('hold where they are run on the embedded PostgreSQL', async () => {
    const engine = new EmbeddedEngine(['pgcrypto']);
    try {
      const proven = await proveKinds(engine);
      assert.ok(proven.length > 70, `only ${proven.length} of ${kinds.length} were run`);
      assert.deepEqual(contradicted(proven), []);
    } finally {
      await engine.close();
    }
  }).timeout(240_000);

  it('stand in docs/rollbacks.md as they are', () => {
    const text = fs.readFileSync(path.resolve(__dirname, '..', '..', '..', '..', 'docs', 'rollbacks.md'), 'utf8');
    assert.ok(text.includes(rollbackTable()), 'npm run generate writes it');
  });
});
