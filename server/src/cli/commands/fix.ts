import type { Finding } from '../../analysis/finding.js';
import { lineOfMessage } from '../../analysis/finding-message.js';
import { fileTextOf, positionsOf } from '../../analysis/positions.js';
import { safeFormOf } from '../../workspace/safe-form.js';
import type { MigrationFile } from '../../rewrite/files.js';
import { rules } from '../../../../rules/index.js';
import { ruleIdFor } from '../../analysis/config.js';
import { visibleLine } from '../../sql/visible.js';
import { type Arguments, choice, UsageError, forMigrations, inForms } from '../arguments.js';
import { jsonFinding } from '../json-report.js';
import { named } from '../../workspace/find-files.js';
import { openFileToChange, type Terminal } from '../session.js';
import { renumber } from '../renumber.js';
import { writeFiles } from '../write-files.js';

export const options = { ...forMigrations, ...inForms, rule: { type: 'string' }, write: { type: 'boolean' } } as const;

export const help = `pg-airlock fix FILE [options]

The safe form of a migration: the file itself, and new files behind it where a change has to be split.
Every new file has its way back beside it. An applied file stays as it is.

  --rule ID            only what this rule finds; require-sound-history renames the file to the next free version
  --write              write the files; without it they are printed
  --format text|json   default: text
  --postgres 14…18
  --config FILE        default: the nearest airlock.config.json
`;

export async function run(given: Arguments, terminal: Terminal): Promise<number> {
  const format = choice(given.values, 'format', ['text', 'json']);
  const wanted = given.values.rule;
  const only =
    typeof wanted === 'string'
      ? ruleIdFor(
          wanted,
          rules.map((rule) => rule.meta),
        )
      : undefined;
  if (typeof wanted === 'string' && only === undefined)
    throw new UsageError(`There is no rule "${wanted}". See: pg-airlock rules`);
  const opened = await openFileToChange(given, terminal);
  if (!opened) return 2;
  const { session, file, analysis: original, look } = opened;
  const { workspace } = session;
  const before = fileTextOf(original);
  if (only === 'require-sound-history') {
    const plan = workspace.renumbering(file.path);
    if (plan) return renumber(plan, { given, terminal, text: before });
  }
  const form = await safeFormOf(workspace, original, look, only);
  const { files, downs, beside, analysis } = form;
  const nameOf = (each: Pick<MigrationFile, 'path'>): string => named(each.path, given.paths[0] ?? '');
  const renamed = (each: MigrationFile): MigrationFile => ({ ...each, path: nameOf(each) });

  const positions = positionsOf(analysis);
  if (given.values.write === true) {
    const changed = [...files, ...downs].filter((each) => each.path !== file.path || each.sql !== before);
    writeFiles([
      ...changed.map((each) => ({
        path: each.path,
        name: nameOf(each),
        text: each.sql,
        replaces: each.path === file.path,
      })),
      ...beside.map(({ path, text }) => ({ path, name: nameOf({ path }), text, replaces: 'if there' as const })),
    ]);
    for (const each of [...changed, ...beside]) terminal.err(`wrote ${visibleLine(nameOf(each))}\n`);
  }
  if (format === 'json') {
    const remaining = analysis.findings.map((finding) =>
      jsonFinding(finding, { analysis, positions, given: file.name, withFiles: undefined }),
    );
    terminal.data(
      `${JSON.stringify({ files: files.map(renamed), downs: downs.map(renamed), beside: beside.map((each) => ({ ...each, path: nameOf(each) })), remaining }, null, 2)}\n`,
    );
  } else if (given.values.write !== true) {
    // One file is printed as it is, so that it can be piped; several are kept apart.
    if (files.length === 1) terminal.data(files[0]?.sql ?? '');
    else
      for (const each of [...files, ...downs])
        terminal.data(
          `-- ==> ${visibleLine(nameOf(each))}${each.transactional ? '' : ' (not in a transaction)'}\n${each.sql}\n`,
        );
    for (const each of beside) terminal.data(`-- ==> ${visibleLine(nameOf(each))}\n${each.text}\n`);
  }
  if (format !== 'json') {
    const placeOf = ({ span }: Finding): string => `${visibleLine(file.name)}:${positions.at(span.start).line + 1}`;
    // All at once: a large file leaves thousands of lines.
    terminal.err(
      [
        ...form.refused.map(({ finding, reason }) => `not split: ${placeOf(finding)} ${visibleLine(reason)}\n`),
        ...analysis.findings.map((finding) => `left: ${placeOf(finding)} ${finding.rule}: ${lineOfMessage(finding)}\n`),
      ].join(''),
    );
  }
  return session.failed ? 2 : 0;
}
