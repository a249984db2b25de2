import type { Analysis } from '../analysis/analyze.js';
import { replay as replayDocument } from '../analysis/replay.js';
import type { Catalog } from '../sql/catalog/catalog.js';
import { differenceOf, isLost } from '../sql/catalog/describe.js';
import { applyStatementTo } from '../sql/catalog/apply.js';
import { freshSession } from '../sql/catalog/session.js';
import { parseDocument } from '../sql/parse.js';
import type { Sql } from './print/sql.js';
import type { Step } from './rollback.js';

/**
 * Replays what was written on the catalog behind the migration, and compares it with the one before. What does not
 * come back lowers the grade of the step that names it, and is named.
 */
export function checkSteps(
  steps: readonly Step[],
  before: Catalog,
  after: Catalog,
  analysis: Analysis,
): readonly Step[] {
  if (steps.some(({ grade }) => grade === 'impossible')) return withoutRefused(steps, analysis);
  const refused = refusedBy(steps, analysis);
  if (refused !== undefined && firstRefused(steps, analysis)) return withoutRefused(steps, analysis);
  if (refused !== undefined)
    return steps.map((step, index) =>
      index === 0 ? lowered(step, `PostgreSQL would refuse a statement: ${refused}`) : step,
    );
  const end = after.fork();
  for (const step of steps) {
    const { path } = step;
    end.session = { ...freshSession, role: step.role, ...(path ? { path, pathSet: true } : {}) };
    for (const each of step.sql) replay(each, end);
  }
  const first = differenceOf(before, end);
  if (first === undefined) return steps;
  const judged = steps.map((step, index) => (index === 0 ? lowered(step, `${first} would not be as it was`) : step));
  // What the migration has left alone is not put at risk.
  return isLost(before, after, end) ? judged.map(toBeReadFirst) : judged;
}

/** A step of which nothing runs before somebody has looked at it. */
function toBeReadFirst(step: Step): Step {
  if (step.sql.length === 0) return step;
  const sql = step.sql.map(({ text }) => text).join('\n');
  return { ...step, sql: [], hints: [...step.hints, { condition: 'When you have looked at it', sql }] };
}

/**
 * Behind a step that is not taken back, another one may be refused, and then nothing behind that runs: no more than
 * behind one that is refused by itself. What PostgreSQL is known to refuse is not written.
 */
function withoutRefused(given: readonly Step[], analysis: Analysis): readonly Step[] {
  let steps = given;
  for (let count = 0; count < given.length; count++) {
    const refused = firstRefused(steps, analysis);
    if (!refused) return steps;
    const { index, message } = refused;
    const isFirst = steps.slice(0, index).every(({ grade }) => grade !== 'impossible');
    steps = steps.map((step, at) =>
      at === index
        ? {
            ...step,
            sql: [],
            hints: [
              ...step.hints,
              {
                condition: isFirst ? 'When nothing stands in its way' : 'When what is above is taken back',
                sql: step.sql.map(({ text }) => text).join('\n'),
              },
            ],
            grade: 'impossible',
            reason: `PostgreSQL refuses it${isFirst ? '' : ' while what is above is not taken back'}: ${message}`,
          }
        : step,
    );
  }
  return steps;
}

/** The first step of which a statement is known to be refused when the rollback runs behind the migration. */
function firstRefused(
  steps: readonly Step[],
  analysis: Analysis,
): { readonly index: number; readonly message: string } | undefined {
  if (takesAlong.test(analysis.document.text)) return undefined;
  let text = '';
  const ends: number[] = [];
  for (const { sql } of steps) {
    for (const each of sql) text += `${each.effect ? `${each.effect};` : each.text}\n`;
    ends.push(text.length);
  }
  let found: { readonly index: number; readonly message: string } | undefined;
  replayDocument(parseDocument(text), analysis.after.fork(), analysis.target, [], ({ impact, origin, span }) => {
    const { fails } = impact;
    if (found || origin !== 'file' || !fails?.certain || fails.reason === 'too new') return;
    found = { index: ends.findIndex((end) => span.start < end), message: fails.message };
  });
  return found;
}

function replay({ text, effect }: Sql, catalog: Catalog): void {
  for (const { parsed } of parseDocument(effect ?? text).statements)
    if (!parsed.problem) applyStatementTo(parsed, catalog);
}

/** CASCADE of a DROP; that of a foreign key takes no object along. */
const takesAlong = /(?<!\bon\s+(?:delete|update)\s+)\bcascade\b/i;

/** What is known to be refused when the rollback runs behind the migration. CASCADE takes along what impact/ does not follow. */
function refusedBy(steps: readonly Step[], analysis: Analysis): string | undefined {
  if (takesAlong.test(analysis.document.text)) return undefined;
  const texts = steps.flatMap(({ sql }) => sql.map(({ text, effect }) => (effect ? `${effect};` : text)));
  const document = parseDocument(texts.join('\n'));
  let found: string | undefined;
  replayDocument(document, analysis.after.fork(), analysis.target, [], ({ impact, origin }) => {
    const { fails } = impact;
    // A form that the history has: its server is not as old as nobody has said that it is.
    const assumed = fails?.reason === 'too new' && !fails.certain;
    if (origin === 'file' && !assumed) found ??= fails?.message;
  });
  return found;
}

function lowered(step: Step, what: string): Step {
  return {
    ...step,
    grade: 'impossible',
    reason: `Airlock's own check finds that ${what}. Look at it by hand. ${step.reason}`,
  };
}
