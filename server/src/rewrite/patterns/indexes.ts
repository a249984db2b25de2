import { indexName } from '../../schema/names.js';
import { buildName } from '../../schema/own-names.js';
import { descendantsOf } from '../../schema/descendants.js';
import { doBlock } from '../../schema/safe-statements.js';
import { chooseName, objectSql, qualify, quoteIdentifier, quoteLiteral } from '../../sql/quote.js';
import {
  harmless,
  isRefused,
  type Phase,
  type Plan,
  type PhaseStatement,
  type Refusal,
  short,
  slugOf,
  titleOf,
  unbounded,
} from '../plan.js';
import { createIndexSql, refuseSettings } from './index-sql.js';
import {
  knownTable,
  nameIn,
  onlyStatement,
  type Pattern,
  type PatternContext,
  PatternError,
  type PatternValues,
  fieldValue,
  tableNameOf,
  tableField,
} from './pattern.js';

const on = {
  name: 'on',
  kind: 'columns',
  title: 'Columns or expressions, as they stand in the brackets of CREATE INDEX',
} as const;
const method = {
  name: 'using',
  kind: 'choice',
  title: 'The method',
  choices: ['btree', 'gin', 'gist', 'brin', 'hash'],
  optional: true,
} as const;
const where = { name: 'where', kind: 'expression', title: 'Only rows for which this is true', optional: true } as const;

/** An index by its name, which may have its schema. */
export function indexIn(values: PatternValues, field = 'index') {
  const text = fieldValue(values, field);
  const [action, ...others] = onlyStatement(`DROP INDEX ${text}`).actions;
  if (action?.kind !== 'dropIndex' || others.length > 0)
    throw new PatternError(`"${field}" is no name of an index: ${text}`);
  return action.index;
}

/** USING, columns and WHERE, as they stand behind the table. PostgreSQL has read them as one index. */
function tail(values: PatternValues): string {
  return indexRead(values).text;
}

function indexRead(values: PatternValues) {
  const using = values.using === undefined ? '' : `USING ${values.using} `;
  const condition = (values.where ?? '').trim() === '' ? '' : ` WHERE ${fieldValue(values, 'where')}`;
  const text = `${using}(${fieldValue(values, 'on')})${condition}`;
  const { actions, problem } = onlyStatement(`CREATE INDEX ON ${objectSql(tableNameOf(values))} ${text}`);
  const [action] = actions;
  if (action?.kind !== 'createIndex')
    throw new PatternError(`PostgreSQL does not read this index: ${problem?.message ?? text}`);
  return { text, action };
}

/** The name that PostgreSQL would choose for an index. */
function chosenName(values: PatternValues, { state }: PatternContext): string {
  if ((values.name ?? '').trim() !== '') return nameIn(values, 'name');
  return indexName(state, state.named(tableNameOf(values)).schema, indexRead(values).action);
}

const nameField = {
  name: 'name',
  kind: 'new name',
  title: 'Its name; as PostgreSQL would choose it if nothing is said',
  optional: true,
} as const;

/** Statements that take away an index of this name that is INVALID, and no other. In: its name as SQL text. */
export function withoutInvalid(relation: string): PhaseStatement[] {
  return [
    {
      ...unbounded(invalidOnly(relation)),
      wait: 'none',
      note: 'An attempt that failed leaves an INVALID index behind: it is renamed, and dropped below.',
    },
    unbounded(`DROP INDEX CONCURRENTLY IF EXISTS ${leftover(relation)}`),
  ];
}

/** Statements of a build with IF NOT EXISTS that can be run again: an INVALID index is renamed and dropped before. */
export function buildStatements(
  relation: string,
  sql: string,
  note = 'airlock-ignore no-if-not-exists-concurrent-index: an INVALID one is gone by now',
): PhaseStatement[] {
  return [...withoutInvalid(relation), { ...unbounded(sql), note }];
}

/** A build beside reads and writes that can be run again. */
function buildPhase(name: string, relation: string, sql: string, slug: string): Phase {
  const drop = unbounded(`DROP INDEX CONCURRENTLY IF EXISTS ${relation}`);
  return {
    slug,
    title: `Build ${name} beside reads and writes`,
    why: 'CONCURRENTLY waits for transactions that are open, and blocks nobody.',
    notes: [
      'It reads the table twice, and may not run inside a transaction. A unique one fails on the first duplicate.',
    ],
    statements: buildStatements(relation, sql),
    transactional: false,
    verify: `SELECT indisvalid FROM pg_index WHERE indexrelid = ${quoteLiteral(relation)}::regclass; -- true`,
    back: [drop],
    backTransactional: false,
  };
}

/** The name that an INVALID index gets, cut as PostgreSQL cuts names: never that of the index. */
function leftover(relation: string): string {
  const [, schema = '', written = ''] = /^((?:"(?:[^"]|"")*"|[^".]+)\.)?(.*)$/.exec(relation) ?? [];
  const name = written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written;
  return `${schema}${quoteIdentifier(chooseName([name], 'airlock_invalid'))}`;
}

/** Renames an INVALID index, so that IF NOT EXISTS does not take it for a good one. */
function invalidOnly(relation: string): string {
  const renamed = leftover(relation).replace(/^.*\.(?=[^.]*$)/, '');
  return doBlock([
    `IF EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass(${quoteLiteral(relation)}) AND NOT indisvalid) THEN`,
    `  ALTER INDEX ${relation} RENAME TO ${renamed};`,
    'END IF;',
  ]);
}

/** A new index. */
export const addIndex: Pattern = {
  id: 'add-index',
  title: 'Add an index',
  summary: 'CREATE INDEX lets nobody write into the table until it is built.',
  fields: [tableField, on, method, where, nameField],
  usual: (values) => `CREATE INDEX ON ${objectSql(tableNameOf(values))} ${tail(values)};`,
  plan(values, context) {
    const name = tableNameOf(values);
    const known = context.state.table(name);
    if (!known) return { refused: `No migration makes ${name.name}: is it the right name?` };
    if (known.partitionBy) return partitionedPlan(values, context);
    const index = chosenName(values, context);
    const relation = qualify(name.schema, index);
    const sql = `CREATE INDEX CONCURRENTLY IF NOT EXISTS ${quoteIdentifier(index)} ON ${objectSql(name)} ${tail(values)}`;
    const phase = buildPhase(index, relation, sql, slugOf('index', index));
    return { title: 'Build the index with CONCURRENTLY', phases: [phase], mends: [] };
  },
  example: {
    schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note text);',
    values: { table: 'orders', on: 'customer_id' },
  },
};

/** An index of a partitioned table, partition by partition. */
function partitionedPlan(values: PatternValues, context: PatternContext): Plan | Refusal {
  const name = tableNameOf(values);
  const known = knownTable(context, name);
  if (isRefused(known)) return known;
  const { state } = context;
  const parts = descendantsOf(known, (key) => state.tableByKey(key)).filter(
    ({ partitionOf }) => partitionOf !== undefined,
  );
  if (parts.some(({ partitionBy }) => partitionBy))
    return { refused: `${name.name} has partitions that are partitioned themselves: begin with the indexes of those.` };
  if (parts.length === 0) return { refused: `No migration makes a partition of ${name.name}.` };
  const index = chosenName(values, context);
  const parent = qualify(name.schema, index);
  const phases: Phase[] = [
    {
      slug: slugOf('index', index, 'parent'),
      title: `Make ${index} of ${name.name}, not yet built`,
      why: 'ON ONLY builds nothing: the index is INVALID until every partition has attached its own. New partitions get theirs by themselves.',
      statements: [
        short(`CREATE INDEX IF NOT EXISTS ${quoteIdentifier(index)} ON ONLY ${objectSql(name)} ${tail(values)}`),
      ],
      transactional: true,
      back: [short(`DROP INDEX IF EXISTS ${parent}`)],
      backTransactional: true,
    },
    ...parts.map(({ schema, name: part }): Phase => {
      const where_ = state.searchPath.includes(schema) ? undefined : schema;
      const own = buildName(state, schema, `${part}_${index}`);
      const relation = qualify(where_, own);
      const sql = `CREATE INDEX CONCURRENTLY IF NOT EXISTS ${quoteIdentifier(own)} ON ${qualify(where_, part)} ${tail(values)}`;
      const phase = buildPhase(own, relation, sql, slugOf('index', part, index));
      const attach: PhaseStatement = short(
        `ALTER INDEX ${parent} ATTACH PARTITION ${relation}`,
        'Again on one that is attached, it does nothing.',
      );
      return {
        ...phase,
        title: `Build and attach the index of ${part}`,
        statements: [...phase.statements, attach],
        back: [],
        backTransactional: true,
        backNote: `It goes with ${index}, which the first of these files takes back.`,
      };
    }),
  ];
  return { title: titleOf(phases, 'parent → each partition'), phases, mends: [] };
}

/** An index of a partitioned table as a pattern of its own. */
export const addPartitionedIndex: Pattern = {
  ...addIndex,
  id: 'add-index-to-partitioned-table',
  title: 'Add an index to a partitioned table',
  summary: 'CREATE INDEX cannot be CONCURRENTLY there, and lets nobody write into any partition until all are built.',
  example: {
    schema: `CREATE TABLE events (id bigint, kind text, at date) PARTITION BY RANGE (at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');`,
    values: { table: 'events', on: 'kind' },
  },
};

/** An index that goes. */
export const dropIndex: Pattern = {
  id: 'drop-index',
  title: 'Drop an index',
  summary: 'DROP INDEX waits for every running query of the table, and every new one waits behind it.',
  fields: [{ name: 'index', kind: 'index', title: 'The index' }],
  usual: (values) => `DROP INDEX ${objectSql(indexIn(values))};`,
  plan(values, { state }) {
    const name = indexIn(values);
    const index = state.index(name);
    if (!index) return { refused: `No migration makes an index ${name.name}: is it the right name?` };
    if (index.constraint !== undefined)
      return { refused: `${index.name} belongs to the constraint ${index.constraint}: drop that.` };
    if (state.tableByKey(index.table)?.partitionBy)
      return { refused: `${index.name} is of a partitioned table, where CONCURRENTLY is not possible.` };
    const relation = objectSql(name);
    const owner = state.tableByKey(index.table);
    if (!owner) return { refused: `The table of ${index.name} is not known from the migrations.` };
    const owned = qualify(state.searchPath.includes(owner.schema) ? undefined : owner.schema, owner.name);
    const phase: Phase = {
      slug: slugOf('drop', index.name),
      title: `Drop ${index.name} beside reads and writes`,
      why: 'CONCURRENTLY waits for transactions that are open, and blocks nobody.',
      notes: [
        `See first that nothing uses it, on the primary and on every replica: SELECT idx_scan, last_idx_scan FROM pg_stat_user_indexes WHERE indexrelid = ${quoteLiteral(relation)}::regclass (last_idx_scan from PostgreSQL 16 on)`,
        ...(index.unique ? ['It is unique: nothing refuses duplicates any more.'] : []),
      ],
      statements: [
        { ...harmless(refuseSettings(relation)), note: 'So that the way back makes the same index.' },
        unbounded(`DROP INDEX CONCURRENTLY IF EXISTS ${relation}`),
      ],
      transactional: false,
      back: [unbounded(createIndexSql(index, index.name, owned))],
      backTransactional: false,
    };
    return { title: 'Drop the index with CONCURRENTLY', phases: [phase], mends: [] };
  },
  example: {
    schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);\nCREATE INDEX orders_note_idx ON orders (note);',
    values: { index: 'orders_note_idx' },
  },
};

/** An index that another takes the place of. */
export const replaceIndex: Pattern = {
  id: 'replace-index',
  title: 'Replace an index',
  summary: 'Dropped first, every query that needs it reads the whole table until the new one is built.',
  fields: [
    tableField,
    { name: 'index', kind: 'index', title: 'The index' },
    { ...on, title: 'What the new one is on' },
    method,
    where,
  ],
  usual(values) {
    const { name } = indexIn(values);
    return `DROP INDEX ${objectSql(indexIn(values))};\nCREATE INDEX ${quoteIdentifier(name)} ON ${objectSql(tableNameOf(values))} ${tail(values)};`;
  },
  plan(values, context) {
    const { state } = context;
    const name = indexIn(values);
    const index = state.index(name);
    if (!index) return { refused: `No migration makes an index ${name.name}: is it the right name?` };
    const owner = state.tableByKey(index.table);
    if (index.constraint !== undefined || !owner || owner.partitionBy)
      return { refused: `${index.name} belongs to a constraint or to a partitioned table.` };
    const build = buildName(state, index.schema, index.name);
    const [relation, old] = [qualify(name.schema, build), objectSql(name)];
    if (state.table(tableNameOf(values))?.key !== owner.key)
      return { refused: `${index.name} is an index of ${owner.name}.` };
    const owned = objectSql(tableNameOf(values));
    const unique = index.unique ? 'UNIQUE ' : '';
    const sql = `CREATE ${unique}INDEX CONCURRENTLY IF NOT EXISTS ${quoteIdentifier(build)} ON ${owned} ${tail(values)}`;
    const isNew = `to_regclass(${quoteLiteral(relation)}) IS NOT NULL`;
    const phases: Phase[] = [
      buildPhase(`the new ${index.name}`, relation, sql, slugOf('index', build)),
      {
        slug: slugOf('swap', index.name),
        title: `Let the new index take the name ${index.name}`,
        why: 'The old one goes when the new one serves its queries. Renaming an index blocks nobody.',
        notes: [
          `The comment of ${index.name} and CLUSTER ON go with the old one.`,
          ...(index.unique
            ? [
                `What was unique in the old ${index.name} is so no more: the new one keeps ${fieldValue(values, 'on')} unique.`,
              ]
            : []),
        ],
        statements: [
          {
            ...unbounded(
              doBlock([
                `IF ${isNew} THEN`,
                `  IF EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass(${quoteLiteral(old)}) AND indisreplident) THEN`,
                `    RAISE EXCEPTION '% is the replica identity of %: give that another one first', ${quoteLiteral(index.name)}, ${quoteLiteral(owner.name)};`,
                '  END IF;',
                `  ALTER INDEX IF EXISTS ${old} RENAME TO ${quoteIdentifier(`${index.name}_old`)};`,
                `  ALTER INDEX ${relation} RENAME TO ${quoteIdentifier(index.name)};`,
                'END IF;',
              ]),
            ),
            wait: 'short',
          },
          unbounded(`DROP INDEX CONCURRENTLY IF EXISTS ${qualify(name.schema, `${index.name}_old`)}`),
        ],
        transactional: false,
        back: [],
        backTransactional: true,
        noWayBack: `the old ${index.name} is gone; replace it once more to go back.`,
      },
    ];
    return { title: titleOf(phases, 'build → swap'), phases, mends: [] };
  },
  example: {
    schema:
      'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, at date);\nCREATE INDEX orders_customer_idx ON orders (customer_id);',
    values: { table: 'orders', index: 'orders_customer_idx', on: 'customer_id, at' },
  },
};
