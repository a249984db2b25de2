import { objectSql, quoteIdentifier } from '../../sql/quote.js';
import { parseStatement } from '../../sql/parse.js';
import { isRefused, type Plan, type Refusal } from '../plan.js';
import { planFor } from '../rewrite.js';
import {
  expressionIn,
  fieldValue,
  nameIn,
  namesIn,
  type Pattern,
  type PatternContext,
  PatternError,
  type PatternValues,
  tableNameOf,
  typeIn,
  tableField,
  columnField,
} from './pattern.js';

// Patterns whose usual form is one statement that a rewrite takes apart.

/** The plan for a statement that a person would have written. Throws PatternError where PostgreSQL does not read it. */
export function planOfStatement(sql: string, { state, target }: PatternContext): Plan | Refusal {
  const statement = parseStatement(sql);
  if (statement.problem) throw new PatternError(`PostgreSQL does not read ${sql}: ${statement.problem.message}`);
  const plan = planFor({ statement, before: state, target });
  return plan ?? { refused: `Nothing has to be split here: ${sql} takes an instant or is not known well enough.` };
}

type Given = Pick<Pattern, 'id' | 'title' | 'summary' | 'fields' | 'example'> & {
  readonly statement: (values: PatternValues) => string;
};

function byStatement({ statement, ...rest }: Given): Pattern {
  return {
    ...rest,
    usual: (values) => `${statement(values)};`,
    plan(values, context) {
      const table = tableNameOf(values);
      const known = context.state.table(table);
      if (!known) return { refused: `No migration makes ${table.name}: is it the right name?` };
      const column = rest.fields.find(({ name, kind }) => name === 'column' && kind === 'column');
      if (column && known.complete && !known.columns.has(nameIn(values, 'column')))
        return { refused: `${table.name} has no column ${nameIn(values, 'column')}.` };
      const plan = planOfStatement(statement(values), context);
      return isRefused(plan) ? plan : { ...plan, mends: [] };
    },
  };
}

const columns = { name: 'columns', kind: 'columns', title: 'Its columns' } as const;

const alter = (values: PatternValues, words: string): string =>
  `ALTER TABLE ${objectSql(tableNameOf(values))} ${words}`;
const list = (values: PatternValues): string => namesIn(values, 'columns').map(quoteIdentifier).join(', ');
/** "CONSTRAINT name ", or nothing where PostgreSQL chooses the name. */
const named = (values: PatternValues): string =>
  (values.name ?? '').trim() === '' ? '' : `CONSTRAINT ${quoteIdentifier(nameIn(values, 'name'))} `;
const name = {
  name: 'name',
  kind: 'new name',
  title: 'Its name; PostgreSQL chooses one if nothing is said',
  optional: true,
} as const;

const shop = `CREATE TABLE customers (id bigint PRIMARY KEY, email text, name text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, total int, note text);`;

const hits = `CREATE TABLE users (id bigint PRIMARY KEY, name text);
CREATE TABLE hits (at date, user_id bigint, n int) PARTITION BY RANGE (at);
CREATE TABLE hits_2025 PARTITION OF hits FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE hits_2026 PARTITION OF hits FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');`;

/** In the order of the pages. */
export const statementPatterns: readonly Pattern[] = [
  byStatement({
    id: 'add-not-null-column',
    title: 'Add a NOT NULL column',
    summary:
      'Without a default it fails as soon as the table has a row, and INSERTs of the running code fail, for they do not know the column.',
    fields: [
      tableField,
      { name: 'column', kind: 'new name', title: 'The new column' },
      { name: 'type', kind: 'type', title: 'Its type' },
    ],
    statement: (values) =>
      alter(values, `ADD COLUMN ${quoteIdentifier(nameIn(values, 'column'))} ${typeIn(values)} NOT NULL`),
    example: { schema: shop, values: { table: 'orders', column: 'status', type: 'text' } },
  }),
  byStatement({
    id: 'add-column-with-volatile-default',
    title: 'Add a column with a volatile default',
    summary: 'Every row gets a value of its own, so PostgreSQL rewrites the table while nobody can read it.',
    fields: [
      tableField,
      { name: 'column', kind: 'new name', title: 'The new column' },
      { name: 'type', kind: 'type', title: 'Its type' },
      { name: 'default', kind: 'expression', title: 'The default, such as gen_random_uuid()' },
    ],
    statement: (values) =>
      alter(
        values,
        `ADD COLUMN ${quoteIdentifier(nameIn(values, 'column'))} ${typeIn(values)} NOT NULL DEFAULT ${expressionIn(values, 'default')}`,
      ),
    example: { schema: shop, values: { table: 'orders', column: 'token', type: 'uuid', default: 'gen_random_uuid()' } },
  }),
  byStatement({
    id: 'set-not-null',
    title: 'Make a column NOT NULL',
    summary: 'SET NOT NULL reads the whole table while nobody can read it, and fails on the first row that is NULL.',
    fields: [tableField, columnField],
    statement: (values) => alter(values, `ALTER COLUMN ${quoteIdentifier(nameIn(values, 'column'))} SET NOT NULL`),
    example: { schema: shop, values: { table: 'customers', column: 'email' } },
  }),
  byStatement({
    id: 'change-type',
    title: 'Change the type of a column',
    summary: 'ALTER COLUMN … TYPE rewrites the table and its indexes while nobody can read it.',
    fields: [
      tableField,
      columnField,
      { name: 'type', kind: 'type', title: 'The new type, which holds every value of the old one' },
    ],
    statement: (values) =>
      alter(values, `ALTER COLUMN ${quoteIdentifier(nameIn(values, 'column'))} TYPE ${typeIn(values)}`),
    example: { schema: shop, values: { table: 'orders', column: 'total', type: 'bigint' } },
  }),
  byStatement({
    id: 'add-foreign-key',
    title: 'Add a foreign key',
    summary: 'It reads the whole table while writes of both tables wait.',
    fields: [
      tableField,
      columns,
      { name: 'references', kind: 'table', title: 'The table that they refer to' },
      {
        name: 'on-delete',
        kind: 'choice',
        title: 'What a DELETE there does',
        choices: ['NO ACTION', 'RESTRICT', 'CASCADE', 'SET NULL'],
        optional: true,
      },
      name,
    ],
    statement(values) {
      const action = values['on-delete'];
      const words =
        action === undefined || action === 'NO ACTION' ? '' : ` ON DELETE ${fieldValue(values, 'on-delete')}`;
      return alter(
        values,
        `ADD ${named(values)}FOREIGN KEY (${list(values)}) REFERENCES ${objectSql(tableNameOf(values, 'references'))}${words}`,
      );
    },
    example: { schema: shop, values: { table: 'orders', columns: 'customer_id', references: 'customers' } },
  }),
  byStatement({
    id: 'add-foreign-key-to-partitioned-table',
    title: 'Add a foreign key to a partitioned table',
    summary:
      'It reads every partition while writes of both tables wait, and before PostgreSQL 18 NOT VALID is refused there.',
    fields: [
      tableField,
      { name: 'column', kind: 'column', title: 'The column that refers to another table' },
      { name: 'references', kind: 'table', title: 'The other table' },
      name,
    ],
    statement: (values) =>
      alter(
        values,
        `ADD ${named(values)}FOREIGN KEY (${quoteIdentifier(nameIn(values, 'column'))}) REFERENCES ${objectSql(tableNameOf(values, 'references'))}`,
      ),
    example: { schema: hits, values: { table: 'hits', column: 'user_id', references: 'users' } },
  }),
  byStatement({
    id: 'add-check-to-partitioned-table',
    title: 'Add a CHECK constraint to a partitioned table',
    summary: 'It reads every partition while nobody can read or write any of them.',
    fields: [
      tableField,
      { name: 'condition', kind: 'expression', title: 'What every row fulfils, such as n >= 0' },
      name,
    ],
    statement: (values) => alter(values, `ADD ${named(values)}CHECK (${expressionIn(values, 'condition')})`),
    example: { schema: hits, values: { table: 'hits', condition: 'n >= 0', name: 'hits_n_check' } },
  }),
  byStatement({
    id: 'add-check',
    title: 'Add a CHECK constraint',
    summary: 'It reads the whole table while nobody can read or write it.',
    fields: [
      tableField,
      { name: 'condition', kind: 'expression', title: 'What every row fulfils, such as total >= 0' },
      name,
    ],
    statement: (values) => alter(values, `ADD ${named(values)}CHECK (${expressionIn(values, 'condition')})`),
    example: { schema: shop, values: { table: 'orders', condition: 'total >= 0', name: 'orders_total_check' } },
  }),
  byStatement({
    id: 'add-unique',
    title: 'Add a UNIQUE constraint',
    summary: 'It builds an index while nobody can read or write the table.',
    fields: [tableField, columns, name],
    statement: (values) => alter(values, `ADD ${named(values)}UNIQUE (${list(values)})`),
    example: { schema: shop, values: { table: 'customers', columns: 'email' } },
  }),
  byStatement({
    id: 'add-primary-key',
    title: 'Add a primary key',
    summary: 'It builds an index, and reads the table for NULLs, while nobody can read or write the table.',
    fields: [tableField, columns, name],
    statement: (values) => alter(values, `ADD ${named(values)}PRIMARY KEY (${list(values)})`),
    example: {
      schema: 'CREATE TABLE events (id bigint NOT NULL, body text);',
      values: { table: 'events', columns: 'id' },
    },
  }),
];
