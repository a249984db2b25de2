import assert from 'node:assert/strict';
import { previewAddress } from '../../server/src/protocol/preview-address.js';

describe('the address of a file in a preview', () => {
  it('is none without a folder', () => {
    assert.equal(previewAddress('/a/1.sql', undefined), undefined);
  });

  it('begins at the first folder, and leads out of it where the file is elsewhere', () => {
    assert.equal(previewAddress('/w/shop/migrations/1.sql', '/w/shop'), '/migrations/1.sql');
    assert.equal(previewAddress('/w/other/1.sql', '/w/shop'), '/../other/1.sql');
    assert.equal(previewAddress('/w/shop', '/w/shop'), '/../shop');
    assert.equal(previewAddress('c:/w/shop/1.sql', 'c:/w/shop'), '/1.sql');
  });

  it('encodes what would end a link', () => {
    assert.equal(previewAddress('/w/a b/(1)#x.sql', '/w'), '/a%20b/%281%29%23x.sql');
  });
});
