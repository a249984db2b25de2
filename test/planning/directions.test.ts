import assert from 'node:assert/strict';
import { planFixAll } from '../../server/src/planning/plan-fixes.js';
import { isBroken } from '../../server/src/planning/errors.js';
import { isSplit } from '../../server/src/planning/plan-split.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../support/analyze-sql.js';
import { splitOf } from '../support/planning.js';

const setting = { history: ['CREATE TABLE orders (id bigint PRIMARY KEY, a int, code text);'] };

function file(up: string, sql: string, down: string): string {
  return `${up}\n${sql}\n\n${down}\nDROP INDEX i;\nALTER TABLE orders ALTER a DROP NOT NULL;\n`;
}

describe('a file that keeps both directions', () => {
  before(initParser);

  const tools = [
    ['-- +goose Up', '-- +goose Down'],
    ['-- +migrate Up', '-- +migrate Down'],
    ['-- migrate:up', '-- migrate:down'],
    ['-- Up Migration', '-- Down Migration'],
  ] as const;

  for (const [up, down] of tools) {
    it(`is not split into files without ${up}`, () => {
      const outcome = splitOf(file(up, 'ALTER TABLE orders ADD COLUMN state text NOT NULL;', down), setting);
      assert.ok(outcome && !isSplit(outcome));
      assert.match(outcome.refused, /both directions/);
    });

    it(`keeps what stands behind ${down} as it is`, async () => {
      const sql = file(up, 'CREATE INDEX i ON orders (a);\nALTER TABLE orders ADD CONSTRAINT c CHECK (a > 0);', down);
      const fixed = await planFixAll(analyzeSql(sql, setting), (text) => analyzeSql(text, setting));
      assert.match(fixed.text, /CREATE INDEX CONCURRENTLY i/);
      assert.equal(fixed.text.slice(fixed.text.indexOf(down)), sql.slice(sql.indexOf(down)));
    });
  }

  for (const [up, down] of tools.slice(0, 2)) {
    it(`gets no body that the tool of ${up} would cut at its semicolons`, async () => {
      const sql = file(up, 'ALTER TABLE orders ADD CONSTRAINT c CHECK (a > 0);', down);
      const fixed = await planFixAll(analyzeSql(sql, setting), (text) => analyzeSql(text, setting));
      assert.doesNotMatch(fixed.text, /\$\$/);
      assert.equal(
        isBroken(
          sql,
          sql.replace('ALTER', () => 'DO $$ BEGIN PERFORM 1; END $$;\nALTER'),
        ),
        true,
      );
    });
  }

  it('may get one where the tool sends the whole section', () => {
    const sql = file('-- migrate:up', 'SELECT 1;', '-- migrate:down');
    assert.equal(
      isBroken(
        sql,
        sql.replace('SELECT 1;', () => 'DO $$ BEGIN PERFORM 1; END $$;'),
      ),
      false,
    );
  });

  it('keeps the bodies that it has', () => {
    const body = '-- +goose StatementBegin\nDO $$ BEGIN PERFORM 1; END $$;\n-- +goose StatementEnd\n';
    const sql = file('-- +goose Up', `${body}CREATE INDEX i ON orders (a);`, '-- +goose Down');
    assert.equal(isBroken(sql, sql.replace('CREATE INDEX', 'CREATE INDEX CONCURRENTLY')), false);
  });
});
