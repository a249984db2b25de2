import assert from 'node:assert/strict';
import { readFacts } from '../impact/support/facts.js';
import { differences } from './compare.js';
import { startPglite } from './engines.js';
import { measureCases, type Outcome } from './measure.js';
import { locksUnseen, otherwise } from './not-on-pglite.js';

describe('the recorded facts, against the embedded PostgreSQL', () => {
  const { baseSchema, cases } = readFacts();
  const outcomes = new Map<string, Outcome>();
  const different = new Map(Object.entries(otherwise).flatMap(([why, ids]) => ids.map((id) => [id, why] as const)));
  const unseen = new Set(locksUnseen);
  let postgres = 0;

  before('measure every case', async () => {
    const engine = await startPglite();
    postgres = engine.postgres;
    try {
      await measureCases(engine, baseSchema, cases, ({ id }, outcome) => outcomes.set(id, outcome));
    } finally {
      await engine.close();
    }
  });

  for (const recorded of cases) {
    it(recorded.id, () => {
      const outcome = outcomes.get(recorded.id)!;
      const wrong = differences(recorded, outcome, postgres);
      if (different.has(recorded.id)) {
        assert.notDeepEqual(wrong, [], 'PGlite does the same now: take the case off the list in not-on-pglite.ts');
        return;
      }
      assert.deepEqual(wrong, [], outcome.message);
      assert.equal(
        outcome.locks === undefined,
        unseen.has(recorded.id),
        outcome.locks ? 'PGlite shows its locks: take the case off the list' : 'one session cannot show its locks',
      );
    });
  }

  it('lists only cases that there are', () => {
    const ids = new Set(cases.map(({ id }) => id));
    assert.deepEqual(
      [...unseen, ...different.keys()].filter((id) => !ids.has(id)),
      [],
    );
  });
});
