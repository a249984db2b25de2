import type { SchemaState } from '../../schema/state.js';
import { objectSql, quoteIdentifier, quoteLiteral } from '../../sql/quote.js';
import { backfillPhase } from '../backfill-phase.js';
import { notNullPhase } from '../not-null.js';
import {
  alterTable,
  harmless,
  isRefused,
  type Phase,
  type Plan,
  type Refusal,
  short,
  slugOf,
  titleOf,
  unbounded,
} from '../plan.js';
import { refuseHangings } from '../refuse-hangings.js';
import { refuseSettings } from './index-sql.js';
import { type Pattern, planForTable, tableField, tableNameOf } from './pattern.js';
import { dropSync, makeSync } from './widen-sync.js';
import { builds, columnsOf, newKeys } from './widen-parts.js';
import { dropPhase, swapPhase } from './widen-swap.js';
import { carriedNames, indexSqlName, type WidenedTable, widenedTables } from './widened-tables.js';

/** An integer primary key becomes bigint, with every column that refers to it. */
export const widenPrimaryKey: Pattern = {
  id: 'widen-primary-key',
  title: 'Turn an integer primary key into bigint, with its foreign keys',
  summary:
    'ALTER COLUMN … TYPE bigint rewrites the table, and every table that refers to it, while nobody can read them.',
  fields: [tableField],
  usual(values, context) {
    const table = tableNameOf(values);
    const known = context.state.table(table);
    const all = known ? widenedTables(table, known, context) : [];
    if (isRefused(all)) return `ALTER TABLE ${objectSql(table)} ALTER COLUMN id TYPE bigint;`;
    // A key is made anew with its column: the referring ones may come in any order.
    return [...all]
      .reverse()
      .flatMap(({ table: each, columns }) => [
        ...columns.map(
          ({ column }) => `${alterTable(each, `ALTER COLUMN ${quoteIdentifier(column.name)} TYPE bigint`)};`,
        ),
        ...columns.flatMap(({ sequence, column }) =>
          sequence && !column.identity ? [`ALTER SEQUENCE ${objectSql(sequence)} AS bigint;`] : [],
        ),
      ])
      .join('\n');
  },
  plan: (values, context) =>
    planForTable(values, context, ({ table, known }) => {
      const all = widenedTables(table, known, context);
      return isRefused(all) ? all : planOf(all, context.state, context.target.postgres);
    }),
  example: {
    schema: `CREATE TABLE customers (id serial PRIMARY KEY, name text, parent_id int REFERENCES customers ON DELETE SET NULL);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id int NOT NULL REFERENCES customers ON DELETE CASCADE, total int);
CREATE INDEX orders_customer_idx ON orders (customer_id, total);`,
    values: { table: 'customers' },
  },
};

function planOf(all: readonly WidenedTable[], state: SchemaState, postgres: number): Plan | Refusal {
  const added = state.fork();
  for (const { table, columns } of all)
    for (const { column, next } of columns)
      added
        .writableTable(table)
        .columns.set(next, { ...column, name: next, notNull: false, default: undefined, sequence: undefined });
  const filled = fill(all, added);
  if (isRefused(filled)) return filled;
  const last = dropPhase(all, added);
  if (isRefused(last)) return last;
  const keys = all.flatMap(({ keys: own }) => own);
  const phases = [
    expand(all),
    filled,
    notNull(all, added),
    indexes(all),
    ...(keys.length > 0 ? [foreignKeys(all)] : []),
    swapPhase(all, postgres),
    last,
  ];
  const words = `new columns → backfill → NOT NULL → indexes${keys.length > 0 ? ' → foreign keys' : ''} → swap → drop`;
  return {
    title: titleOf(phases, words),
    before: `no code keeps ${columnsOf(all).join(', ')} in 32 bits: variables, arguments of functions, columns of other databases.`,
    phases,
    mends: [],
  };
}

const main = (all: readonly WidenedTable[]): string => all.at(-1)?.table.name ?? '';

function expand(all: readonly WidenedTable[]): Phase {
  const wide = all.filter(({ columns }) => columns.length > 0);
  const news = wide.flatMap(({ columns }) => columns.flatMap(({ next, old }) => [next, old]));
  return {
    slug: slugOf('add', main(all), 'bigint_columns'),
    title: `Add bigint columns beside ${columnsOf(all).join(', ')}, kept equal by triggers`,
    why: 'ALTER COLUMN … TYPE rewrites every table while nobody can read it. New columns do not, and triggers keep them equal.',
    notes: [
      `${[...new Set(news)].join(', ')} are names for the time of the change: no application may use them.`,
      'At the end the columns stand last: SELECT * and INSERT without a list of columns see another order.',
    ],
    statements: wide.map((each) => short(expandOnce(each, all))),
    transactional: false,
    back: wide.flatMap((each) => [
      ...dropSync(each),
      ...each.columns.map(({ next }) =>
        short(alterTable(each.table, `DROP COLUMN IF EXISTS ${quoteIdentifier(next)}`)),
      ),
    ]),
    backTransactional: false,
  };
}

/** One statement: what hangs on the columns is looked for, and columns and trigger are made together. */
function expandOnce(each: WidenedTable, all: readonly WidenedTable[]): string {
  const { table, columns, sync } = each;
  const relation = quoteLiteral(objectSql(table));
  const carried = carriedNames(each, all);
  const added = columns.map(({ next }) => `ADD COLUMN ${quoteIdentifier(next)} bigint`).join(', ');
  const made = [
    ...columns.flatMap(({ column, old }) => refuseHangings(table, column.name, old, carried)),
    ...columns.flatMap((one) => (one.sequence ? refuseOptions(objectSql(one.sequence)) : [])),
    `${alterTable(table, added)};`,
    ...makeSync(each, 'forward').map((sql) => `${sql};`),
  ];
  return `DO $expand$\nBEGIN\n  IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = ${relation}::regclass AND tgname = ${quoteLiteral(sync)}) THEN\n${made.map((line) => `    ${line}\n`).join('')}  END IF;\nEND $expand$`;
}

/** Fails where a sequence has options that the migrations do not show: one that is made anew would lose them. */
function refuseOptions(sequence: string): string[] {
  const own = `seqrelid = ${quoteLiteral(sequence)}::regclass`;
  return [
    `IF EXISTS (SELECT FROM pg_sequence WHERE ${own} AND (seqincrement <> 1 OR seqmin <> 1 OR seqstart <> 1 OR seqcache <> 1 OR seqcycle)) THEN`,
    `  RAISE EXCEPTION '% has options of its own: START, INCREMENT, MINVALUE, CACHE or CYCLE', ${quoteLiteral(sequence)};`,
    'END IF;',
  ];
}

/** Phases of the same kind as one, statement by statement. */
function merged(phases: readonly Phase[], words: Pick<Phase, 'slug' | 'title' | 'why'>): Phase {
  const queries = phases.flatMap(({ verify }) => verify?.split(/;? -- /, 1) ?? []);
  const answers = phases.map(({ verify }) => verify?.split(/;? -- /)[1]);
  const counts = answers.every((answer) => answer === '0');
  const verify = counts
    ? `SELECT ${queries.map((query) => `(${query})`).join(' + ')}; -- 0`
    : `SELECT ${queries.map((query) => `(${query})`).join(' AND ')}; -- true`;
  return {
    ...words,
    notes: [...new Set(phases.flatMap(({ notes }) => notes ?? []))],
    statements: phases.flatMap(({ statements }) => statements),
    transactional: false,
    verify,
    back: phases.flatMap(({ back }) => back),
    backTransactional: false,
  };
}

function fill(all: readonly WidenedTable[], state: SchemaState): Phase | Refusal {
  const filled: Phase[] = [];
  for (const { table, columns } of all) {
    if (columns.length === 0) continue;
    const pairs = columns.map(({ column, next }) => ({ from: quoteIdentifier(column.name), next }));
    const phase = backfillPhase(
      state,
      table,
      pairs.map(({ from, next }) => ({ column: next, expression: from })),
      pairs.map(({ from, next }) => `(${quoteIdentifier(next)} IS NULL AND ${from} IS NOT NULL)`).join(' OR '),
      '',
      '',
    );
    if (isRefused(phase)) return phase;
    filled.push(phase);
  }
  return merged(filled, {
    slug: slugOf('backfill', main(all), 'bigint_columns'),
    title: `Fill the bigint columns of ${columnsOf(all).join(', ')}`,
    why: 'Every batch is a transaction of its own, so that no row stays locked for longer than its batch.',
  });
}

function notNull(all: readonly WidenedTable[], state: SchemaState): Phase {
  const phases = all.flatMap(({ table, columns }) =>
    columns
      .filter(({ column }) => column.notNull === true)
      .map(({ next }) => notNullPhase(state, table, next, 'the trigger fills it in every write')),
  );
  return merged(phases, {
    slug: slugOf('set', main(all), 'bigint_columns', 'not_null'),
    title: `Set the bigint columns NOT NULL where the old ones are`,
    why: 'SET NOT NULL alone scans the table while nobody can read it. A CHECK that is proven first saves the scan.',
  });
}

function indexes(all: readonly WidenedTable[]): Phase {
  const each = all.flatMap((at) => at.indexes.map((one) => ({ at, one })));
  const valid = each.map(({ at, one }) => `${quoteLiteral(indexSqlName(at, one.build))}::regclass`);
  return {
    slug: slugOf('index', main(all), 'bigint_columns'),
    title: `Build the indexes of the bigint columns: ${each.map(({ one }) => one.index.name).join(', ')}`,
    why: 'CONCURRENTLY builds them beside reads and writes.',
    notes: [
      'Of the primary key and each UNIQUE constraint a second index of the old columns is built, so that the swap can be taken back in an instant.',
    ],
    statements: each.flatMap(({ at, one }) => [
      harmless(refuseSettings(indexSqlName(at, one.index.name))),
      ...builds(at, one),
    ]),
    transactional: false,
    verify: `SELECT bool_and(indisvalid) FROM pg_index WHERE indexrelid IN (${valid.join(', ')}); -- true`,
    back: each.flatMap(({ at, one: { build, aside, constraint } }) => [
      unbounded(`DROP INDEX CONCURRENTLY IF EXISTS ${indexSqlName(at, build)}`),
      ...(constraint ? [unbounded(`DROP INDEX CONCURRENTLY IF EXISTS ${indexSqlName(at, aside)}`)] : []),
    ]),
    backTransactional: false,
  };
}

function foreignKeys(all: readonly WidenedTable[]): Phase {
  const keys = all.flatMap((at) => at.keys.map((key) => ({ at, key })));
  return {
    slug: slugOf('reference', main(all), 'bigint_columns'),
    title: `Add and prove the foreign keys of the bigint columns: ${keys.map(({ key }) => key.name).join(', ')}`,
    why: 'NOT VALID checks new rows only, and VALIDATE reads the old ones while reads and writes go on. The old keys go on checking.',
    statements: newKeys(all),
    transactional: false,
    back: keys.map(({ at, key }) =>
      short(alterTable(at.table, `DROP CONSTRAINT IF EXISTS ${quoteIdentifier(key.next)}`)),
    ),
    backTransactional: false,
  };
}
