import { isRefused } from '../../rewrite/plan.js';
import { visibleLine } from '../../sql/visible.js';
import { continueChange, waiting } from '../../workspace/continue-change.js';
import { named } from '../../workspace/find-files.js';
import { type OpenChange, openChanges } from '../../workspace/open-changes.js';
import type { Workspace } from '../../workspace/workspace.js';
import { type Arguments, choice, forMigrations, inForms, UsageError } from '../arguments.js';
import { ownSystem } from '../cache/questions.js';
import { refusingWrongValues } from '../fields.js';
import { handOut } from '../planned-migrations.js';
import { openSession, type Terminal } from '../session.js';

export const options = {
  ...forMigrations,
  ...inForms,
  write: { type: 'boolean' },
  deployed: { type: 'boolean' },
} as const;

export const help = `pg-airlock continue FOLDER [NUMBER] [options]

Goes on with a change that earlier migrations have begun: the next step of a pattern (pg-airlock new … --release), the
VALIDATE of what is NOT VALID, NOT NULL behind a CHECK that proves it, the partitions of an index, the drop of what was
put aside. Without a number: what is open, and what is next. Where only one change is open, it needs none.

  --deployed           the steps that are written have run, whatever git or "applied" says
  --write              write the files; without it they are printed
  --format text|json   default: text
  --postgres 14…18
  --config FILE        default: the nearest airlock.config.json
`;

export async function run(given: Arguments, terminal: Terminal): Promise<number> {
  const format = choice(given.values, 'format', ['text', 'json']);
  const [folder, number, ...more] = given.paths;
  if (folder === undefined || more.length > 0) throw new UsageError('Name the folder of the migrations.');
  const session = await openSession({ ...given, paths: [folder] }, terminal);
  const [sample] = session.files;
  if (!sample || session.failed) return 2;
  const { workspace } = session;
  const nameOf = (path: string): string => named(path, folder);
  const changes = refusingWrongValues(() => openChanges(sample.path, workspace, ownSystem.files));
  const wanted = number === undefined ? changes.length === 1 : true;
  if (!wanted) {
    if (format === 'json')
      terminal.data(
        `${JSON.stringify(
          changes.map((each) => described(each, workspace, nameOf)),
          null,
          2,
        )}\n`,
      );
    else
      terminal.data(
        changes.length === 0
          ? 'Nothing is open.\n'
          : changes.map((each, index) => line(each, index, workspace, nameOf)).join(''),
      );
    return 0;
  }
  const change = changes[number === undefined ? 0 : Number(number) - 1];
  if (!change)
    throw new UsageError(
      changes.length === 0
        ? 'Nothing is open.'
        : `There is no change ${visibleLine(number ?? '')}: the list has ${changes.length}. It: pg-airlock continue ${visibleLine(folder)}`,
    );
  const isDeployed = given.values.deployed === true;
  const planned = refusingWrongValues(() =>
    continueChange(change, sample.path, workspace, ownSystem.files, isDeployed),
  );
  if (isRefused(planned)) {
    terminal.err(`not written: ${visibleLine(planned.refused)}\n`);
    return 1;
  }
  handOut(planned, { write: given.values.write === true, format, nameOf }, terminal);
  for (const { gate } of planned.files) if (gate !== undefined) terminal.err(`Ship it when ${visibleLine(gate)}\n`);
  return 0;
}

/** What a change is, and what is next. */
function described(change: OpenChange, workspace: Workspace, nameOf: (path: string) => string) {
  if (change.kind === 'open end') {
    const { end, name } = change;
    return { name, begun: nameOf(end.place.path), next: `to be written: ${end.ending}` };
  }
  const { name, begun, last, next } = change;
  return {
    name,
    begun: nameOf(begun.path),
    next: next ? waiting(next, workspace) : `step ${last.step + 1} of ${last.of}, to be written`,
  };
}

function line(change: OpenChange, index: number, workspace: Workspace, nameOf: (path: string) => string): string {
  const { name, begun, next } = described(change, workspace, nameOf);
  return `${index + 1}. ${visibleLine(name)}\n   begun by ${visibleLine(begun)}; next: ${visibleLine(next)}\n`;
}
