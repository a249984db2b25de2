import assert from 'node:assert/strict';
import { shortNames } from '../../server/src/review/file-names.js';

describe('the names of files in a review', () => {
  it('are no longer than they have to be', () => {
    assert.deepEqual(shortNames([]), []);
    assert.deepEqual(shortNames(['/a/m/1.sql', '/a/m/2.sql']), ['1.sql', '2.sql']);
    assert.deepEqual(shortNames(['1.sql']), ['1.sql']);
  });

  it('keep files of one name apart by their folders', () => {
    assert.deepEqual(shortNames(['/p/m/01_a/migration.sql', '/p/m/02_b/migration.sql', '/p/m/x.sql']), [
      '01_a/migration.sql',
      '02_b/migration.sql',
      'x.sql',
    ]);
    assert.deepEqual(shortNames(['/p/one/m/1.sql', '/p/two/m/1.sql']), ['one/m/1.sql', 'two/m/1.sql']);
  });
});
