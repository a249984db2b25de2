import type { Case, Facts, Measured } from '../impact/support/facts.js';
import type { Outcome } from './measure.js';

const lists = ['rewrites', 'verifies', 'indexRebuilt'] as const;

/** What an outcome has otherwise than the recorded fact, in words; empty when all that was measured is as recorded. */
export function differences(recorded: Case, outcome: Outcome, postgres: number): readonly string[] {
  const fact = recorded.results.find(({ versions }) => versions.includes(postgres));
  if (!fact) return ['is not recorded'];
  const wrong: string[] = [];
  const compare = (what: string, was = 'nothing', is = 'nothing') => {
    if (was !== is) wrong.push(`${what} ${was || 'nothing'} in the file, measured ${is || 'nothing'}`);
  };
  compare('error', fact.error, outcome.error);
  if (outcome.locks) compare('locks', lockText(fact.locks), lockText(outcome.locks));
  for (const each of lists) compare(each, fact[each]?.join(', '), outcome[each]?.join(', '));
  return wrong;
}

function lockText(locks: Measured['locks']): string {
  return Object.entries(locks)
    .map(([name, mode]) => `${name} ${mode}`)
    .sort()
    .join(', ');
}

/** The facts with the outcomes of one version in the place of those that were recorded; equal versions stand together. */
export function merged(facts: Facts, postgres: number, outcomes: ReadonlyMap<string, Outcome>): Facts {
  return {
    ...facts,
    cases: facts.cases.map((each) => {
      const outcome = outcomes.get(each.id);
      if (!outcome) return each;
      const { message: _, locks, ...rest } = outcome;
      if (locks === undefined) throw new Error(`the locks of ${each.id} were not measured`);
      return { ...each, results: withResult(each.results, postgres, { locks, ...rest }) };
    }),
  };
}

function withResult(
  results: readonly Measured[],
  postgres: number,
  outcome: Omit<Measured, 'versions'>,
): readonly Measured[] {
  const single = results.flatMap(({ versions, ...rest }) => versions.map((version) => ({ version, rest })));
  const others = single.filter(({ version }) => version !== postgres);
  const sorted = [...others, { version: postgres, rest: outcome }].sort((a, b) => a.version - b.version);
  const groups = new Map<string, { versions: number[]; rest: Omit<Measured, 'versions'> }>();
  for (const { version, rest } of sorted) {
    const key = JSON.stringify(rest);
    const group = groups.get(key) ?? { versions: [], rest };
    group.versions.push(version);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ versions, rest }) => ({ versions, ...rest }));
}
