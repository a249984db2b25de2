import { objectSql, quoteIdentifier, quoteLiteral } from '../../sql/quote.js';
import { isRefused } from '../plan.js';
import { carriedIndexes } from './carried-indexes.js';
import { keptEqualPlan } from './kept-equal.js';
import {
  knownColumn,
  nameIn,
  namesIn,
  type Pattern,
  type PatternValues,
  tableNameOf,
  planForColumn,
  planForTable,
  tableField,
  columnField,
} from './pattern.js';

// Patterns in which columns take the place of others.

const separatorOf = (values: PatternValues): string => quoteLiteral(values.separator ?? ' ');

/** Two parts of a text: what stands before the first separator, and all that stands behind it. */
function partsOf(column: string, separator: string): { readonly first: string; readonly rest: string } {
  const first = `split_part(${column}, ${separator}, 1)`;
  return { first, rest: `nullif(substr(${column}, length(${first}) + length(${separator}) + 1), '')` };
}

/** A column gets another name. */
export const renameColumn: Pattern = {
  id: 'rename-column',
  title: 'Rename a column',
  summary:
    'RENAME COLUMN takes an instant, and every query of the running code that names the column fails from then on.',
  fields: [tableField, columnField, { name: 'to', kind: 'new name', title: 'Its new name' }],
  usual: (values) =>
    `ALTER TABLE ${objectSql(tableNameOf(values))} RENAME COLUMN ${quoteIdentifier(nameIn(values, 'column'))} TO ${quoteIdentifier(nameIn(values, 'to'))};`,
  plan: (values, context) =>
    planForTable(values, context, ({ table, known }) => {
      const { state } = context;
      const from = nameIn(values, 'column');
      const column = knownColumn(known, from);
      if (isRefused(column)) return column;
      const to = nameIn(values, 'to');
      return keptEqualPlan({
        table,
        known,
        state,
        sources: [{ column, back: quoteIdentifier(to) }],
        targets: [
          {
            name: to,
            sqlType: column.sqlType,
            forward: quoteIdentifier(from),
            notNull: column.notNull === true,
            default: column.default,
          },
        ],
        carried: carriedIndexes(table, known, state, from, to),
        words: 'new column → backfill → drop the old one',
      });
    }),
  example: {
    schema:
      "CREATE TABLE customers (id bigint PRIMARY KEY, mail text NOT NULL DEFAULT 'none', name text);\nCREATE INDEX customers_mail_idx ON customers (mail);",
    values: { table: 'customers', column: 'mail', to: 'email' },
  },
};

/** A text is taken apart into two columns. */
export const splitColumn: Pattern = {
  id: 'split-column',
  title: 'Split a column into two',
  summary:
    'Filling two new columns by one UPDATE locks every row until it ends, and dropping the old column breaks the code that reads it.',
  fields: [
    tableField,
    { name: 'column', kind: 'column', title: 'The column to split' },
    { name: 'first', kind: 'new name', title: 'The column for what stands before the first separator' },
    { name: 'rest', kind: 'new name', title: 'The column for what stands behind it' },
    {
      name: 'separator',
      kind: 'text',
      title: 'What stands between them; a space if nothing is said',
      optional: true,
    },
  ],
  usual(values) {
    const table = objectSql(tableNameOf(values));
    const [column, first, rest] = ['column', 'first', 'rest'].map((field) => quoteIdentifier(nameIn(values, field)));
    const parts = partsOf(column ?? '', separatorOf(values));
    return `ALTER TABLE ${table} ADD COLUMN ${first} text, ADD COLUMN ${rest} text;
UPDATE ${table} SET ${first} = ${parts.first}, ${rest} = ${parts.rest};
ALTER TABLE ${table} DROP COLUMN ${column};`;
  },
  plan: (values, context) =>
    planForColumn(values, context, ({ table, known, column }) => {
      const [first, rest] = [nameIn(values, 'first'), nameIn(values, 'rest')];
      const separator = separatorOf(values);
      const parts = partsOf(quoteIdentifier(column.name), separator);
      const joined = `concat_ws(${separator}, ${quoteIdentifier(first)}, ${quoteIdentifier(rest)})`;
      return keptEqualPlan({
        table,
        known,
        state: context.state,
        sources: [
          {
            column,
            back: `CASE WHEN ${quoteIdentifier(first)} IS NOT NULL OR ${quoteIdentifier(rest)} IS NOT NULL THEN ${joined} END`,
          },
        ],
        targets: [
          { name: first, sqlType: 'text', forward: parts.first },
          { name: rest, sqlType: 'text', forward: parts.rest },
        ],
        words: 'new columns → backfill → drop the old one',
      });
    }),
  example: {
    schema: 'CREATE TABLE people (id bigint PRIMARY KEY, name text, born date);',
    values: { table: 'people', column: 'name', first: 'first_name', rest: 'last_name' },
  },
};

/** Two texts become one column. */
export const mergeColumns: Pattern = {
  id: 'merge-columns',
  title: 'Merge two columns into one',
  summary:
    'Filling the new column by one UPDATE locks every row until it ends, and dropping the old ones breaks the code that reads them.',
  fields: [
    tableField,
    { name: 'columns', kind: 'columns', title: 'The two columns, in their order' },
    { name: 'to', kind: 'new name', title: 'The column that takes their place' },
    {
      name: 'separator',
      kind: 'text',
      title: 'What stands between them; a space if nothing is said',
      optional: true,
    },
  ],
  usual(values) {
    const table = objectSql(tableNameOf(values));
    const columns = namesIn(values, 'columns').map(quoteIdentifier);
    const to = quoteIdentifier(nameIn(values, 'to'));
    return `ALTER TABLE ${table} ADD COLUMN ${to} text;
UPDATE ${table} SET ${to} = concat_ws(${separatorOf(values)}, ${columns.join(', ')});
ALTER TABLE ${table} ${columns.map((each) => `DROP COLUMN ${each}`).join(', ')};`;
  },
  plan: (values, context) =>
    planForTable(values, context, ({ table, known }) => {
      const [one = '', other = '', ...more] = namesIn(values, 'columns');
      if (other === '' || more.length > 0) return { refused: 'Two columns are merged into one: name two.' };
      const [first, second] = [knownColumn(known, one), knownColumn(known, other)];
      if (isRefused(first)) return first;
      if (isRefused(second)) return second;
      const to = nameIn(values, 'to');
      const separator = separatorOf(values);
      const parts = partsOf(quoteIdentifier(to), separator);
      const [a, b] = [quoteIdentifier(one), quoteIdentifier(other)];
      return keptEqualPlan({
        table,
        known,
        state: context.state,
        sources: [
          { column: first, back: parts.first },
          { column: second, back: parts.rest },
        ],
        targets: [
          {
            name: to,
            sqlType: 'text',
            forward: `CASE WHEN ${a} IS NOT NULL OR ${b} IS NOT NULL THEN concat_ws(${separator}, ${a}, ${b}) END`,
          },
        ],
        notes: [`What new code writes into ${to} is taken apart at its first separator for the old columns.`],
        words: 'new column → backfill → drop the old ones',
      });
    }),
  example: {
    schema: 'CREATE TABLE people (id bigint PRIMARY KEY, first_name text, last_name text);',
    values: { table: 'people', columns: 'first_name, last_name', to: 'name' },
  },
};

/** An amount in a floating-point column becomes whole cents. */
export const floatToCents: Pattern = {
  id: 'float-to-cents',
  title: 'Turn a floating-point amount into whole cents',
  summary:
    'ALTER COLUMN … TYPE rewrites the table while nobody can read it, and the code that runs writes amounts into what are cents now.',
  fields: [
    tableField,
    { name: 'column', kind: 'column', title: 'The amount' },
    { name: 'to', kind: 'new name', title: 'The column for the cents' },
  ],
  usual: (values) =>
    `ALTER TABLE ${objectSql(tableNameOf(values))} ALTER COLUMN ${quoteIdentifier(nameIn(values, 'column'))} TYPE bigint USING round(${quoteIdentifier(nameIn(values, 'column'))} * 100);`,
  plan: (values, context) =>
    planForColumn(values, context, ({ table, known, column }) => {
      if (!['float4', 'float8', 'numeric'].includes(column.type?.name ?? ''))
        return {
          refused: `${table.name}.${column.name} is of type ${column.sqlType}, which holds no fractions of a cent.`,
        };
      const [from, to] = [quoteIdentifier(column.name), nameIn(values, 'to')];
      const plan = keptEqualPlan({
        table,
        known,
        state: context.state,
        // NaN and what no bigint holds are no amounts: they stay NULL, and are found before NOT NULL is set.
        sources: [{ column, back: `${quoteIdentifier(to)}::numeric / 100` }],
        targets: [
          {
            name: to,
            sqlType: 'bigint',
            forward: `CASE WHEN abs(${from}) < 9e16 THEN round(${from}::numeric * 100) END`,
            notNull: column.notNull === true,
          },
        ],
        words: 'new column → backfill → drop the old one',
      });
      if (isRefused(plan)) return plan;
      const odd = `${from} IS NOT NULL AND (abs(${from}) >= 9e16 OR ${from}::numeric * 100 <> trunc(${from}::numeric * 100))`;
      return {
        ...plan,
        before: `you know what becomes of amounts that are no whole cents: SELECT count(*) FROM ${objectSql(table)} WHERE ${odd}; they are rounded.`,
      };
    }),
  example: {
    schema: 'CREATE TABLE invoices (id bigint PRIMARY KEY, total double precision NOT NULL);',
    values: { table: 'invoices', column: 'total', to: 'total_cents' },
  },
};

/** Columns go into one jsonb column. */
export const columnsToJsonb: Pattern = {
  id: 'columns-to-jsonb',
  title: 'Move columns into a jsonb column',
  summary:
    'Filling the new column by one UPDATE locks every row until it ends, and dropping the old ones breaks the code that reads them.',
  fields: [
    tableField,
    { name: 'columns', kind: 'columns', title: 'The columns' },
    { name: 'to', kind: 'new name', title: 'The jsonb column' },
  ],
  usual(values) {
    const table = objectSql(tableNameOf(values));
    const columns = namesIn(values, 'columns');
    const to = quoteIdentifier(nameIn(values, 'to'));
    return `ALTER TABLE ${table} ADD COLUMN ${to} jsonb;
UPDATE ${table} SET ${to} = ${built(columns)};
ALTER TABLE ${table} ${columns.map((each) => `DROP COLUMN ${quoteIdentifier(each)}`).join(', ')};`;
  },
  plan: (values, context) =>
    planForTable(values, context, ({ table, known }) => {
      const to = nameIn(values, 'to');
      const sources = [];
      for (const name of namesIn(values, 'columns')) {
        const column = knownColumn(known, name);
        if (isRefused(column)) return column;
        sources.push({ column, back: `${quoteIdentifier(to)} ->> ${quoteLiteral(name)}` });
      }
      return keptEqualPlan({
        table,
        known,
        state: context.state,
        sources,
        targets: [{ name: to, sqlType: 'jsonb', forward: built(sources.map(({ column }) => column.name)) }],
        words: 'new column → backfill → drop the old ones',
      });
    }),
  example: {
    schema: 'CREATE TABLE devices (id bigint PRIMARY KEY, model text, weight int, bought date);',
    values: { table: 'devices', columns: 'model, weight', to: 'details' },
  },
};

function built(columns: readonly string[]): string {
  return `jsonb_build_object(${columns.map((name) => `${quoteLiteral(name)}, ${quoteIdentifier(name)}`).join(', ')})`;
}
