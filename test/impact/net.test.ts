import assert from 'node:assert/strict';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../support/analyze-sql.js';
import { type Case, type Measured, readFacts } from './support/facts.js';

/** What blocks the writes of others, at least. */
const strong = new Set(['Share', 'ShareRowExclusive', 'Exclusive', 'AccessExclusive']);

/** True when something of the table was read, written anew or indexed from end to end under a lock that blocks writes. */
function blocksForLong({ locks, rewrites = [], verifies = [], indexRebuilt = [] }: Measured): boolean {
  const long = [...rewrites, ...verifies, ...indexRebuilt];
  return long.length > 0 && Object.values(locks).some((mode) => strong.has(mode));
}

/** Rules that say no more than that there is a lock. */
const aboutAnyLock = new Set([
  'require-lock-timeout',
  'no-wide-lock-window',
  'missing-rollback',
  'no-irreversible-change',
]);

function rulesFor(baseSchema: string, measured: Case): string[] {
  const sql = [...(measured.session ?? []), ...measured.statements].map((each) => `${each};`).join('\n');
  const text = measured.mode === 'tx' ? `BEGIN;\n${sql}\nCOMMIT;` : sql;
  const path = 'SET search_path = m, public;\n';
  const history = [baseSchema, path + (measured.setup ?? []).map((each) => `${each};`).join('\n')];
  const { findings } = analyzeSql(path + text, { history, config: { postgres: 16 } });
  return findings.filter(({ rule }) => !aboutAnyLock.has(rule)).map(({ rule }) => rule);
}

describe('a statement that works on a whole table under a lock that blocks writes', () => {
  const { baseSchema, cases } = readFacts();
  before(initParser);

  for (const measured of cases) {
    const result = measured.results.find(({ versions, error }) => versions.includes(16) && error === undefined);
    if (!result || !blocksForLong(result)) continue;
    it(`is never without a finding: ${measured.id}`, () => {
      assert.notDeepEqual(rulesFor(baseSchema, measured), []);
    });
  }
});
