import { keyFor } from '../../server/src/schema/keys.js';
import type { Table } from '../../server/src/schema/model.js';
import { analyseExpression } from '../../server/src/sql/expressions.js';
import { typeChange } from '../../server/src/impact/effects/type-change.js';
import { defineRule } from '../engine/define-rule.js';
import { type EnumAnew, enumAnew } from '../questions/enum-anew.js';
import { listed, nameOf } from '../engine/words.js';

const messageOf = { anew: 'enumAnew', there: 'enumThere', back: 'enumBack' } as const satisfies Readonly<
  Record<EnumAnew['kind'], string>
>;

/** ALTER COLUMN TYPE writes every row anew unless the old values are valid in the new type as they stand. */
export default defineRule({
  meta: {
    id: 'no-rewriting-type-change',
    aliases: ['changing-column-type'],
    category: 'lock-contention',
    severity: 'error',
    summary: 'Do not change a column to a type that rewrites the table.',
    byRows: true,
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES'],
    messages: {
      rewrites:
        'Changing {column} from {from} to {to} rewrites {table} and its indexes under an ACCESS EXCLUSIVE lock: all reads and writes wait.\nAdd a new column, keep both in step with a trigger, fill it in batches, then switch.',
      enumAnew:
        'Changing {column} from {from} to {to}, which has the same values and {added}, rewrites {table} and its indexes under an ACCESS EXCLUSIVE lock: all reads and writes wait.\nAdd {added} to {type} with ALTER TYPE … ADD VALUE, which rewrites nothing.',
      enumThere:
        'Changing {column} to {to}, and back to a new {type} with {added} further below, rewrites {table} and its indexes twice under an ACCESS EXCLUSIVE lock: all reads and writes wait.\nAdd {added} to {type} with ALTER TYPE … ADD VALUE, which rewrites nothing.',
      enumBack:
        'Changing {column} back to {type}, made anew above, rewrites {table} and its indexes once more under an ACCESS EXCLUSIVE lock: all reads and writes wait.\nAdd values to {type} with ALTER TYPE … ADD VALUE, which rewrites nothing, where no old one has to go.',
      computed:
        'USING computes a new value for every row, so changing {column} rewrites {table} and its indexes under an ACCESS EXCLUSIVE lock: all reads and writes wait.\nAdd a new column, keep both in step with a trigger, fill it in batches, then switch.',
      reindexes:
        'Changing {column} from {from} to {to} keeps the rows but rebuilds {indexes} under an ACCESS EXCLUSIVE lock: all reads and writes wait.\nDrop the index concurrently first and build it again concurrently afterwards.',
      rechecks:
        'Changing {column} from {from} to {to} keeps the rows, but PostgreSQL reads all of {table} once more for {checks}, under an ACCESS EXCLUSIVE lock: all reads and writes wait.\nDrop it in the same statement, add it again NOT VALID, and validate it in a migration of its own.',
      unknown:
        'The old type of {column} is not in the migrations that Airlock has read. Unless {to} can hold the old values as they stand, this rewrites {table} and its indexes under an ACCESS EXCLUSIVE lock: all reads and writes wait.\nLook up the type that {column} has before this migration.',
    },
  },

  check: {
    alterColumnType(action, context) {
      const { before, impact, target } = context;
      if (before.isUnused(action.table)) return;
      const table = before.table(action.table);
      const column = table?.columns.get(action.column);
      // A column that this release has added holds nothing worth rewriting only when the table is new, too.
      const change = typeChange(action, column, before, target.timeZone);
      const data = {
        column: action.column,
        table: nameOf(action.table),
        to: action.collation ? `${action.type.text} COLLATE ${action.collation}` : action.type.text,
        from: column?.type?.text ?? 'its type',
      };
      if (change === 'unknown') return { at: action.type.span, message: 'unknown', data, severity: 'warning' };
      if (change === 'rewrite') {
        const anew = enumAnew(action, context);
        if (anew) {
          const added = listed(anew.added.map((value) => `'${value}'`));
          return { at: action.type.span, message: messageOf[anew.kind], data: { ...data, type: anew.type, added } };
        }
        const computed = action.using !== undefined && column?.type === undefined;
        return computed
          ? { at: action.using?.span ?? action.type.span, message: 'computed', data }
          : { at: action.type.span, message: 'rewrites', data };
      }
      const rebuilt = impact.indexBuilds
        .filter((build) => build.relation.key === keyFor(before, action.table) && !build.isNew)
        .map((build) => build.index.label);
      if (rebuilt.length > 0)
        return { at: action.type.span, message: 'reindexes', data: { ...data, indexes: rebuilt.join(', ') } };
      const isRead = impact.scans.some(({ relation, isNew }) => !isNew && relation.key === table?.key);
      const checks = isRead ? provenAgain(table, action.column) : [];
      if (checks.length === 0) return;
      return { at: action.type.span, message: 'rechecks', data: { ...data, checks: checks.join(' and ') } };
    },
  },
});

/** The constraints of a column that PostgreSQL proves again when its type changes. */
function provenAgain(table: Table | undefined, column: string): string[] {
  return [...(table?.constraints.values() ?? [])].flatMap(({ kind, name, columns, expression, validated }) => {
    if (!validated || (kind !== 'check' && kind !== 'foreignKey')) return [];
    const reads = columns.includes(column) || (analyseExpression(expression ?? '')?.columns.includes(column) ?? false);
    return reads ? [name] : [];
  });
}
