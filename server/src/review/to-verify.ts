import type { Category } from '../../../rules/engine/define-rule.js';
import type { Analysis } from '../analysis/analyze.js';
import { isCall, unreadCalls } from '../analysis/calls.js';
import type { Step } from '../analysis/finding.js';
import { positionsOf } from '../analysis/positions.js';
import type { Constraint } from '../schema/model.js';
import { type RowConstraint, rowsInTheWay } from '../schema/rows-in-the-way.js';
import type { SchemaState } from '../schema/state.js';
import type { Action, ObjectName } from '../sql/action.js';
import { psqlRuns } from '../sql/psql-runs.js';
import { unreadCode } from '../sql/script-marks.js';
import type { ParsedStatement } from '../sql/statement.js';
import { restorePlaceholders } from '../sql/placeholders.js';
import { objectSql, quoteIdentifier, quoteLiteral } from '../sql/quote.js';

/** What the files do not show and the author has to look up. A category with one is FLAG, never PASS. */
export interface Verification {
  readonly categories: readonly Category[];
  readonly file: string;
  /** One-based. */
  readonly line: number;
  /** What to verify, as it stands behind "Verify: ". */
  readonly text: string;
  /** A query that answers it; reads only. */
  readonly query?: string;
}

type Question = Pick<Verification, 'categories' | 'text' | 'query'>;

/** What is missing to judge a migration. In: its analysis and its name. Out: in the order of the file. */
export function verificationsOf(analysis: Analysis, file: string): Verification[] {
  const positions = positionsOf(analysis);
  const found: Verification[] = [];
  analysis.walk((step, before) => {
    if (step.origin === 'function') return;
    const line = positions.at(step.span.start).line + 1;
    for (const { categories, text, query } of questionsOf(step, before))
      found.push({
        categories,
        file,
        line,
        text: restorePlaceholders(text),
        ...(query !== undefined && { query: restorePlaceholders(query) }),
      });
  });
  const { text } = analysis.document;
  for (const { start, end } of analysis.host ? [] : psqlRuns(text))
    found.push({
      categories: ['lock-contention', 'data-loss'],
      file,
      line: positions.at(start).line + 1,
      // What a program is called with may hold a password.
      text: `what ${text.slice(start, text[start + 1] === '!' ? start + 2 : end)} runs: this file does not show it`,
    });
  return found;
}

function questionsOf(step: Step, before: SchemaState): Question[] {
  const { actions } = step.statement;
  const called = actions.flatMap((action) => unreadCalls(action, before));
  const names = [...new Set(called.map(objectSql))];
  const questions = names.map(
    (name): Question => ({
      categories: ['lock-contention', 'data-loss'],
      text: `what ${name}() locks and changes: no file shows all that it does`,
    }),
  );
  const unread = unreadQuestion(step.statement);
  if (unread) questions.push(unread);
  else if (names.length === 0 && !step.impact.known && !actions.some(isCall))
    questions.push({
      categories: ['lock-contention'],
      text: 'what this statement locks: Airlock has no measured fact about it',
    });
  return [...questions, ...actions.flatMap((action) => questionsOfAction(action, step, before))];
}

/** What is put together when it runs, by EXECUTE or by the code around the SQL. */
function unreadQuestion({ text, dynamic }: ParsedStatement): Question | undefined {
  const unread = unreadCode(text);
  if (unread?.isOfRows)
    return { categories: ['data-loss'], text: `which rows this code changes, and to what: ${unread.reason}` };
  if (unread)
    return { categories: ['lock-contention', 'data-loss'], text: `what this code locks and changes: ${unread.reason}` };
  if (!dynamic.some(({ origin }) => origin === 'do')) return undefined;
  return {
    categories: ['lock-contention', 'data-loss'],
    text: 'what this EXECUTE locks and changes: its SQL is put together when it runs',
  };
}

function questionsOfAction(action: Action, step: Step, before: SchemaState): Question[] {
  switch (action.kind) {
    case 'dropIndex': {
      if (before.index(action.index)) return [];
      const name = objectSql(action.index);
      return [
        {
          categories: ['index-dependency'],
          text: `that no query and no constraint needs ${name}, which no file defines`,
          query: `SELECT idx_scan, pg_get_indexdef(indexrelid) FROM pg_stat_user_indexes WHERE indexrelid = to_regclass(${quoteLiteral(name)});`,
        },
      ];
    }
    case 'addConstraint': {
      const { constraint } = action;
      return rowsToValidate(action.table, constraint.name ?? 'the constraint', constraint, step, before);
    }
    case 'validateConstraint': {
      const known = before.table(action.table)?.constraints.get(action.constraint);
      return rowsToValidate(action.table, action.constraint, known && rowConstraint(known, before), step, before);
    }
    case 'setNotNull': {
      const notNull = { kind: 'notNull', columns: [action.column], text: '' } as const;
      return rowsToValidate(action.table, `NOT NULL of ${quoteIdentifier(action.column)}`, notNull, step, before);
    }
    default:
      return [];
  }
}

/** Rows that are read to see whether they keep a constraint, unless the release itself has made the table. */
function rowsToValidate(
  table: ObjectName,
  name: string,
  constraint: RowConstraint | undefined,
  { impact }: Step,
  before: SchemaState,
): Question[] {
  const isRead = impact.scans.some(({ isNew, why }) => !isNew && validating.has(why));
  if (!isRead || before.isUnused(table)) return [];
  const relation = objectSql(table);
  const rows = constraint && rowsInTheWay(relation, name, constraint, before, (words) => words);
  return [
    {
      categories: ['constraint-validation'],
      text: `that no row of ${relation} breaks ${name}`,
      ...(rows && { query: `SELECT count(*) FROM ${relation} WHERE ${rows.condition};` }),
    },
  ];
}

const validating: ReadonlySet<string> = new Set(['check', 'not null', 'foreign key']);

function rowConstraint(
  { kind, columns, expression, references, definition }: Constraint,
  state: SchemaState,
): RowConstraint {
  const target = references && state.tableByKey(references.table);
  return {
    kind,
    columns,
    text: definition,
    ...(expression !== undefined && { expression: { text: expression } }),
    ...(references && target && { references: { table: target, columns: references.columns } }),
  };
}
