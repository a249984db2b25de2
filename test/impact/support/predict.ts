import noEnumValueUse from '../../../rules/execution/no-enum-value-use-in-transaction.js';
import type { AnyRule } from '../../../rules/engine/define-rule.js';
import { ruleSet } from '../../../rules/engine/run.js';
import { analyze } from '../../../server/src/analysis/analyze.js';
import { resolveConfig } from '../../../server/src/analysis/config.js';
import { replay } from '../../../server/src/analysis/replay.js';
import { readMigration } from '../../../server/src/analysis/sections.js';
import { plainSql } from '../../../server/src/frameworks/plain-sql.js';
import { surroundings } from '../../facts/surroundings.js';
import { projectOf } from '../../support/project.js';
import { codeOfRefusal } from '../../../server/src/impact/refusals/syntax.js';
import { atLeast, type LockMode } from '../../../server/src/impact/locks.js';
import { SchemaState } from '../../../server/src/schema/state.js';
import { parseDocument } from '../../../server/src/sql/parse.js';
import type { Case, Measured } from './facts.js';

/** What Airlock says of a case, in the words of the measurement. */
export interface Prediction {
  readonly locks: Readonly<Record<string, string>>;
  readonly rewrites: readonly string[];
  /** Tables that are read to check what is in them, as PostgreSQL says "verifying table". */
  readonly verifies: readonly string[];
  readonly error: string | undefined;
  /** Indexes that nobody may read. */
  readonly indexLocks: readonly string[];
  /** "index on table", without those of tables that are written anew. */
  readonly builds: readonly string[];
  readonly checksForeignKey: boolean;
  /** False when one of the statements is not known. */
  readonly known: boolean;
}

const states = new Map<string, SchemaState>();

/** The schema behind the base and the setup of a case, as the next release finds it. */
function stateBefore(baseSchema: string, { setup = [] }: Case): SchemaState {
  const key = setup.join('\n');
  let state = states.get(key);
  if (!state) {
    state = new SchemaState();
    // "@try": the measurement went on although this failed, as a concurrent build of a unique index may.
    const statements = setup.map((each) => each.replace(/^@try /, ''));
    replay(
      parseDocument([...surroundings, baseSchema, ...statements].join(';\n')),
      state,
      { postgres: 18, timeZone: 'UTC' },
      [],
      () => {},
    );
    state.release += 1;
    states.set(key, state);
  }
  return state;
}

// 55P04 is the one refusal that a rule knows and the impact does not: it is in the words of the statement.
const enumRule = ruleSet([noEnumValueUse as unknown as AnyRule]);

/** Runs the statements of a case in the transaction that they were measured in. */
export function predict(baseSchema: string, measured: Case, postgres: number): Prediction {
  const oneString = measured.mode === 'auto' && parseDocument(measured.statements.join(';')).statements.length > 1;
  const before = stateBefore(baseSchema, measured);
  const path = 'migrations/0001_measured.sql';
  const text = ['set search_path = m, public', ...(measured.session ?? []), ...measured.statements].join(';\n');
  const config = resolveConfig({
    postgres: postgres as 18,
    transaction: measured.mode === 'tx' || oneString ? 'per-file' : 'none',
  });
  const project = projectOf(plainSql);
  const { steps, findings } = analyze(
    { path, ...readMigration(text, { path, config, project }), before, config, project, applied: false },
    enumRule,
    (_rule, _statement, error) => {
      throw error;
    },
  );
  let locks = new Map<string, LockMode>();
  const atSavepoint: (typeof locks)[] = [];
  const rewrites = new Set<string>();
  const verifies = new Set<string>();
  const fresh = new Set<string>();
  const indexLocks = new Set<string>();
  let error = findings.length > 0 ? '55P04' : undefined;
  for (const { impact, statement, transaction, origin } of steps) {
    if (origin === 'function') continue;
    if (statement.problem) error ??= codeOfRefusal(statement.problem.message, { postgres, timeZone: 'UTC' });
    const isRefused = transaction.open && impact.transaction === 'forbidden' && impact.fails?.code !== '2D000';
    if (isRefused) error ??= '25001';
    if (impact.fails) error ??= impact.fails.code;
    for (const action of statement.actions) {
      if (action.kind !== 'transaction') continue;
      // In a transaction the measurement looked at the end: locks that were given back before are not in it. Outside, it
      // looked on the way.
      if (action.operation === 'commit' && measured.mode === 'tx') locks = new Map();
      if (action.operation === 'savepoint') atSavepoint.push(new Map(locks));
      if (action.operation === 'rollbackTo') locks = atSavepoint.pop() ?? locks;
    }
    for (const lock of impact.locks) {
      const name = plain(lock.relation.label);
      if (lock.isNew) fresh.add(name);
      if (lock.kind === 'index' && lock.mode === 'AccessExclusiveLock' && !lock.isNew) indexLocks.add(name);
      if (lock.isNew || lock.kind === 'index') continue;
      const held = locks.get(name);
      if (!held || atLeast(lock.mode, held)) locks.set(name, lock.mode);
    }
    for (const { label } of impact.rewrites) if (!fresh.has(plain(label))) rewrites.add(plain(label));
  }
  for (const { impact } of steps) {
    for (const { relation, why, isNew } of impact.scans) {
      if (!isNew && verifying.has(why) && !rewrites.has(plain(relation.label))) verifies.add(plain(relation.label));
    }
  }
  const named = [...locks].map(([relation, mode]) => [relation, mode.replace(/Lock$/, '')] as const);
  const impacts = steps.filter(({ origin }) => origin !== 'function').map(({ impact }) => impact);
  const builds = impacts
    .flatMap(({ indexBuilds }) => indexBuilds)
    .filter(({ relation, isNew }) => !isNew && !rewrites.has(plain(relation.label)))
    .map(({ index, relation }) => `${index.name} on ${relation.name}`);
  return {
    locks: Object.fromEntries(named),
    rewrites: [...rewrites].sort(),
    verifies: [...verifies].sort(),
    error,
    indexLocks: [...indexLocks].sort(),
    builds: [...new Set(builds)].sort(),
    checksForeignKey: impacts.some(({ scans }) => scans.some(({ why }) => why === 'foreign key')),
    known: impacts.every(({ known }) => known),
  };
}

const verifying = new Set(['check', 'not null', 'partition']);

/** The measurement leaves out the schema of the search path, however the statement wrote the name. */
function plain(relation: string): string {
  return relation.replace(/^m\./, '');
}

/** What is wrong with a prediction; undefined when it is what was measured. */
export function mistake(prediction: Prediction, measured: Measured, mode: Case['mode']): string | undefined {
  if (prediction.error !== measured.error) {
    return `error ${measured.error ?? 'none'}, predicted ${prediction.error ?? 'none'}`;
  }
  // A statement that failed in its transaction holds nothing that could be measured, nor does a string that is over.
  if (mode === 'auto' || (measured.error !== undefined && Object.keys(measured.locks).length === 0)) return undefined;
  const wrong: string[] = [];
  const names = new Set([...Object.keys(measured.locks), ...Object.keys(prediction.locks)]);
  for (const name of names) {
    const real = measured.locks[name] ?? 'nothing';
    const said = prediction.locks[name] ?? 'nothing';
    if (real !== said) wrong.push(`${name}: ${real}, predicted ${said}`);
  }
  const rewritten = (measured.rewrites ?? []).join(', ');
  if (rewritten !== prediction.rewrites.join(', ')) {
    wrong.push(`rewrites ${rewritten || 'nothing'}, predicted ${prediction.rewrites.join(', ') || 'nothing'}`);
  }
  const verified = (measured.verifies ?? []).join(', ');
  if (verified !== prediction.verifies.join(', ')) {
    wrong.push(`verifies ${verified || 'nothing'}, predicted ${prediction.verifies.join(', ') || 'nothing'}`);
  }
  return wrong.length > 0 ? wrong.join('; ') : undefined;
}
