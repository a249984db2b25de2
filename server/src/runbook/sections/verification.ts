import type { PlannedMigration } from '../migration.js';
import { type Block, code, heading, list, paragraph, query, type Text } from '../../page/page.js';
import type { Action } from '../../sql/action.js';
import { stateChecks } from '../queries/state-checks.js';

/** How one sees that it has worked. */
export function verification(migrations: readonly PlannedMigration[]): Block[] {
  const checks = stateChecks(migrations.map(({ analysis }) => analysis));
  const notes = migrations.flatMap((migration) => byHand(migration, migrations.length > 1));
  return [
    heading(2, 'Verify'),
    ...(checks ? [query(checks)] : []),
    ...(notes.length > 0 ? [list(notes)] : []),
    ...(checks || notes.length > 0
      ? []
      : [paragraph('Nothing in the catalog shows that this has run: look at what it was meant to do.')]),
  ];
}

/** What no catalog shows. */
function byHand({ name, steps }: PlannedMigration, isRelease: boolean): Text[] {
  return steps.flatMap(({ number, step, inner }): Text[] => {
    const actions = [step, ...inner].flatMap(({ statement }) => statement.actions);
    const which = `${isRelease ? `${name}, step` : 'Step'} ${number}`;
    if (actions.some(changesRows))
      return [[`${which} changes rows: count them before and behind it, and look at a few.`]];
    if (actions.some(({ kind }) => kind === 'doBlock' || kind === 'call'))
      return [[`${which} is code: look at what it was meant to leave.`]];
    return actions.some(changesRights) ? [[`${which} changes rights: `, code('\\dp'), ' in psql shows them.']] : [];
  });
}

function changesRows({ kind }: Action): boolean {
  return (
    kind === 'insert' ||
    kind === 'update' ||
    kind === 'delete' ||
    kind === 'merge' ||
    kind === 'truncate' ||
    kind === 'copy'
  );
}

function changesRights(action: Action): boolean {
  return action.kind === 'other' && (action.statement === 'grant' || action.statement === 'revoke');
}
