import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { airlock, casesDirectory, filesIn, judged, truthOf } from './compare.js';

/** Every case is a measured truth; most of them are errors of other linters (see PEERS §2.7 in the history of the project). */
describe('the cases of the comparison', () => {
  before(initParser);

  const files = filesIn([casesDirectory]);

  it('are about forty, each with its truth', () => {
    assert.ok(files.length >= 40);
    for (const file of files) assert.ok(truthOf(fs.readFileSync(file, 'utf8')), file);
  });

  for (const file of files) {
    it(`${path.basename(file, '.sql')} is judged right`, () => {
      const text = fs.readFileSync(file, 'utf8');
      const said = airlock(file, text);
      assert.equal(judged(truthOf(text), said), 'right', JSON.stringify(said));
    });
  }
});
