import { type Analysis, analyze, type MigrationInput } from '../../analysis/analyze.js';
import type { Finding } from '../../analysis/finding.js';
import { applyEdits, fixText } from '../../analysis/fix-edits.js';
import { Positions } from '../../analysis/positions.js';
import type { RuleSet } from '../../../../rules/engine/run.js';
import type { MigrationFile } from '../../rewrite/files.js';
import { rewriteFor } from '../../rewrite/rewrites.js';
import { parseDocument } from '../../sql/parse.js';
import { rules } from '../../../../rules/index.js';
import { ruleIdFor } from '../../analysis/config.js';
import { visibleLine } from '../../sql/visible.js';
import { type Arguments, choice, UsageError } from '../arguments.js';
import { jsonFinding } from '../json-report.js';
import { named } from '../paths.js';
import { openFile, type Terminal } from '../session.js';
import { writeFiles } from '../write-files.js';

export const options = { rule: { type: 'string' }, write: { type: 'boolean' } } as const;

export const help = `pg-airlock fix FILE [options]

The safe form of a migration: the file itself, and new files behind it where a change has to be split.
An applied file is never changed; its safe form comes as new files only.

  --rule ID            only what this rule finds
  --write              write the files; without it they are printed
  --format text|json   default: text
  --postgres 14…18
  --config FILE        default: the nearest airlock.config.json
`;

/** The safe form of a file. `existing`: the paths of all migrations, for the names of new ones. */
export async function safeForm(
  input: MigrationInput,
  existing: readonly string[],
  ruleSet: RuleSet,
  only: string | undefined,
): Promise<{ files: MigrationFile[]; analysis: Analysis }> {
  const look = (text: string): Analysis => analyze({ ...input, document: parseDocument(text) }, ruleSet, () => {});
  const meant = (findings: readonly Finding[]): Finding[] =>
    findings.filter((finding) => only === undefined || finding.rule === only);
  const paths = [...existing];
  const added: MigrationFile[] = [];
  let text = await fixText(input.document.text, async (each) => meant(look(each).findings));
  let analysis = look(text);
  // Each round takes one statement apart; a file has no more of them than statements.
  for (let round = 0; round <= analysis.document.statements.length; round++) {
    const made = meant(analysis.findings)
      .map((finding) => rewriteFor(analysis, finding, paths))
      .find((rewrite) => rewrite !== undefined && rewrite.files.length > 0);
    if (!made) break;
    for (const file of made.files) {
      if (file.path === input.path) text = file.sql;
      else {
        added.push(file);
        paths.push(file.path);
      }
    }
    if (input.applied) break;
    analysis = look(text);
  }
  if (only !== undefined && added.length === 0) {
    // Asked for by name, a fix that is not safe in bulk is a deliberate one.
    const fix = meant(analysis.findings)
      .flatMap((finding) => finding.fixes)
      .at(0);
    if (fix) {
      text = applyEdits(text, fix.edits);
      analysis = look(text);
    }
  }
  const transactional = analysis.steps.every((step) => step.impact.transaction === 'allowed');
  const own: MigrationFile[] = input.applied ? [] : [{ path: input.path, sql: text, transactional }];
  return { files: [...own, ...added], analysis };
}

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
  const opened = await openFile(given, terminal);
  if (!opened) return 2;
  const { session, file } = opened;
  const input = session.workspace.inputFor(file.path);
  if (!('document' in input)) return 2;
  const { files, analysis } = await safeForm(
    input,
    session.workspace.migrationsWith(file.path),
    session.workspace.ruleSet,
    only,
  );
  const nameOf = (each: MigrationFile): string => named(each.path, given.paths[0] ?? '');

  if (given.values.write === true) {
    const changed = files.filter((each) => each.path !== file.path || each.sql !== input.document.text);
    writeFiles(
      changed.map((each) => ({
        path: each.path,
        name: nameOf(each),
        text: each.sql,
        replaces: each.path === file.path,
      })),
    );
    for (const each of changed) terminal.err(`wrote ${visibleLine(nameOf(each))}\n`);
  }
  if (format === 'json') {
    const positions = new Positions(analysis.document.text);
    const remaining = analysis.findings.map((finding) =>
      jsonFinding(finding, { analysis, positions, given: file.name, withFiles: undefined }),
    );
    terminal.data(
      `${JSON.stringify({ files: files.map((each) => ({ ...each, path: nameOf(each) })), remaining }, null, 2)}\n`,
    );
  } else if (given.values.write !== true) {
    // One file is printed as it is, so that it can be piped; several are told apart.
    if (files.length === 1) terminal.data(files[0]?.sql ?? '');
    else
      for (const each of files)
        terminal.data(
          `-- ==> ${visibleLine(nameOf(each))}${each.transactional ? '' : ' (not in a transaction)'}\n${each.sql}\n`,
        );
    const positions = new Positions(analysis.document.text);
    for (const finding of analysis.findings) {
      terminal.err(
        `left: ${visibleLine(file.name)}:${positions.at(finding.span.start).line + 1} ${finding.rule}: ${finding.message}\n`,
      );
    }
  }
  return session.failed ? 2 : 0;
}
