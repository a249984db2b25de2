import { counted } from '../../../rules/engine/words.js';
import type { ForeignKeyEffect } from './foreign-keys.js';
import type { LostAbility } from './lost-ability.js';
import type { Place, ReviewedMigration } from './statements.js';
import type { Grade } from '../rollback/undo.js';
import { blockedBy } from '../impact/locks.js';

/** A line of an answer: plain text, and the place that it speaks of. */
export interface AnswerLine {
  readonly place?: Place;
  readonly text: string;
}

/** A question that everybody asks of a release, with the answer of this one. */
export interface Question {
  readonly question: string;
  readonly answer: readonly AnswerLine[];
}

/** A step of a release with how it is taken back. */
export interface StepBack {
  readonly place: Place;
  readonly grade: Grade;
  readonly reason: string;
}

/** What the questions are answered from. */
export interface Asked {
  readonly migrations: readonly ReviewedMigration[];
  readonly lost: readonly LostAbility[];
  /** What findings say that breaks the code which runs. */
  readonly breaking: readonly (Place & { readonly text: string })[];
  readonly foreignKeys: readonly ForeignKeyEffect[];
  readonly stepsBack: readonly StepBack[];
  /** What running the ways back has shown; empty where nothing was run. */
  readonly proofs?: readonly { readonly file: string; readonly text: string; readonly verdict: string }[];
  /** How long the long steps take, a sentence each; undefined where nobody has asked. */
  readonly durations?: readonly AnswerLine[];
}

/** Lines of an answer; what is behind them stands in the sections of the review. */
const MOST = 4;

/** The five questions, in their order. */
export function questionsOf(asked: Asked): Question[] {
  return [
    { question: 'What blocks, and whom?', answer: blocks(asked) },
    { question: 'Can the code that runs now go on?', answer: runningCode(asked) },
    { question: 'Does the rollback undo it?', answer: undoes(asked) },
    { question: 'What do foreign keys imply?', answer: ofForeignKeys(asked) },
    ...(asked.durations ? [{ question: 'How long does it take?', answer: capped(asked.durations) }] : []),
  ];
}

function line(text: string): AnswerLine[] {
  return [{ text }];
}

function capped(lines: readonly AnswerLine[]): AnswerLine[] {
  const rest = lines.length - MOST;
  return rest > 1 ? [...lines.slice(0, MOST), { text: `And ${rest} more.` }] : [...lines];
}

function blocks({ migrations }: Asked): AnswerLine[] {
  const all = migrations.flatMap(({ file, statements }) =>
    statements
      .filter(({ locks }) => locks.some(({ mode }) => blockedBy(mode).length > 0))
      .map((statement) => ({ file, ...statement })),
  );
  const unknown = hasUnknown(migrations) ? [{ text: 'What some statements lock no file shows: see Verify.' }] : [];
  if (all.length === 0) return [{ text: 'Nothing that Airlock knows of makes reads or writes wait.' }, ...unknown];
  const long = all.filter(({ isLong }) => isLong);
  if (long.length === 0)
    return [
      {
        text: `${counted(all.length, 'statement')} that block for an instant. Behind a long query such a statement waits, and everybody waits behind it; lock_timeout bounds that.`,
      },
      ...unknown,
    ];
  return capped([...long.map(({ file, line, waits }) => ({ place: { file, line }, text: waits })), ...unknown]);
}

function hasUnknown(migrations: readonly ReviewedMigration[]): boolean {
  return migrations.some(({ statements }) => statements.some(({ isKnown }) => !isKnown));
}

function runningCode({ lost, breaking, migrations }: Asked): AnswerLine[] {
  const known = lost.filter(({ kind }) => kind !== 'changed').map((each) => ({ ...each, text: `${each.text}.` }));
  const said = new Set(known.map(({ file, line }) => `${file}:${line}`));
  const failing = [...known, ...breaking.filter(({ file, line }) => !said.has(`${file}:${line}`))];
  if (failing.length === 0)
    return line(
      hasUnknown(migrations)
        ? 'No statement that Airlock can read takes anything from it; what the others do no file shows.'
        : 'Yes: nothing that the release before can do is taken away.',
    );
  return capped([
    { text: 'Only where it does none of this any more:' },
    ...failing.map(({ file, line, text }) => ({ place: { file, line }, text })),
  ]);
}

function undoes({ stepsBack, proofs = [] }: Asked): AnswerLine[] {
  // What was run says more than what was read: no grade stands beside it.
  if (proofs.length > 0) {
    const wrong = proofs.filter(({ verdict }) => verdict !== 'equal');
    const files = wrong.length === 0 ? proofs : wrong;
    const how = wrong.length === 0 ? 'Yes' : `Not in ${wrong.length} of ${counted(proofs.length, 'migration')}`;
    return [{ text: `${how}:` }, ...capped(files.map(({ file, text }) => ({ text: `${file}: ${text}.` })))];
  }
  if (stepsBack.length === 0) return line('There is nothing to undo.');
  const impossible = stepsBack.filter(({ grade }) => grade === 'impossible');
  const lossy = stepsBack.filter(({ grade }) => grade === 'lossy');
  const bad = [...impossible, ...lossy];
  const all = counted(stepsBack.length, 'step');
  if (bad.length === 0) return line(`The schema and its rows come back in all ${all}, as far as the files show.`);
  const how = [
    ...(impossible.length > 0 ? [`${impossible.length} cannot be taken back`] : []),
    ...(lossy.length > 0 ? [`${lossy.length} lose something`] : []),
  ];
  return [
    { text: `Of ${all} ${how.join(' and ')}:` },
    ...capped(bad.map(({ place, reason }) => ({ place, text: reason }))),
  ];
}

function ofForeignKeys({ foreignKeys }: Asked): AnswerLine[] {
  if (foreignKeys.length === 0) return line('Nothing beyond the tables that the statements name.');
  return capped(foreignKeys.map(({ file, line, text }) => ({ place: { file, line }, text: `${text}.` })));
}
