import assert from 'node:assert/strict';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { downSectionOf } from '../../server/src/sql/down-section.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import { analyzeSql } from '../support/analyze-sql.js';

describe('the section that takes a file back', () => {
  before(initParser);

  for (const text of [
    'CREATE TABLE t (a int);\n',
    '-- Down with it\nDROP TABLE t;\n',
    '-- +goose Down\nDROP TABLE t;\n',
    '-- +goose Up\nDROP TABLE t;\n',
    "-- migrate:up\nINSERT INTO notes VALUES ('-- migrate:down');\n",
    '-- migrate:up\nSELECT 1; -- migrate:down comes later\n',
    '-- +migrate Down\nDROP TABLE t;\n-- +migrate Up\nCREATE TABLE t (a int);\n',
  ]) {
    it(`is none in ${JSON.stringify(text)}`, () => {
      assert.equal(downSectionOf(text), undefined);
    });
  }

  for (const [up, down] of [
    ['-- +goose Up', '-- +goose Down'],
    ['--+goose up', '  -- +goose down'],
    ['-- +migrate Up notransaction', '-- +migrate Down'],
    ['-- migrate:up', '-- migrate:down transaction:false'],
    ['-- Up Migration', '-- Down Migration'],
  ] as const) {
    it(`begins at ${down}, and is not judged`, () => {
      const text = `${up}\nALTER TABLE t ADD COLUMN a int;\n${down}\nALTER TABLE t DROP COLUMN a;\nSELEC 1;\n`;
      assert.equal(downSectionOf(text), text.indexOf(down));
      assert.equal(parseDocument(text).statements.length, 1);
      assert.equal(parseDocument(text).text, text);
      assert.deepEqual(
        analyzeSql(text).findings.filter(({ severity }) => severity === 'error' || severity === 'warning'),
        [],
      );
    });
  }
});
