import assert from 'node:assert/strict';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { readFacts } from './support/facts.js';
import { notPredicted } from './support/not-predicted.js';
import { mistake, predict } from './support/predict.js';

const versions = [14, 15, 16, 17, 18];

describe('the impact of a statement, against what PostgreSQL 14 to 18 really did', () => {
  const { baseSchema, cases } = readFacts();
  const listed = new Map(Object.entries(notPredicted).flatMap(([kind, ids]) => ids.map((id) => [id, kind] as const)));
  let predicted = 0;

  before(initParser);

  for (const measured of cases) {
    it(measured.id, () => {
      const mistakes = versions.flatMap((postgres) => {
        const result = measured.results.find((each) => each.versions.includes(postgres));
        assert.ok(result, `nothing is measured on PostgreSQL ${postgres}`);
        const wrong = mistake(predict(baseSchema, measured, postgres), result, measured.mode);
        return wrong === undefined ? [] : `PostgreSQL ${postgres}: ${wrong}`;
      });
      if (listed.has(measured.id)) {
        assert.notDeepEqual(mistakes, [], 'this case is predicted now: take it off the list in not-predicted.ts');
        return;
      }
      assert.deepEqual(mistakes, []);
      predicted++;
    });
  }

  it('lists no case that is not measured', () => {
    const ids = new Set(cases.map(({ id }) => id));
    assert.deepEqual(
      [...listed.keys()].filter((id) => !ids.has(id)),
      [],
    );
  });

  it('predicts at least 95 of 100 cases', () => {
    assert.ok(predicted / cases.length >= 0.95, `${predicted} of ${cases.length}`);
  });

  after(() => console.log(`    ${predicted} of ${cases.length} measured cases are predicted`));
});
