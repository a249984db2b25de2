import type { ParsedStatement } from '../../server/src/sql/statement.js';
import type { Action, AlterTableOther } from '../../server/src/sql/action.js';
import { lex, nameOf as tokenName } from '../../server/src/sql/lexer.js';
import { hasDynamicSql } from '../engine/in-file.js';
import { defineRule } from '../engine/define-rule.js';
import { listed, nameOf } from '../engine/words.js';

/** An index ON ONLY a partitioned table is invalid until each partition has an index attached to it. */
export default defineRule({
  meta: {
    id: 'require-partition-index-attach',
    category: 'index-dependency',
    severity: 'warning',
    summary: 'Attach an index of every partition to an index that is made ON ONLY the partitioned table.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE'],
    messages: {
      missing:
        'An index ON ONLY {table} stays invalid until every partition has one attached, and nothing in this file attaches one of {partitions}. Build an index on each with CONCURRENTLY, then run ALTER INDEX {index} ATTACH PARTITION for each.',
      none: 'An index ON ONLY {table} builds nothing and stays invalid until every partition has one attached. This file attaches none; the following migration has to, or no query ever uses {index}.',
    },
  },

  check: {
    createIndex(action, { before, later, runsLater }) {
      const table = before.table(action.table);
      if (!action.only || !table?.partitionBy || table.children.size === 0 || runsLater) return;
      // A loop over the partitions is put together at run time.
      if (later.some(hasDynamicSql)) return;
      const partitions = [...table.children].flatMap((key) => before.tableByKey(key)?.name ?? []);
      const isOfIndex = (each: Action): boolean =>
        isAttach(each) && (action.index === undefined || each.table.name === action.index);
      const attached = [...later.statements(attachesIndex)].flatMap(({ actions, text }) =>
        actions.some(isOfIndex) ? [lastName(text)] : [],
      );
      if (attached.length >= partitions.length) return;
      const data = { table: nameOf(action.table), index: action.index ?? 'that index' };
      const at = action.table.span ?? action.keyword;
      if (attached.length === 0) return { at, message: 'none', data, severity: 'info' };
      const built = [...later.actions('createIndex')].flatMap((each) =>
        attached.includes(each.index ?? '') ? [each.table.name] : [],
      );
      const left = partitions.filter((name) => !built.includes(name));
      return {
        at,
        message: 'missing',
        data: { ...data, partitions: left.length > 0 ? listed(left) : 'its partitions' },
      };
    },
  },
});

function isAttach(action: Action): action is AlterTableOther {
  return action.kind === 'alterTableOther' && action.subcommand === 'attachPartition' && action.objectKind === 'index';
}

function attachesIndex({ actions }: ParsedStatement): boolean {
  return actions.some(isAttach);
}

/** The index that ALTER INDEX … ATTACH PARTITION names last. */
function lastName(text: string): string {
  const last = lex(text).at(-1);
  return last ? tokenName(last) : '';
}
