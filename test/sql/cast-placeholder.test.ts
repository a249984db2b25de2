import assert from 'node:assert/strict';
import { parseStatement } from '../../server/src/sql/parse.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';

describe('a placeholder behind a cast', () => {
  before(initParser);

  it('is one', () => {
    for (const text of [
      'SELECT x:::APP_SCHEMA.job_spec',
      'SELECT ARRAY[(a, b):::APP_SCHEMA.job_spec]',
      "SELECT '1':::kind",
      'SELECT a::text::text, b:::APP.t[]',
    ]) {
      assert.equal(parseStatement(text).problem, undefined, text);
    }
  });

  it('is none where the colons make no cast', () => {
    for (const text of ['SELECT a:text', 'SELECT a::::text', 'SELECT a: :text', 'SELECT :::text']) {
      assert.notEqual(parseStatement(text).problem, undefined, text);
    }
  });
});
