import assert from 'node:assert/strict';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { plainSql } from '../../server/src/frameworks/plain-sql.js';
import { analyzeSql } from '../support/analyze-sql.js';
import { projectOf } from '../support/project.js';

function downSectionOf(text: string): number | undefined {
  const sections = plainSql.read('m/1_a.sql', text, projectOf(plainSql));
  return sections.find(({ direction }) => direction === 'down')?.span.start;
}

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
    it(`begins at ${down}, and is judged as a way back`, () => {
      const text = `${up}\nALTER TABLE t ADD COLUMN a int;\n${down}\nALTER TABLE t DROP COLUMN a;\nSELEC 1;\n`;
      assert.equal(downSectionOf(text), text.indexOf(down));
      assert.equal(analyzeSql(text).document.statements.length, 1);
      assert.equal(analyzeSql(text).document.text, text);
      // That it loses a column it has to; that it fails is a finding.
      assert.deepEqual(
        analyzeSql(text)
          .findings.filter(({ severity }) => severity === 'error' || severity === 'warning')
          .map(({ rule }) => rule),
        ['no-syntax-error'],
      );
    });
  }
});
