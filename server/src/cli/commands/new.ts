import { changeWords, type Pattern, type PatternField } from '../../rewrite/patterns/pattern.js';
import { patterns } from '../../rewrite/patterns/patterns.js';
import { isRefused } from '../../rewrite/plan.js';
import { visibleLine } from '../../sql/visible.js';
import { named } from '../../workspace/find-files.js';
import { planSafeMigration } from '../../workspace/safe-migration.js';
import { type Arguments, choice, forMigrations, inForms, UsageError } from '../arguments.js';
import { ownSystem } from '../cache/questions.js';
import { fieldsOf, refusingWrongValues } from '../fields.js';
import { handOut } from '../planned-migrations.js';
import { openSession, type Terminal } from '../session.js';

export const options = {
  ...forMigrations,
  ...inForms,
  write: { type: 'boolean' },
  release: { type: 'boolean' },
} as const;

export const help = `pg-airlock new PATTERN FOLDER FIELD=VALUE … [options]

A change as safe migrations, behind all that are in the folder and in the form of its tool: each phase a file with its
way back. Without a pattern: the list of them. With a pattern alone: its fields and an example.

  pg-airlock new rename-column migrations table=customers column=mail to=email

  --write              write the files; without it they are printed
  --release            those of the first release alone; when it is deployed, pg-airlock continue writes the next
  --format text|json   default: text
  --postgres 14…18
  --config FILE        default: the nearest airlock.config.json

Values are SQL: a name is quoted where SQL wants it.
`;

export async function run(given: Arguments, terminal: Terminal): Promise<number> {
  const format = choice(given.values, 'format', ['text', 'json']);
  const [id, folder, ...words] = given.paths;
  const known = patterns.find((each) => each.id === id);
  if (id !== undefined && !known) throw new UsageError(`There is no pattern "${id}". The list: pg-airlock new`);
  if (!known || folder === undefined) {
    const { write, release, postgres, config } = given.values;
    if ([write, release, postgres, config].some((each) => each !== undefined))
      throw new UsageError('Name a pattern, the folder of the migrations, and its fields.');
    if (format === 'json') terminal.data(`${JSON.stringify((known ? [known] : patterns).map(described), null, 2)}\n`);
    else terminal.out(known ? fieldsText(known) : listText());
    return 0;
  }
  const pattern = known;
  const values = fieldsOf(pattern.id, pattern.fields, words);
  const session = await openSession({ ...given, paths: [folder] }, terminal);
  const [sample] = session.files;
  if (!sample || session.failed) return 2;
  const planned = refusingWrongValues(() =>
    planSafeMigration(
      pattern,
      values,
      sample.path,
      session.workspace,
      ownSystem.files,
      given.values.release === true ? 'release' : 'all',
    ),
  );
  if (isRefused(planned)) {
    terminal.err(`not written: ${visibleLine(planned.refused)}\n`);
    return 1;
  }
  handOut(planned, { write: given.values.write === true, format, nameOf: (path) => named(path, folder) }, terminal);
  if (given.values.release === true && planned.plan.phases.some(({ gate }) => gate !== undefined))
    terminal.err(`When this is deployed: pg-airlock continue ${visibleLine(folder)}\n`);
  return 0;
}

function described({ id, title, summary, fields, example }: Pattern) {
  return { id, title, summary, fields, example: example.values };
}

function listText(): string {
  const width = Math.max(...patterns.map(({ id }) => id.length));
  return `${patterns.map(({ id, title }) => `${id.padEnd(width)}  ${title}`).join('\n')}\n\npg-airlock new PATTERN shows what a pattern needs.\n`;
}

function fieldsText(pattern: Pattern): string {
  const { id, title, summary, fields, example } = pattern;
  const width = Math.max(...fields.map(({ name }) => name.length));
  const line = ({ name, title: what, optional, choices }: PatternField): string =>
    `  ${name.padEnd(width)}  ${what}${choices ? `: ${choices.join(', ')}` : ''}${optional ? ' (optional)' : ''}`;
  const values = changeWords(pattern, example.values).slice(id.length + 1);
  return `${title}\n${summary}\n\n${fields.map(line).join('\n')}\n\n  pg-airlock new ${id} migrations ${values}\n`;
}
