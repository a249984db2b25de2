import assert from 'node:assert/strict';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { type Database, withDatabase } from '../support/pglite.js';
import { readFacts } from './support/facts.js';
import { type LiveCase, measure, type Outcome } from './support/live.js';
import { liveCases } from './support/live-cases/index.js';
import { predict } from './support/predict.js';

/** What differs between a prediction and what PostgreSQL did. */
function differences(said: Outcome, real: Outcome): string[] {
  if (said.error !== real.error) return [`error ${real.error ?? 'none'}, predicted ${said.error ?? 'none'}`];
  // A statement that failed has given everything back.
  if (real.error !== undefined) return [];
  const found: string[] = [];
  for (const part of ['locks', 'indexLocks', 'rewrites', 'verifies', 'builds', 'checksForeignKey'] as const) {
    const [one, two] = [said[part], real[part]].map(inOrder);
    if (one !== two) found.push(`${part} ${two}, predicted ${one}`);
  }
  return found;
}

function inOrder(value: unknown): string {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return JSON.stringify(isRecord ? Object.entries(value).sort(([one], [two]) => (one < two ? -1 : 1)) : value);
}

describe('the impact of statements beyond the recorded ones, against PostgreSQL 18 as it runs here', () => {
  const { baseSchema } = readFacts();
  const real = new Map<LiveCase, Outcome>();

  before(async () => {
    await initParser();
    await withDatabase(async (db: Database) => {
      for (const each of liveCases) real.set(each, await measure(db, baseSchema, each));
      await db.exec('drop publication if exists pub; drop schema if exists m, m2 cascade; reset all');
    });
  });

  for (const each of liveCases) {
    it(each.name, () => {
      const { name: id, setup = [], statement } = each;
      const said = predict(
        baseSchema,
        { id, group: 'live', setup, statements: [statement], mode: 'tx', results: [] },
        18,
      );
      const outcome = real.get(each);
      assert.ok(outcome);
      const wrong = differences(said, outcome);
      if (each.notPredicted !== undefined) return assert.notDeepEqual(wrong, [], 'this case is predicted now');
      // What is not known may be anything; it is only never called harmless.
      if (said.known) assert.deepEqual(wrong, []);
    });
  }

  it('has no case twice', () => {
    assert.equal(new Set(liveCases.map(({ name }) => name)).size, liveCases.length);
  });
});
