import * as v from 'valibot';
import { fileTextOf, positionsOf } from '../../analysis/positions.js';
import { rollback } from '../../rollback/rollback.js';
import { runbook } from '../../runbook/runbook.js';
import { safeFormOf } from '../../workspace/safe-form.js';
import { type Desk, type Opened, open, type Subject } from '../desk.js';
import { analysed, appliedNotes, findingsOf, firstOf, onlyFile, readable } from '../judged.js';
import { file, finding, line, notes, oneMigration } from '../shapes.js';
import { defineTool, described, ToolError } from '../tool.js';
import { subjectOf } from './subject.js';

/** What a call gives out as a whole. In UTF-16 units. */
const LONGEST = 200_000;

const MOST_STEPS = 60;

export const fixMigration = defineTool({
  name: 'fix_migration',
  title: 'Make the safe form of a migration',
  summary: 'the files of the safe form, each with its way back',
  description:
    'The safe form of a migration: the file with its safe fixes, and further files where a change has to be split (expand, backfill, contract), named and marked as the migration tool wants them, each with its way back. Nothing is written: write the files yourself.',
  input: oneMigration,
  output: v.object({
    changed: described(v.boolean(), 'False where nothing is to be changed.'),
    files: described(v.array(file), 'The changed file first, then new ones in the order in which they run.'),
    downs: described(v.array(file), 'What takes each new file back.'),
    beside: described(v.array(file), 'What the migration tool needs besides: a journal, a list, check sums.'),
    notSplit: described(
      v.array(v.object({ line, why: v.string() })),
      'Statements that have a safe form which cannot be had here.',
    ),
    remaining: described(v.array(finding), 'What is left to be decided.'),
    notes,
  }),
  async run(input, desk) {
    const { opened, analysis, look } = await openToChange(subjectOf(input), desk);
    const form = await safeFormOf(opened.workspace, analysis, look);
    const shown = ({ path, sql, transactional }: (typeof form.files)[number]) => ({
      path: opened.nameOf(path),
      text: sql,
      transactional,
    });
    const before = fileTextOf(analysis);
    const files = form.files.filter((each) => each.path !== analysis.path || each.sql !== before).map(shown);
    const downs = form.downs.map(shown);
    const beside = form.beside.map(({ path, text }) => ({ path: opened.nameOf(path), text }));
    refuseLong([...files, ...downs, ...beside], 'fix');
    const positions = positionsOf(form.analysis);
    return {
      changed: files.length > 0,
      files,
      downs,
      beside,
      notSplit: form.refused.map(({ finding: { span }, reason }) => ({
        line: positions.at(span.start).line + 1,
        why: readable(reason),
      })),
      remaining: firstOf(findingsOf(form.analysis, opened.files[0].name, opened.nameOf)),
      notes: [...opened.problems(), ...appliedNotes(opened, [analysis])],
    };
  },
});

async function openToChange(subject: Subject, desk: Desk) {
  const opened = await open(subject, desk);
  const [{ path, name }, ...more] = opened.files;
  if (more.length > 0) throw new ToolError(`This tool takes one file, not ${more.length + 1}: ${name} and others.`);
  return { opened, ...analysed(opened.workspace.analyzeToChange(path), name) };
}

function refuseLong(files: readonly { readonly text: string }[], command: string): void {
  const length = files.reduce((sum, { text }) => sum + text.length, 0);
  if (length > LONGEST)
    throw new ToolError(
      `The answer would have ${Math.round(length / 1000)} kB, too much to be read here. Run: npx pg-airlock ${command} FILE`,
    );
}

function rollbackOf(opened: Opened) {
  const analysis = onlyFile(opened);
  return { analysis, back: rollback(analysis, opened.workspace.historyOf(analysis.path)) };
}

export const rollbackMigration = defineTool({
  name: 'rollback_migration',
  title: 'Make the rollback of a migration',
  summary: 'the migration that takes it back, with a grade for every step',
  description:
    'The migration that takes a migration back, in the form of its tool, with an honest grade for every step: lossless, lossy, impossible. Nothing is written.',
  input: oneMigration,
  output: v.object({
    summary: v.string(),
    worst: v.picklist(['lossless', 'lossy', 'impossible']),
    files: described(v.array(file), 'Empty for a file that takes a migration back itself.'),
    steps: described(
      v.array(
        v.object({
          line: described(v.number(), 'Of the step that is taken back, in the migration.'),
          grade: v.picklist(['lossless', 'lossy', 'impossible']),
          reason: v.string(),
        }),
      ),
      'In the order in which they run.',
    ),
    moreSteps: v.number(),
    notes,
  }),
  async run(input, desk) {
    const opened = await open(subjectOf(input), desk);
    const { analysis, back } = rollbackOf(opened);
    const positions = positionsOf(analysis);
    const files = back.files.map(({ path, sql, transactional }) => ({
      path: opened.nameOf(path),
      text: sql,
      transactional,
    }));
    refuseLong(files, 'rollback');
    return {
      summary: readable(back.summary),
      worst: back.worst,
      files,
      steps: firstOf(back.steps, MOST_STEPS).map(({ span, grade, reason }) => ({
        line: positions.at(span.start).line + 1,
        grade,
        reason: readable(reason),
      })),
      moreSteps: Math.max(0, back.steps.length - MOST_STEPS),
      notes: opened.problems(),
    };
  },
});

export const makeRunbook = defineTool({
  name: 'runbook',
  title: 'Make a runbook',
  summary: 'the page to have open while shipping',
  description:
    'The page that a person has open while a migration is shipped, as Markdown: preconditions, steps with their locks, when to stop, monitoring queries, verification, rollback.',
  input: oneMigration,
  output: v.object({ file: v.string(), markdown: v.string(), notes }),
  async run(input, desk) {
    const opened = await open(subjectOf(input), desk);
    const { analysis, back } = rollbackOf(opened);
    const [{ name }] = opened.files;
    const root = analysis.path.endsWith(name) ? analysis.path.slice(0, -name.length) : '';
    const shown = (path: string): string => (path.startsWith(root) ? path.slice(root.length) : path);
    const markdown = runbook([{ analysis, rollback: back, shown }]);
    refuseLong([{ text: markdown }], 'runbook');
    return { file: name, markdown, notes: opened.problems() };
  },
});
