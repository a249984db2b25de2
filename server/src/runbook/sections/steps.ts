import { lockName, whoWaits } from '../../impact/locks.js';
import { byteWords, rangeWords } from '../../review/durations.js';
import type { Action } from '../../sql/action.js';
import { withoutSecrets } from '../../sql/secrets.js';
import type { PlannedMigration, RunStep } from '../migration.js';
import { type Block, blank, code, heading, list, paragraph, shell, sql, type Text } from '../../page/page.js';
import { whatStays } from './failure.js';

/** How a migration is run, and each of its steps. */
export function stepsOf(migration: PlannedMigration, session: string | undefined, isRelease: boolean): Block[] {
  const { steps, name } = migration;
  return [
    ...(isRelease ? [heading(3, name)] : []),
    ...commandBlocks(migration, session),
    ...(steps.length === 0 ? [paragraph('There is nothing to run in this file.')] : []),
    ...steps.flatMap((step) => stepBlocks(step, migration, isRelease ? 4 : 3)),
  ];
}

/** The tool's command, with a name for its session where it takes one. */
function commandBlocks({ commands, analysis }: PlannedMigration, session: string | undefined): Block[] {
  const { apply, named } = commands;
  if (apply === undefined)
    return [
      paragraph(
        `${analysis.framework.title} runs it when the application starts: start one instance first, and wait until it is through.`,
      ),
    ];
  const note = sessionNote(named, session);
  const command = named === 'PGAPPNAME' && session !== undefined ? `PGAPPNAME=${session} ${apply}` : apply;
  return [paragraph('Command:'), shell(command), ...(note ? [paragraph(...note)] : [])];
}

function sessionNote(named: PlannedMigration['commands']['named'], session: string | undefined): Text | undefined {
  if (session === undefined || named === 'nothing') return undefined;
  if (named === 'PGAPPNAME') return ['PGAPPNAME names its session, so that the queries below find it.'];
  const address = named === 'ApplicationName' ? 'its JDBC address' : 'its address (DATABASE_URL)';
  return [
    'Add ',
    code(`${named}=${session}`),
    ` to the parameters of ${address}, so that the queries below find its session.`,
  ];
}

function stepBlocks(run: RunStep, migration: PlannedMigration, level: 3 | 4): Block[] {
  const { step, number, line } = run;
  const { statement, impact } = step;
  const items: Text[] = [
    ...lockItems(run),
    ...durationItems(run),
    ...transactionItems(run),
    ...(impact.fails ? [[`It fails: ${impact.fails.code}, ${impact.fails.message}.`]] : []),
    ...(statement.problem
      ? [[`${statement.problem.isOwnLimit ? 'Not checked' : 'It fails'}: ${statement.problem.message}.`]]
      : []),
    ['If it fails: ', ...whatStays(run, migration)],
  ];
  return [
    heading(level, `Step ${number} (line ${line})`),
    sql(shortened(withoutSecrets(statement.written))),
    list(items),
  ];
}

function lockItems({ locks, step, inner }: RunStep): Text[] {
  const all = [step, ...inner];
  const shown = locks.filter(({ mode }) => mode !== 'AccessShareLock' && mode !== 'RowShareLock');
  const rows = all.some(({ statement }) => statement.actions.some(locksRows));
  const items: Text[] = shown.map(({ mode, relation }) => [
    `Lock: ${lockName(mode)} on `,
    code(relation.label),
    `; ${whoWaits(mode)} wait.`,
  ]);
  if (rows && shown.length > 0)
    items.push(['Rows that it changes are locked until it commits: who writes the same rows waits.']);
  if (all.some(({ impact, statement }) => !impact.known && !statement.problem))
    items.push([
      'Locks: not all are known, as it runs code that no file shows, or a form that Airlock has not measured.',
    ]);
  return items.length > 0 ? items : [['Lock: nothing that others use.']];
}

function locksRows({ kind }: Action): boolean {
  return kind === 'update' || kind === 'delete' || kind === 'merge';
}

function durationItems({ step, inner, estimates }: RunStep): Text[] {
  const { impact, statement } = step;
  if (impact.fails?.certain || statement.problem) return [];
  const staging: Text = [' Staging took: ', blank('to fill in')];
  const waits = [step, ...inner].some(({ statement: { actions } }) => actions.some(waitsForOldTransactions))
    ? ' It waits besides for every transaction that is open when it starts.'
    : '';
  if (estimates.length > 0)
    return estimates.map(({ work, table, low, high, basis, walBytes }) => [
      `Duration: ${work} of `,
      code(table.label),
      ` ${rangeWords(low, high)}${walBytes > 0 ? `, about ${byteWords(walBytes)} of WAL` : ''} (${basis.replace(/\.$/, '')}).${waits}`,
      ...staging,
    ]);
  if (inner.length > 0 || statement.actions.some(({ kind }) => kind === 'doBlock' || kind === 'call'))
    return [['Duration: it is code, and takes as long as what it loops over.', ...staging]];
  if (statement.actions.some(growsWithRows)) return [['Duration: grows with the rows that it changes.', ...staging]];
  if (!impact.known) return [['Duration: not known to Airlock.', ...staging]];
  return waits === '' ? [['Duration: an instant, once its lock is granted.']] : [[`Duration:${waits}`, ...staging]];
}

function growsWithRows({ kind }: Action): boolean {
  return kind === 'insert' || kind === 'copy' || kind === 'refreshMaterializedView' || locksRows({ kind } as Action);
}

/** What waits for transactions and not for locks alone. */
function waitsForOldTransactions(action: Action): boolean {
  switch (action.kind) {
    case 'createIndex':
    case 'dropIndex':
    case 'reindex':
    case 'detachPartition':
      return action.concurrently;
    default:
      return false;
  }
}

function transactionItems({ step, inner }: RunStep): Text[] {
  const { transaction, impact } = step;
  const items: Text[] = [];
  if (transaction.by === 'begin')
    items.push(['It runs in the transaction that the file has begun: its locks are held until COMMIT.']);
  if (transaction.by === 'framework')
    items.push(["It runs in the tool's transaction: its locks are held until that commits."]);
  if (impact.transaction === 'forbidden') items.push(['It must run outside a transaction.']);
  if (inner.length > 0)
    items.push([
      inner.some(({ statement }) => statement.actions.some(({ kind }) => kind === 'transaction'))
        ? 'It is one step that commits as it goes: what has been committed stays.'
        : 'It is one step, and all that it does is one transaction.',
    ]);
  return items;
}

/** A data load of thousands of lines is not for reading. */
function shortened(text: string): string {
  const lines = text.split(/\r?\n/);
  return lines.length <= 40
    ? lines.join('\n')
    : [...lines.slice(0, 30), `-- … ${lines.length - 30} more lines`].join('\n');
}
