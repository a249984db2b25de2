import { namesIn } from '../../server/src/sql/action-names.js';
import { impactOf } from '../../server/src/impact/impact-of.js';
import { defineRule, type RuleContext } from '../engine/define-rule.js';
import { leadingWords } from '../engine/words.js';

/** What to do about an answer of PostgreSQL's, by the words it answers with. */
const advice: readonly (readonly [RegExp, string])[] = [
  [
    /cannot create index on partitioned table/,
    'Create the index ON ONLY the table, build one on each partition with CONCURRENTLY, then attach them with ALTER INDEX … ATTACH PARTITION.',
  ],
  [/cannot drop partitioned index/, 'Drop it without CONCURRENTLY, with a short lock_timeout.'],
  [
    /^cannot drop index .* requires it/,
    'Drop the constraint instead with ALTER TABLE … DROP CONSTRAINT: its index goes with it.',
  ],
  [/dropping multiple objects/, 'Write one DROP INDEX CONCURRENTLY for each index.'],
  [/does not support CASCADE/, 'Leave CASCADE out, and drop what depends on the index first.'],
  [
    /partitions concurrently when a default partition/,
    'Detach without CONCURRENTLY, with a short lock_timeout, or detach the default partition first.',
  ],
  [
    /is not a unique index|is a partial index|contains expressions|default sorting/,
    'A constraint takes over a unique btree index on whole columns in ascending order, without WHERE: build such an index.',
  ],
  [/identity is|identity can be|identity column/, 'Change the identity and NOT NULL in the other order.'],
  [/other objects depend on it/, 'Drop or change what depends on it first; CASCADE drops that as well, unseen.'],
  [/truncate a table referenced/, 'Truncate the referencing tables in the same statement.'],
  [/must include all partitioning columns/, 'Add the columns of the partition key.'],
  [
    /no unique constraint matching/,
    'Make the referenced columns a primary key or give them a UNIQUE constraint first.',
  ],
  [
    /cannot be cast automatically/,
    'Say with USING how the values are converted, and drop a default that does not convert before the change.',
  ],
  [/used by a view or rule/, 'Drop the view, change the column and make the view again, all in one transaction.'],
  [
    /drop columns from view|name of view column/,
    'CREATE OR REPLACE VIEW keeps all columns with their names and order and may append new ones: append them, or drop and create the view in one transaction.',
  ],
  [
    /cannot refresh materialized view/,
    'Give it a unique index on plain columns without WHERE first, or refresh it without CONCURRENTLY.',
  ],
  [/view is not populated/, 'Refresh it once without CONCURRENTLY, while nobody can read it anyway.'],
  [/in a primary key/, 'Drop the primary key first, or leave the column NOT NULL.'],
];

/** PostgreSQL refuses the statement whatever the rows are: the migration stops in the middle of its file. */
export default defineRule({
  meta: {
    id: 'no-failing-statement',
    category: 'execution',
    severity: 'error',
    summary: 'Do not write a statement that PostgreSQL is certain to refuse.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/errcodes-appendix.html'],
    messages: {
      fails: 'PostgreSQL refuses this statement, and the migration stops here: {answer} (error {code}). {advice}',
      taken:
        'Unless one of the two migrations is not run, PostgreSQL refuses this statement: {answer} (error {code}), as an earlier migration of this folder makes it. Look up which of them the migration tool runs.',
      addedTogether:
        'PostgreSQL refuses this statement, and the migration stops here: {answer} (error {code}). ALTER TABLE runs DROP DEFAULT and DROP NOT NULL before ADD COLUMN, whatever their order: write them in a second ALTER TABLE.',
      noTransaction:
        'Outside a transaction PostgreSQL refuses this statement: {answer} (error {code}). Put it between BEGIN and COMMIT, together with what it protects, or say in airlock.config.json under "transaction" that the migration tool does.',
      tooNew:
        'PostgreSQL {postgres} refuses this statement, and the migration stops here: {answer} (error {code}). Write it without, or raise "postgres" in airlock.config.json when every server is newer.',
      maybeTooNew:
        'An older PostgreSQL refuses this statement: {answer} (error {code}). Set "postgres" in airlock.config.json to the version of the oldest server, then this is certain or gone.',
    },
  },

  checkStatement(context) {
    const { impact, transaction, runsLater, target } = context;
    const { fails } = impact;
    // A function may never be called, and a block may ask first or catch the error.
    if (!fails || runsLater || transaction.by === 'block') return;
    // In a transaction PostgreSQL complains of that before it looks at the rest; other rules tell it.
    if (transaction.open && impact.transaction === 'forbidden') return;
    const { code, message: answer } = fails;
    const at = failingPart(context);
    const tooNew = (code === '42601' && /came with PostgreSQL|at or near "not"/.test(answer)) || code === '42883';
    if (tooNew) {
      const data = { answer, code, postgres: String(target.postgres) };
      return target.versionAssumed
        ? { at, message: 'maybeTooNew', data, severity: 'info' }
        : { at, message: 'tooNew', data };
    }
    const { actions } = context.statement;
    const added = actions.flatMap((action) => (action.kind === 'addColumn' ? action.column.name : []));
    const early = actions.find(
      (action) => (action.kind === 'dropDefault' || action.kind === 'dropNotNull') && added.includes(action.column),
    );
    if (code === '42703' && early) return { at: early.span, message: 'addedTogether', data: { answer, code } };
    if (code === '25P01')
      return context.reportedBefore
        ? undefined
        : { at, message: 'noTransaction', data: { answer, code }, severity: 'warning' };
    // What earlier migrations are said to have made may be gone: files are left out, or something was dropped by hand.
    if (taken.has(code) && !isMadeHere(context))
      return { at, message: 'taken', data: { answer, code }, severity: 'warning' };
    const [, hint] = advice.find(([words]) => words.test(answer)) ?? [];
    return {
      at,
      message: 'fails',
      data: {
        answer,
        code,
        advice: hint ?? 'Look up what is there at this point of the history, and change the statement.',
      },
    };
  },
});

/** Duplicate table, object or column. */
const taken = new Set(['42P07', '42710', '42701']);

/** True when this very file has made what the statement makes again. */
function isMadeHere({ statement, earlier }: RuleContext): boolean {
  return statement.actions.some((action) => {
    if ('table' in action && action.table && action.kind !== 'createTable' && action.kind !== 'createIndex') {
      const column = action.kind === 'addColumn' ? action.column.name : undefined;
      return earlier
        .naming(action.table.name)
        .some(
          (each) =>
            (each.kind === 'addColumn' && each.column.name === column) ||
            (each.kind === 'createTable' &&
              (column === undefined || each.columns.some(({ name }) => name === column))) ||
            (each.kind === 'addConstraint' &&
              action.kind === 'addConstraint' &&
              each.constraint.name === action.constraint.name),
        );
    }
    return [...namesIn(action)].some((name) =>
      earlier
        .naming(name)
        .some(
          (each) => each.kind.startsWith('create') || each.kind.startsWith('rename') || each.kind === 'addEnumValue',
        ),
    );
  });
}

/** The sub-command that fails by itself, when there are several. */
function failingPart({ statement, before, target, impact }: RuleContext) {
  if (statement.actions.length > 1) {
    const part = statement.actions.find(
      (action) => impactOf([action], before, target).fails?.message === impact.fails?.message,
    );
    if (part && part.span.end - part.span.start < statement.text.length) return part.span;
  }
  return leadingWords(statement);
}
