import { defineRule } from '../engine/define-rule.js';
import { newColumnChecks } from '../questions/new-column.js';

const larger: Readonly<Record<string, string>> = {
  int2: 'bigint',
  int4: 'bigint',
  serial: 'bigserial',
  serial4: 'bigserial',
  smallserial: 'bigserial',
  serial2: 'bigserial',
};

/** An int key ends at 2,147,483,647; the change to bigint writes the whole table anew. A preference: off unless it is switched on. */
export default defineRule({
  meta: {
    id: 'prefer-bigint-key',
    aliases: ['prefer-big-int', 'prefer-bigint-over-int', 'prefer-bigint-over-smallint'],
    category: 'application-compatibility',
    severity: 'info',
    summary: 'Give a new primary key the type bigint.',
    recommended: false,
    fix: 'unsafe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/datatype-numeric.html'],
    messages: {
      type: 'The key {column} of {table} is {type}, whose numbers may run out; to change it later rewrites the table and every table that refers to it.\nWrite {instead}.',
    },
  },

  check: newColumnChecks('Change the type to', ({ column, type, isKey }) => {
    // A key that refers to another table follows the type of that one.
    const follows = column.constraints.some((each) => each.kind === 'foreignKey');
    return isKey && !follows ? larger[type.name] : undefined;
  }),
});
