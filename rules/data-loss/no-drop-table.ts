import type { DependentObject } from '../../server/src/schema/dependents/model.js';
import type { Table } from '../../server/src/schema/model.js';
import type { ObjectName } from '../../server/src/sql/action.js';
import { quietly } from '../questions/along.js';
import { defineRule, type FileSide } from '../engine/define-rule.js';
import { isSame } from '../questions/in-file.js';
import { isUnheardOf } from '../questions/unheard-of.js';
import { listed, nameOf } from '../engine/words.js';

/** Dropping a table destroys its rows; with foreign keys it locks the tables they point to as hard as itself (measured). */
export default defineRule({
  meta: {
    id: 'no-drop-table',
    aliases: ['ban-drop-table'],
    category: 'data-loss',
    severity: 'warning',
    summary: 'Drop a table only after no running code uses it.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-droptable.html'],
    messages: {
      drops:
        'Dropping {table} destroys its rows, which no rollback brings back, and fails every running query that still names it.{also}\nShip the code that no longer uses {table} first; renaming it aside for a while keeps a way back.',
      unknown:
        'No migration before this one makes {table}. Where it is there all the same, dropping it destroys its rows, which no rollback brings back.\nLook up whether production has {table}, or leave the DROP out.',
    },
  },

  check: {
    dropTable(action, context) {
      const { before, statement } = context;
      // A view has no rows, and PostgreSQL refuses to drop it as a table.
      if (before.isNew(action.table) || before.view(action.table)) return;
      const table = before.table(action.table);
      // A temporary table takes the name: what is dropped is the one of an earlier run in this session.
      if (!table && action.ifExists && becomesTemporary(action.table, context.later)) return;
      if (isUnheardOf(action.ifExists, before.relation(action.table), before))
        return {
          at: action.table.span ?? action.span,
          message: 'unknown',
          data: { table: nameOf(action.table) },
          severity: 'info',
        };
      // A partition that is detached first, or a table that an earlier statement of the release has made and filled, is still data.
      const parents = [...(table?.constraints.values() ?? [])].flatMap((constraint) => {
        const parent = constraint.references && before.tableByKey(constraint.references.table);
        return parent && parent.key !== table?.key ? [parent.name] : [];
      });
      const whole = table?.partitionOf === undefined ? undefined : before.tableByKey(table.partitionOf);
      // Dropping a partition locks the whole table (measured: drop-partition).
      const ofPartition = whole
        ? ` As it is a partition, it takes an ACCESS EXCLUSIVE lock on ${whole.name}, too: detach it with CONCURRENTLY first.`
        : '';
      const ofKeys =
        parents.length === 0
          ? ''
          : ` Its foreign keys make it take an ACCESS EXCLUSIVE lock on ${listed([...new Set(parents)])}, too.`;
      // Its own parts are meant by everybody; its partitions hold rows, and a publication is somebody else's.
      const gone = table ? quietly({ kind: 'relation', relation: table }, context, isElsewhere(table)) : '';
      const along = gone === '' ? '' : ` With it, and without a word, PostgreSQL drops ${gone}.`;
      const also = `${along}${ofPartition}${ofKeys}`;
      const at = action.table.span ?? { start: 0, end: statement.text.length };
      return { at, message: 'drops', data: { table: nameOf(action.table), also } };
    },
  },
});

function becomesTemporary(name: ObjectName, later: FileSide): boolean {
  return later
    .naming(name.name)
    .some((each) => each.kind === 'createTable' && each.temporary && isSame(each.table, name));
}

function isElsewhere({ key }: Table): (each: DependentObject) => boolean {
  return ({ on, kind }) => on !== key || kind === 'table of publication';
}
