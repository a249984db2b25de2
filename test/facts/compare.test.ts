import assert from 'node:assert/strict';
import fs from 'node:fs';
import { type Case, type Facts, factsFile, factsText, readFacts } from '../impact/support/facts.js';
import { differences, merged } from './compare.js';
import type { Outcome } from './measure.js';

const addColumn: Case = {
  id: 'a',
  group: 'ADD COLUMN',
  statements: ['alter table t add column z int'],
  mode: 'tx',
  results: [{ versions: [14, 15, 18], locks: { t: 'AccessExclusive' } }],
};

function facts(results: Case['results']): Facts {
  return { baseSchema: '', cases: [{ ...addColumn, results }] };
}

function mergedResults(results: Case['results'], postgres: number, outcome: Outcome): Case['results'] {
  return merged(facts(results), postgres, new Map([['a', outcome]])).cases[0]!.results;
}

describe('what was measured, beside what is recorded', () => {
  it('writes unchanged facts byte by byte as they were', () => {
    let recorded = readFacts();
    for (const postgres of [14, 15, 16, 17, 18]) {
      const outcomes = recorded.cases.map(({ id, results }) => {
        const { versions: _, ...outcome } = results.find(({ versions }) => versions.includes(postgres))!;
        return [id, { ...outcome, message: 'in the words of a minor version' }] as const;
      });
      recorded = merged(recorded, postgres, new Map(outcomes));
    }
    assert.equal(factsText(recorded), fs.readFileSync(factsFile, 'utf8'));
  });

  it('takes a version that did something else out of its group', () => {
    assert.deepEqual(mergedResults(addColumn.results, 15, { locks: { t: 'Share' } }), [
      { versions: [14, 18], locks: { t: 'AccessExclusive' } },
      { versions: [15], locks: { t: 'Share' } },
    ]);
  });

  it('puts a version that did the same into the group, and leaves no empty one', () => {
    const results = [
      { versions: [14, 18], locks: { t: 'AccessExclusive' } },
      { versions: [15], locks: { t: 'Share' } },
    ];
    assert.deepEqual(mergedResults(results, 15, { locks: { t: 'AccessExclusive' } }), addColumn.results);
  });

  it('fills in a case that has no results yet', () => {
    assert.deepEqual(mergedResults([], 16, { locks: {}, error: '42601' }), [
      { versions: [16], locks: {}, error: '42601' },
    ]);
  });

  it('never records locks that were not seen', () => {
    assert.throws(() => mergedResults(addColumn.results, 18, { locks: undefined }), /locks of a were not measured/);
  });

  it('says in words what differs', () => {
    assert.deepEqual(differences(addColumn, { locks: { t: 'Share' }, rewrites: ['t'], error: '42P01' }, 14), [
      'error nothing in the file, measured 42P01',
      'locks t AccessExclusive in the file, measured t Share',
      'rewrites nothing in the file, measured t',
    ]);
    assert.deepEqual(differences(addColumn, { locks: { t: 'AccessExclusive' } }, 14), []);
    assert.deepEqual(differences(addColumn, { locks: {} }, 16), ['is not recorded']);
  });

  it('compares the rest when the locks were not seen', () => {
    assert.deepEqual(differences(addColumn, { locks: undefined }, 14), []);
    assert.equal(differences(addColumn, { locks: undefined, verifies: ['t'] }, 14).length, 1);
  });
});
