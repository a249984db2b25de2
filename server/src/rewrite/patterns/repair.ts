import { freeRelationName } from '../../schema/names.js';
import type { Table } from '../../schema/model.js';
import { dollarQuote } from '../../schema/safe-statements.js';
import type { ObjectName } from '../../sql/action.js';
import { objectSql, qualify, quoteIdentifier } from '../../sql/quote.js';
import type { KeyColumn } from '../backfill-spec.js';
import { harmless, isRefused, type Phase, type Plan, type Refusal, short, slugOf, titleOf } from '../plan.js';
import { walkingKey } from '../table-key.js';
import { planOfStatement } from './by-statement.js';
import {
  namesIn,
  type Pattern,
  type PatternContext,
  type PatternValues,
  tableNameOf,
  planForTable,
  tableField,
} from './pattern.js';

// What old rows break is put aside before a constraint refuses it.

/** Rows of one transaction. */
const BATCH = 1000;

interface Quarantine {
  readonly table: ObjectName;
  readonly known: Table;
  readonly key: readonly KeyColumn[];
  /** A query of the keys of rows that are to go, in the order of the key columns. `t` is the table. */
  readonly query: string;
  /** What they are, such as "duplicates of email". */
  readonly words: string;
  readonly slug: string;
}

/** The phases that put rows aside, batch by batch, into a table of their own. */
function quarantine(
  { table, known, key, query, words, slug }: Quarantine,
  { state }: PatternContext,
): readonly Phase[] {
  const name = freeRelationName(state, known.schema, [table.name, slug], 'aside');
  const [relation, aside] = [objectSql(table), qualify(table.schema, name)];
  const keys = key.map(({ column }) => quoteIdentifier(column)).join(', ');
  const same = key.map(({ column }) => `t.${quoteIdentifier(column)} = gone.${quoteIdentifier(column)}`).join(' AND ');
  const block = `DECLARE
  qr_rows bigint;
  qr_total bigint := 0;
BEGIN
  LOOP
    PERFORM set_config('lock_timeout', '5s', true);
    WITH gone AS (${query} LIMIT ${BATCH}), moved AS (
      DELETE FROM ${relation} AS t USING gone WHERE ${same} RETURNING t.*
    )
    INSERT INTO ${aside} SELECT * FROM moved;
    GET DIAGNOSTICS qr_rows = ROW_COUNT;
    qr_total := qr_total + qr_rows;
    COMMIT;
    EXIT WHEN qr_rows = 0;
    RAISE NOTICE '% rows are in ${aside.replaceAll("'", "''").replaceAll('%', '%%')} now', qr_total;
    PERFORM pg_sleep(0.1);
  END LOOP;
END
`;
  const quote = dollarQuote(block, 'repair');
  const restored = `INSERT INTO ${relation} OVERRIDING SYSTEM VALUE SELECT * FROM ${aside} ON CONFLICT (${keys}) DO NOTHING`;
  return [
    {
      slug: slugOf('make', name),
      title: `Make ${name} for the ${words}`,
      why: 'Nothing is deleted for good: what stands in the way is kept beside.',
      statements: [short(`CREATE TABLE IF NOT EXISTS ${aside} (LIKE ${relation})`)],
      transactional: true,
      back: [],
      backNote: `${name} stays: it may hold rows. Drop it when nobody needs them.`,
      backTransactional: true,
    },
    {
      slug: slugOf('move', name),
      title: `Move the ${words} of ${table.name} into ${name}`,
      why: `${BATCH} rows at a time, each batch in a transaction of its own. Run again, it goes on.`,
      notes: [
        `Look at them first: SELECT count(*) FROM (${query}) AS gone;`,
        'Rows of other tables that refer to them with ON DELETE CASCADE go, too, and are not kept: look at those keys first.',
      ],
      statements: [harmless(`DO ${quote}\n${block}${quote}`)],
      transactional: false,
      verify: `SELECT count(*) FROM (${query}) AS gone; -- 0`,
      back: [harmless(restored)],
      backTransactional: true,
    },
  ];
}

function keyOf(known: Table, context: PatternContext): readonly KeyColumn[] | Refusal {
  const computed = [...known.columns.values()].find(({ generated }) => generated);
  if (computed)
    return {
      refused: `${known.name}.${computed.name} is computed, so that rows of ${known.name} cannot be put back as they were.`,
    };
  const key = walkingKey(context.state, known);
  return key.length > 0 ? key : { refused: `${known.name} has no key by which its rows can be known.` };
}

function withPlan(phases: readonly Phase[], next: Plan | Refusal, words: string): Plan | Refusal {
  if (isRefused(next)) return next;
  const all = [...phases, ...next.phases];
  return { title: titleOf(all, words), phases: all, mends: [] };
}

/** Duplicates are put aside, and then UNIQUE holds. */
export const uniqueAfterDuplicates: Pattern = {
  id: 'unique-after-duplicates',
  title: 'Put duplicates aside, then add UNIQUE',
  summary: 'One DELETE of all duplicates locks them until it ends, and they are gone for good.',
  fields: [tableField, { name: 'columns', kind: 'columns', title: 'The columns that shall be unique' }],
  usual(values) {
    const [relation, columns] = [objectSql(tableNameOf(values)), list(values)];
    return `DELETE FROM ${relation} a USING ${relation} b WHERE a.id > b.id AND ${namesIn(values, 'columns')
      .map((name) => `a.${quoteIdentifier(name)} = b.${quoteIdentifier(name)}`)
      .join(' AND ')};
ALTER TABLE ${relation} ADD UNIQUE (${columns});`;
  },
  plan: (values, context) =>
    planForTable(values, context, ({ table, known }) => {
      const key = keyOf(known, context);
      if (isRefused(key)) return key;
      const keys = key.map(({ column }) => quoteIdentifier(column));
      const columns = namesIn(values, 'columns').map(quoteIdentifier);
      const filled = columns.map((name) => `${name} IS NOT NULL`).join(' AND ');
      const query = `SELECT ${keys.join(', ')} FROM (SELECT ${keys.join(', ')}, row_number() OVER (PARTITION BY ${columns.join(', ')} ORDER BY ${keys.join(', ')}) AS place FROM ${objectSql(table)} WHERE ${filled}) AS numbered WHERE place > 1`;
      const phases = quarantine(
        {
          table,
          known,
          key,
          query,
          words: `duplicates of ${namesIn(values, 'columns').join(', ')}`,
          slug: 'duplicates',
        },
        context,
      );
      const next = planOfStatement(`ALTER TABLE ${objectSql(table)} ADD UNIQUE (${columns.join(', ')})`, context);
      const plan = withPlan(phases, next, 'duplicates aside → index → UNIQUE');
      return isRefused(plan)
        ? plan
        : {
            ...plan,
            before: 'no code that is running writes duplicates any more. The row with the smallest key stays.',
          };
    }),
  example: {
    schema: 'CREATE TABLE customers (id bigint PRIMARY KEY, email text, name text);',
    values: { table: 'customers', columns: 'email' },
  },
};

/** Orphans are put aside, and then the foreign key holds. */
export const foreignKeyAfterOrphans: Pattern = {
  id: 'foreign-key-after-orphans',
  title: 'Put orphans aside, then add a foreign key',
  summary: 'One DELETE of all orphans locks them until it ends, and they are gone for good.',
  fields: [
    tableField,
    { name: 'column', kind: 'column', title: 'The column that refers to another table' },
    { name: 'references', kind: 'table', title: 'The other table' },
    { name: 'key', kind: 'column', title: 'Its key; id if nothing is said', optional: true },
  ],
  usual(values) {
    const [relation, parent] = [objectSql(tableNameOf(values)), objectSql(tableNameOf(values, 'references'))];
    const [column, key] = [list(values, 'column'), parentKey(values)];
    return `DELETE FROM ${relation} WHERE ${column} NOT IN (SELECT ${key} FROM ${parent});
ALTER TABLE ${relation} ADD FOREIGN KEY (${column}) REFERENCES ${parent} (${key});`;
  },
  plan: (values, context) =>
    planForTable(values, context, ({ table, known }) => {
      const own = keyOf(known, context);
      if (isRefused(own)) return own;
      const parent = objectSql(tableNameOf(values, 'references'));
      const [column, key] = [list(values, 'column'), parentKey(values)];
      const keys = own.map((each) => `t.${quoteIdentifier(each.column)}`).join(', ');
      const query = `SELECT ${keys} FROM ${objectSql(table)} AS t WHERE t.${column} IS NOT NULL AND NOT EXISTS (SELECT FROM ${parent} AS p WHERE p.${key} = t.${column})`;
      const phases = quarantine(
        { table, known, key: own, query, words: `orphans of ${parent}`, slug: 'orphans' },
        context,
      );
      const next = planOfStatement(
        `ALTER TABLE ${objectSql(table)} ADD FOREIGN KEY (${column}) REFERENCES ${parent} (${key})`,
        context,
      );
      const plan = withPlan(phases, next, 'orphans aside → NOT VALID → validate');
      return isRefused(plan)
        ? plan
        : { ...plan, before: `no code that is running deletes rows of ${parent} that others still refer to.` };
    }),
  example: {
    schema: `CREATE TABLE customers (id bigint PRIMARY KEY, name text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, total int);`,
    values: { table: 'orders', column: 'customer_id', references: 'customers' },
  },
};

function list(values: PatternValues, field = 'columns'): string {
  return namesIn(values, field).map(quoteIdentifier).join(', ');
}

function parentKey(values: PatternValues): string {
  return (values.key ?? '').trim() === '' ? 'id' : list(values, 'key');
}
