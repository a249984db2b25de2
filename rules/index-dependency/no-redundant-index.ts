import type { Index } from '../../server/src/schema/model.js';
import type { CreateIndex } from '../../server/src/sql/action.js';
import { defineRule, type RuleContext } from '../engine/define-rule.js';
import { nameOf } from '../engine/words.js';

/** An index whose columns another index begins with finds nothing that the other does not, and every write pays for both. */
export default defineRule({
  meta: {
    id: 'no-redundant-index',
    category: 'index-dependency',
    severity: 'warning',
    summary: 'Do not build an index that another index of the table already covers.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/indexes-multicolumn.html'],
    messages: {
      same: '{other} has the same columns of {table} in the same order already. A second index is built and kept up with every write for no query that {other} does not serve.\nLeave it out{orDrop}.',
      prefix:
        '{other} on {table} begins with the same columns already and serves the same queries. A second index costs every write; it is worth that only where it is much smaller.\nLeave it out{orDropLonger}.',
    },
  },

  check: {
    createIndex(action, context) {
      const { before, runsLater } = context;
      const table = before.table(action.table);
      if (
        !table ||
        table.temporary ||
        runsLater ||
        table.indexes.size > mostIndexes ||
        action.method !== 'btree' ||
        action.columns.some((column) => column.name === undefined)
      )
        return;
      // IF NOT EXISTS of an index that is there does nothing.
      if (action.index !== undefined && before.index({ ...action.table, name: action.index })) return;
      const name = action.table.span ?? action.span;
      // The index of a constraint stays as long as the constraint, and one that is not unique takes no unique one's place.
      const data = ({ name: other, constraint, unique }: Index) => {
        const mayGo = constraint === undefined && (!unique || action.unique);
        return {
          other,
          table: nameOf(action.table),
          orDrop: mayGo ? `, or drop ${other} when this one replaces it` : '',
          orDropLonger: mayGo ? `, or drop ${other} when nothing needs its other columns` : '',
        };
      };
      const isCovering = coveringTest(action);
      let same: Index | undefined;
      let longer: Index | undefined;
      for (const key of table.indexes) {
        const index = before.relationByKey(key);
        if (index?.kind !== 'index' || !isCovering(index)) continue;
        const isSame = index.columns.length === action.columns.length && (!action.unique || index.unique);
        const isLonger = !action.unique && !longer && index.columns.length > action.columns.length;
        if (!(isSame || isLonger) || isLeaving(index, context)) continue;
        if (isLonger) longer = index;
        if (!isSame) continue;
        same = index;
        break;
      }
      if (same)
        return replaces(action, context)
          ? undefined
          : {
              at: name,
              message: 'same',
              data: data(same),
              ...(before.isNew(action.table) ? { severity: 'info' as const } : {}),
            };
      return longer && { at: name, message: 'prefix', data: data(longer), severity: 'info' };
    },
  },
});

/** No table has as many; a file that makes them is made up, and is not compared each with each. */
const mostIndexes = 200;

function plainText(text: string | undefined): string {
  if (text === undefined || text === '') return '';
  return text
    .replace(/[\s()]+/g, ' ')
    .trim()
    .toLowerCase();
}

/** True when an index begins with the columns of the new one, for the same rows, and carries along what it does. */
function coveringTest({ columns, predicate, include }: CreateIndex): (index: Index) => boolean {
  const names = columns.map(({ name }) => name);
  const options = columns.map((column) => plainText(column.options));
  const rows = plainText(predicate?.text);
  return (index) =>
    index.method === 'btree' &&
    names.every((name, at) => index.columns[at] === name) &&
    options.every((each, at) => plainText(index.options[at]) === each) &&
    plainText(index.predicate) === rows &&
    include.every((column) => index.columns.includes(column) || index.include.includes(column));
}

/** True when this file drops the index or its constraint further down: the new one replaces it. */
function isLeaving(index: Index, { before, later }: RuleContext): boolean {
  const table = before.relationByKey(index.table)?.name;
  return (
    later.naming(index.name).some((action) => action.kind === 'dropIndex') ||
    (index.constraint !== undefined && later.naming(index.constraint).some(({ kind }) => kind === 'dropConstraint')) ||
    (table !== undefined && later.naming(table).some(({ kind }) => kind === 'dropTable'))
  );
}

/** True for an index that a constraint takes over further down. */
function replaces({ index }: CreateIndex, { later }: RuleContext): boolean {
  return (
    index !== undefined &&
    later.naming(index).some((action) => action.kind === 'addConstraint' && action.constraint.usingIndex === index)
  );
}
