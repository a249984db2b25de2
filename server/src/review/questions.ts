import { counted } from '../../../rules/engine/words.js';
import type { ForeignKeyEffect } from './foreign-keys.js';
import type { LostAbility } from './previous-release.js';
import type { ReviewedMigration } from './statements.js';
import type { Grade } from '../rollback/undo.js';
import { blockedBy } from '../impact/locks.js';

/** A question that everybody asks of a release, with the answer of this one. Lines of plain text. */
export interface Question {
  readonly question: string;
  readonly answer: readonly string[];
}

/** The way back of a file, as the questions need it. */
export interface WayBack {
  readonly file: string;
  readonly grades: readonly Grade[];
}

/** What the questions are answered from. */
export interface Asked {
  readonly migrations: readonly ReviewedMigration[];
  readonly lost: readonly LostAbility[];
  readonly foreignKeys: readonly ForeignKeyEffect[];
  readonly waysBack: readonly WayBack[];
  /** How long the long steps take, a sentence each; undefined where nobody has asked. */
  readonly durations?: readonly string[];
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

function capped(lines: readonly string[]): string[] {
  const rest = lines.length - MOST;
  return rest > 1 ? [...lines.slice(0, MOST), `And ${rest} more.`] : [...lines];
}

function blocks({ migrations }: Asked): string[] {
  const all = migrations.flatMap(({ file, statements }) =>
    statements
      .filter(({ locks }) => locks.some(({ mode }) => blockedBy(mode).length > 0))
      .map((statement) => ({ file, ...statement })),
  );
  const unknown = hasUnknown(migrations) ? ['What some statements lock no file shows: see Verify.'] : [];
  if (all.length === 0) return ['Nothing that Airlock knows of makes reads or writes wait.', ...unknown];
  const long = all.filter(({ isLong }) => isLong);
  if (long.length === 0)
    return [
      `${counted(all.length, 'statement')} that block for an instant. Behind a long query such a statement waits, and everybody waits behind it; lock_timeout bounds that.`,
      ...unknown,
    ];
  return capped([...long.map(({ file, line, waits }) => `${file}:${line} ${waits}`), ...unknown]);
}

function hasUnknown(migrations: readonly ReviewedMigration[]): boolean {
  return migrations.some(({ statements }) => statements.some(({ isKnown }) => !isKnown));
}

function runningCode({ lost, migrations }: Asked): string[] {
  const failing = lost.filter(({ kind }) => kind !== 'changed');
  if (failing.length === 0)
    return [
      hasUnknown(migrations)
        ? 'No statement that Airlock can read takes anything from it; what the others do no file shows.'
        : 'Yes: nothing that the release before can do is taken away.',
    ];
  return capped([
    `Only where it does none of this any more:`,
    ...failing.map(({ file, line, text }) => `${file}:${line} ${text}.`),
  ]);
}

function undoes({ waysBack }: Asked): string[] {
  const grades = waysBack.flatMap((each) => each.grades);
  if (grades.length === 0) return ['There is nothing to undo.'];
  const bad = waysBack.filter(({ grades: own }) => own.some((grade) => grade !== 'lossless'));
  if (bad.length === 0)
    return [`The schema and its rows come back in all ${counted(grades.length, 'step')}, as far as the files show.`];
  return capped(
    bad.map(({ file, grades: own }) => {
      const count = (grade: Grade): number => own.filter((each) => each === grade).length;
      const parts = (['impossible', 'lossy'] as const)
        .filter((grade) => count(grade) > 0)
        .map((grade) => `${count(grade)} ${grade}`);
      return `${file}: of ${counted(own.length, 'step')} ${parts.join(' and ')}.`;
    }),
  );
}

function ofForeignKeys({ foreignKeys }: Asked): string[] {
  if (foreignKeys.length === 0) return ['Nothing beyond the tables that the statements name.'];
  return capped(foreignKeys.map(({ file, line, text }) => `${file}:${line} ${text}.`));
}
