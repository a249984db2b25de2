import type { Action } from '../../sql/action.js';
import type { PlannedMigration, RunStep } from '../migration.js';
import { code, type Text } from '../../page/page.js';

/** What a step leaves when it fails, and how to go on from there. */
export function whatStays(run: RunStep, migration: PlannedMigration): Text {
  const { transaction } = run.step;
  if (transaction.open && transaction.by === 'framework') return [...wholeFile(run, migration), ...again(migration)];
  if (transaction.open && transaction.by === 'begin') return sinceBegin(run, migration);
  return byItself(run, migration);
}

function wholeFile({ step }: RunStep, { analysis }: PlannedMigration): Text {
  const { scope } = step.transaction;
  const unit = analysis.framework.unit ?? 'file';
  return scope === 'all-pending'
    ? ['PostgreSQL takes back all files of this run. Nothing stays. ']
    : [`PostgreSQL takes back the whole ${unit}. Nothing of it stays. `];
}

/** The same command once more, with what the tool wants before. */
function again({ commands }: PlannedMigration): Text {
  const { afterFailure } = commands;
  return afterFailure === undefined
    ? ['Mend the cause and run the command again.']
    : ['Mend the cause, run ', code(afterFailure), ', then the command again.'];
}

/** The transaction that the file has begun ends; what ran before it stays. */
function sinceBegin(run: RunStep, migration: PlannedMigration): Text {
  const { begin } = run.step.transaction;
  const before = migration.steps.filter(({ step }) => begin !== undefined && step.span.start < begin.start);
  const back = 'PostgreSQL takes back all since BEGIN.';
  return before.length === 0
    ? [`${back} Nothing stays. `, ...again(migration)]
    : [`${back} ${stepsWords(before)} before it stay. `, ...goOn(before, run, migration)];
}

/** Each statement is a transaction of its own: those before it have committed. */
function byItself(run: RunStep, migration: PlannedMigration): Text {
  const before = migration.steps.filter(({ number }) => number < run.number);
  const leaves = run.step.statement.actions.flatMap(leftBehind);
  const own =
    leaves.length > 0 ? `${leaves.join(' ')} ` : hasBatches(run) ? 'Batches that it has committed stay. ' : '';
  return before.length === 0
    ? [`${own === '' ? 'Nothing stays. ' : own}`, ...again(migration)]
    : [`${own}${stepsWords(before)} before it stay. `, ...goOn(before, run, migration)];
}

/** What a statement that is no transaction by itself leaves when it stops. */
export function leftBehind(action: Action): string[] {
  switch (action.kind) {
    case 'createIndex':
      return action.concurrently ? ['An invalid index stays: drop it first, see "Clean up".'] : [];
    case 'dropIndex':
      return action.concurrently ? ['The index may stay, invalid: run the statement again.'] : [];
    case 'reindex':
      return action.concurrently
        ? ['An invalid index stays whose name ends in _ccnew or _ccold: drop it, see "Clean up".']
        : [];
    case 'detachPartition':
      return action.concurrently && !action.finalize
        ? ['The partition may be half detached: DETACH PARTITION … FINALIZE ends it, see "Clean up".']
        : [];
    case 'validateConstraint':
      return ['The constraint stays NOT VALID, and goes on to refuse new rows that break it.'];
    default:
      return [];
  }
}

function hasBatches({ inner }: RunStep): boolean {
  return inner.some(({ statement }) => statement.actions.some(({ kind }) => kind === 'transaction'));
}

function stepsWords(steps: readonly RunStep[]): string {
  const [first, last] = [steps[0]?.number ?? 0, steps.at(-1)?.number ?? 0];
  if (first === last) return `Step ${first}`;
  return `Steps ${first} ${last === first + 1 ? 'and' : 'to'} ${last}`;
}

/** In: the steps that have committed. */
function goOn(before: readonly RunStep[], run: RunStep, migration: PlannedMigration): Text {
  const once = before.filter(
    ({ step, inner }) => ![step, ...inner].every(({ statement }) => statement.actions.every(runsTwice)),
  );
  if (once.length === 0) return ['They can run a second time. ', ...again(migration)];
  const { noteApplied } = migration.commands;
  const which = `${once.length > 1 ? 'steps' : 'step'} ${once.map(({ number }) => number).join(', ')}`;
  const { title, id } = migration.analysis.framework;
  return [
    `The command cannot simply run again: ${which} would fail or do its work twice. Mend the cause and run the statements from step ${run.number} on in psql, one after the other`,
    ...(id === 'sql'
      ? ['.']
      : [
          `; then have ${title} note the migration as applied`,
          ...(noteApplied === undefined ? ['.'] : [': ', code(noteApplied), '.']),
        ]),
  ];
}

/** True for an action that ends in the same where it has run before. */
function runsTwice(action: Action): boolean {
  switch (action.kind) {
    case 'createTable':
    case 'createIndex':
    case 'createSchema':
    case 'createExtension':
    case 'createSequence':
    case 'addColumn':
    case 'addEnumValue':
      return action.ifNotExists;
    case 'createView':
    case 'createFunction':
    case 'createTrigger':
      return action.replace;
    case 'dropTable':
    case 'dropIndex':
    case 'dropObject':
      return action.ifExists;
    case 'dropColumn':
      return action.ifColumnExists;
    case 'dropConstraint':
      return action.ifConstraintExists;
    case 'setNotNull':
    case 'dropNotNull':
    case 'setDefault':
    case 'dropDefault':
    case 'alterColumnType':
    case 'validateConstraint':
    case 'comment':
    case 'setVariable':
    case 'select':
    case 'refreshMaterializedView':
    case 'reindex':
    case 'transaction':
      return true;
    default:
      return false;
  }
}
