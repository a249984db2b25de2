import type { ActionKind } from '../../server/src/sql/action.js';
import type { Impact, RelationRef } from '../../server/src/impact/impact.js';
import { defineRule, type PastStep, type RuleContext } from '../engine/define-rule.js';
import { leadingWords } from '../engine/words.js';

/** ALTER TABLE does all its work on the rows in one pass, however many sub-commands it has (measured: multi-*). */
export default defineRule({
  meta: {
    id: 'no-statement-rewrite-twice',
    category: 'lock-contention',
    severity: 'info',
    summary: 'Put the changes that rewrite or read a table into one ALTER TABLE.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
    messages: {
      twice:
        'This {work} {table}, and a statement above has done so already.\nWrite one ALTER TABLE with both sub-commands: it goes through the rows once, so the lock is held for half as long.',
    },
  },

  checkStatement(context) {
    const { runsLater, statement } = context;
    if (runsLater || !isMergeable(statement.actions)) return;
    const [work] = worksOn(context.impact, context);
    if (!work) return;
    const first = previous(work.table.key, context);
    return (
      first && {
        at: leadingWords(statement),
        message: 'twice',
        data: { work: work.work, table: work.table.label },
        related: [{ span: first.span, message: 'The first pass over the rows.' }],
      }
    );
  },
});

const merged: ReadonlySet<ActionKind> = new Set([
  'addColumn',
  'dropColumn',
  'alterColumnType',
  'setDefault',
  'dropDefault',
  'dropNotNull',
  'addConstraint',
  'alterTableOther',
]);

/** NOT VALID and VALIDATE, or a CHECK that is dropped behind SET NOT NULL, are in two statements for a reason. */
function isMergeable(actions: RuleContext['statement']['actions']): boolean {
  return actions.length > 0 && actions.every((action) => merged.has(action.kind));
}

/** Existing tables whose rows the statement goes through itself; an index and a foreign key have a pass of their own. */
function worksOn(impact: Impact, { before }: RuleContext): { work: string; table: RelationRef }[] {
  const isNew = ({ key }: RelationRef): boolean =>
    impact.locks.some(({ relation, isNew: fresh }) => relation.key === key && fresh);
  return [
    ...impact.rewrites.map((table) => ({ work: 'rewrites', table })),
    ...impact.scans
      .filter((scan) => scan.why === 'check' || scan.why === 'not null')
      .map((scan) => ({ work: 'reads every row of', table: scan.relation })),
  ].filter(({ table }) => !isNew(table) && !before.isUnused(table));
}

/** The statement above that worked on the table, when nothing but ALTER TABLE has touched it since. */
function previous(key: string, context: RuleContext): PastStep | undefined {
  let left = 50;
  for (const step of context.past()) {
    if (left-- === 0) return undefined;
    if (!step.impact.locks.some((lock) => lock.relation.key === key)) continue;
    if (!isMergeable(step.statement.actions)) return undefined;
    if (worksOn(step.impact, context).some((work) => work.table.key === key)) return step;
  }
  return undefined;
}
