import assert from 'node:assert/strict';
import { goose } from '../../server/src/frameworks/tools/goose.js';
import { sqlMigrate } from '../../server/src/frameworks/tools/sql-migrate.js';
import { planFixAll } from '../../server/src/planning/plan-fixes.js';
import { isSplit } from '../../server/src/planning/plan-split.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../support/analyze-sql.js';
import { projectOf } from '../support/project.js';
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

  for (const [tool, [up, down]] of [
    [goose, tools[0]],
    [sqlMigrate, tools[1]],
  ] as const) {
    it(`gets no body that ${tool.title} would cut at its semicolons`, async () => {
      const own = { ...setting, project: projectOf(tool) };
      const sql = file(up, 'ALTER TABLE orders ADD CONSTRAINT c CHECK (a > 0);', down);
      const fixed = await planFixAll(analyzeSql(sql, own), (text) => analyzeSql(text, own));
      const { findings } = analyzeSql(fixed.text, own);
      assert.deepEqual(
        findings.filter(({ rule }) => rule === 'no-cut-statement'),
        [],
      );
    });
  }
});
