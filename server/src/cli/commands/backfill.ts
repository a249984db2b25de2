import path from 'node:path';
import { backfillFields } from '../../rewrite/backfill-request.js';
import { isRefused } from '../../rewrite/plan.js';
import { visibleLine } from '../../sql/visible.js';
import { type MadeBackfill, makeBackfill } from '../../workspace/backfill.js';
import { named } from '../../workspace/find-files.js';
import { absolute } from '../../workspace/node-files.js';
import { type Arguments, choice, forMigrations, inForms, UsageError } from '../arguments.js';
import { ownSystem } from '../cache/questions.js';
import { fieldsOf, refusingWrongValues } from '../fields.js';
import { openSession, type Terminal } from '../session.js';
import { writeFiles } from '../write-files.js';

export const options = { ...forMigrations, ...inForms, as: { type: 'string' }, write: { type: 'boolean' } } as const;

export const help = `pg-airlock backfill FOLDER table=TABLE set='COLUMN = VALUE' [where='CONDITION'] [options]

Fills columns of a large table while the application runs: in batches, each a transaction of its own, that wait for locks
of others no longer than 5 s and for replicas that are behind. It can be stopped and goes on where it was; a second one
beside it is refused; at its end another run changes nothing.

  pg-airlock backfill migrations table=orders set="status = 'new'"
  pg-airlock backfill migrations table=orders set='total = price * 2' where='total IS NULL' --as node --write

  --as sql|psql|node   a migration in the form of the folder's tool (default), a script for psql with queries before and
                       behind it, or a script for Node that needs the package "pg": for tools that put every migration
                       into a transaction
  --write              write it: the migration into its folder, a script into this one; without it, it is printed
  --format text|json   default: text
  --postgres 14…18
  --config FILE        default: the nearest airlock.config.json

Values are SQL. Without "where", rows are filled where the column is NULL. With a column alone (set=status), the value is
left for you to write: until you do, nothing is changed. Key, partitions and triggers are those of the migrations.
`;

export async function run(given: Arguments, terminal: Terminal): Promise<number> {
  const format = choice(given.values, 'format', ['text', 'json']);
  const form = choice(given.values, 'as', ['sql', 'psql', 'node']);
  const [folder, ...words] = given.paths;
  if (folder === undefined) throw new UsageError('Name the folder of the migrations, table=… and set=….');
  const values = fieldsOf('backfill', backfillFields, words);
  const session = await openSession({ ...given, paths: [folder] }, terminal);
  const [sample] = session.files;
  if (!sample || session.failed) return 2;
  const made = refusingWrongValues(() => makeBackfill(values, form, sample.path, session.workspace, ownSystem.files));
  if (isRefused(made)) {
    terminal.err(`not written: ${visibleLine(made.refused)}\n`);
    return 1;
  }
  const outputs = outputsOf(made, folder);
  if (format === 'json') terminal.data(`${JSON.stringify(jsonOf(made, outputs), null, 2)}\n`);
  if (given.values.write === true) {
    if (made.script && isBelow(process.cwd(), absolute(folder)))
      throw new UsageError('Here the script would be taken for a migration: write it from another folder.');
    writeFiles(outputs);
    for (const { name } of outputs) terminal.err(`wrote ${visibleLine(name)}\n`);
  } else if (format !== 'json') {
    if (made.script) terminal.data(made.script.text);
    else for (const { name, text } of outputs) terminal.data(`-- ==> ${visibleLine(name)}\n${text}\n`);
  }
  for (const note of notesOf(made)) terminal.err(`${visibleLine(note)}\n`);
  return 0;
}

/** What has to be known of it whatever its form, a sentence each: how it walks, which triggers it fires, what is odd. */
function notesOf({ backfill: { phase, whole, specs, warnings } }: MadeBackfill): string[] {
  const key = whole.key.map(({ column }) => column).join(', ');
  const parts = specs.length > 1 ? `, each of ${specs.length} partitions` : '';
  const fires = (phase.notes ?? []).filter((note) => note.startsWith('It fires '));
  return [`Walked by ${key === '' ? `blocks${parts}` : `(${key})`}.`, ...fires, ...warnings];
}

function outputsOf({ migration, script }: MadeBackfill, folder: string) {
  if (script) return [{ path: path.resolve(script.name), name: script.name, text: script.text, replaces: false }];
  const { files = [], downs = [], beside = [] } = migration ?? {};
  const nameOf = (file: string): string => named(file, folder);
  return [
    ...[...files, ...downs].map((each) => ({
      path: each.path,
      name: nameOf(each.path),
      text: each.sql,
      replaces: false,
    })),
    ...beside.map((each) => ({
      path: each.path,
      name: nameOf(each.path),
      text: each.text,
      replaces: 'if there' as const,
    })),
  ];
}

function isBelow(place: string, folder: string): boolean {
  const way = path.relative(folder, place);
  return !way.startsWith('..') && !path.isAbsolute(way);
}

function jsonOf(made: MadeBackfill, outputs: readonly { readonly name: string; readonly text: string }[]) {
  const { backfill } = made;
  return {
    title: backfill.title,
    key: backfill.whole.key,
    notes: notesOf(made),
    files: outputs.map(({ name, text }) => ({ path: name, text })),
  };
}
