import type { ObjectName, SourceText } from '../../server/src/sql/action.js';
import { isKeyword, nameOf as tokenName } from '../../server/src/sql/lexer.js';
import { lexed } from '../../server/src/sql/lexed.js';
import { defineRule, type RuleContext } from '../engine/define-rule.js';
import { isSame } from '../questions/in-file.js';
import { listed, nameOf } from '../engine/words.js';

/** What no statement takes back: values that are written over, rows that are deleted, a value of an enum. */
export default defineRule({
  meta: {
    id: 'no-irreversible-change',
    category: 'missing-rollback',
    severity: 'info',
    summary: 'Keep what a rollback needs before rows are overwritten or deleted.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/datatype-enum.html#DATATYPE-ENUM-IMPLEMENTATION-DETAILS'],
    messages: {
      overwrites:
        'What {columns} of {table} held before is gone behind this UPDATE, and no rollback brings it back.\nCopy the keys and the old values to a table first, where they matter.',
      deletes:
        'No rollback brings back the rows that this DELETE takes from {table}.\nCopy them to a table first, where they matter.',
      enumValue:
        "PostgreSQL has no statement that takes '{value}' out of {type} again: a rollback makes the type anew and rewrites every column of it.\nRelease the code that writes '{value}' after this migration, so that going back needs no change of the schema.",
    },
  },

  check: {
    update(action, context) {
      const { before } = context;
      if (isSilent(action.table, context)) return;
      const table = before.table(action.table);
      const columns = table?.columns;
      const lost = action.assigns.filter(
        (name) =>
          columns?.get(name)?.release !== before.release &&
          !(table?.complete && !columns?.has(name)) &&
          !wasNull(name, action.where),
      );
      if (lost.length === 0) return;
      return {
        at: action.keyword,
        message: 'overwrites',
        data: { columns: listed(lost), table: nameOf(action.table) },
      };
    },
    delete(action, context) {
      if (isSilent(action.table, context)) return;
      return { at: action.keyword, message: 'deletes', data: { table: nameOf(action.table) } };
    },
    addEnumValue(action, { before, runsLater }) {
      const type = before.type(action.type);
      if (runsLater || (type?.kind === 'enum' && type.release === before.release)) return;
      if (action.ifNotExists && type?.kind === 'enum' && type.values.includes(action.value)) return;
      return { at: action.valueSpan, message: 'enumValue', data: { value: action.value, type: nameOf(action.type) } };
    },
  },
});

/** True for rows of this release, for a file that has put the old ones aside, and behind the first finding. */
function isSilent(table: ObjectName, { before, earlier, runsLater, reportedBefore }: RuleContext): boolean {
  if (runsLater || reportedBefore || before.isUnused(table)) return true;
  return earlier
    .naming(table.name)
    .some(
      (each) =>
        (each.kind === 'insert' || (each.kind === 'createTable' && each.asQuery)) &&
        each.reads.some((from) => isSame(from, table)),
    );
}

/** True where the condition says that the column has no value yet. */
function wasNull(column: string, where: SourceText | undefined): boolean {
  if (!where || !/\bnull\b/i.test(where.text)) return false;
  const tokens = lexed(where.text);
  return tokens.some(
    (token, at) =>
      (token.kind === 'word' || token.kind === 'quoted') &&
      tokenName(token) === column &&
      isKeyword(tokens[at + 1], 'IS') &&
      isKeyword(tokens[at + 2], 'NULL'),
  );
}
