import assert from 'node:assert/strict';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../support/analyze-sql.js';
import { runMigration, StatementError, withDatabase } from '../support/pglite.js';
import { bounds, computed, contradictions, duplicates, expressions, type Refusal } from './support/refused-names.js';
import { aggregates, operatorClasses, unfit } from './support/refused-kinds.js';
import { arbiters, immutability, kinds, literals, replaced } from './support/refused-uses.js';
import {
  assigned,
  compared,
  domains,
  enumTypes,
  publications,
  sequences,
  viewTypes,
  written,
} from './support/refused-writes.js';

function predicted({ history, sql }: Refusal): string {
  const fails = analyzeSql(sql, { history: [history], config: { postgres: 18 } }).steps.find(
    ({ impact }) => impact.fails,
  )?.impact.fails;
  if (!fails) return '';
  assert.match(fails.advice, /^[A-Z].*\.$/);
  return `${fails.code} ${fails.message}`;
}

async function answered({ history, sql }: Refusal): Promise<string> {
  return withDatabase(async (db) => {
    if (history !== '') await runMigration(db, history);
    return runMigration(db, sql).then(
      () => '',
      (error: unknown) =>
        error instanceof StatementError
          ? `${error.code} ${(error.message.split('\n')[0] ?? '').replace(/^statement \d+ failed with \w+: /, '')}`
          : String(error),
    );
  });
}

const groups = {
  immutability,
  duplicates,
  bounds,
  contradictions,
  computed,
  expressions,
  replaced,
  kinds,
  arbiters,
  literals,
  compared,
  written,
  publications,
  viewTypes,
  sequences,
  enumTypes,
  assigned,
  domains,
  operatorClasses,
  aggregates,
  unfit,
};

describe('refusals, predicted and measured', () => {
  before(initParser);

  for (const [kind, refusals] of Object.entries(groups)) {
    describe(kind, () => {
      for (const each of refusals) {
        it(`${each.answer === '' ? 'takes' : each.answer.slice(0, 5)}: ${each.sql} behind ${each.history}`, async () => {
          assert.equal(await answered(each), each.answer, 'measured');
          assert.equal(predicted(each), each.answer);
        });
      }
    });
  }
});
