import { isUnheardOf } from '../questions/unheard-of.js';
import { defineRule } from '../engine/define-rule.js';
import { leadingWords, listed } from '../engine/words.js';

/** DROP SCHEMA … CASCADE drops every table in it; without CASCADE PostgreSQL refuses while anything is left. */
export default defineRule({
  meta: {
    id: 'no-drop-schema',
    aliases: ['ban-drop-schema'],
    category: 'data-loss',
    severity: 'error',
    summary: 'Do not drop a schema with everything in it.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-dropschema.html'],
    messages: {
      known:
        'DROP SCHEMA {schema} CASCADE destroys {tables} with all rows, which no rollback brings back, and takes ACCESS EXCLUSIVE locks on the tables that their foreign keys point to.\nDrop the tables one by one, then the empty schema without CASCADE.',
      unseen:
        'DROP SCHEMA {schema} CASCADE destroys every table in {schema} with all rows, which no rollback brings back, and no migration shows which those are.\nDrop the tables one by one, then the empty schema without CASCADE.',
    },
  },

  check: {
    dropObject(action, { before, earlier, statement, runsLater }) {
      if (action.objectKind !== 'schema' || !action.cascade || runsLater) return;
      const schema = action.object.name;
      if (
        earlier
          .naming(schema)
          .some((each) => each.kind === 'createSchema' && each.schema === schema && !each.ifNotExists)
      )
        return;
      const tables = [...before.relations()].flatMap((each) =>
        each.kind === 'table' && each.schema === schema && !before.isNew(each) ? each.key : [],
      );
      const at = action.object.span ?? leadingWords(statement);
      if (tables.length === 0) {
        const known = [...before.relations()].find((each) => each.schema === schema);
        const severity = isUnheardOf(action.ifExists, known, before) ? 'info' : 'warning';
        return { at, message: 'unseen', data: { schema }, severity };
      }
      const some = tables.sort().slice(0, 4);
      const rest = tables.length - some.length;
      const named = rest === 0 ? listed(some) : `${some.join(', ')} and ${rest} more`;
      return {
        at,
        message: 'known',
        data: { schema, tables: `${tables.length === 1 ? 'the table' : 'the tables'} ${named}` },
      };
    },
  },
});
