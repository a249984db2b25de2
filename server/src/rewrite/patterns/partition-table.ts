import { dependentsOn } from '../../schema/dependents/along.js';
import type { Constraint, Index, Table } from '../../schema/model.js';
import { freeConstraintName, freeRelationName } from '../../schema/names.js';
import { buildName } from '../../schema/own-names.js';
import { doBlock } from '../../schema/safe-statements.js';
import type { SchemaState } from '../../schema/state.js';
import type { ObjectName } from '../../sql/action.js';
import { objectSql, qualify, quoteIdentifier, quoteLiteral } from '../../sql/quote.js';
import { notNullPhase } from '../not-null.js';
import {
  alterTable,
  type Phase,
  type PhaseStatement,
  type Plan,
  type Refusal,
  short,
  slugOf,
  titleOf,
  unbounded,
} from '../plan.js';
import { buildStatements } from './indexes.js';
import { createIndexSql } from './index-sql.js';
import { copiedRights } from './rename-table.js';
import { columnField, expressionIn, nameIn, type Pattern, planForColumn, tableField, tableNameOf } from './pattern.js';

/** What is needed of a table that becomes the first partition. */
interface Partitioned {
  readonly table: ObjectName;
  readonly known: Table;
  readonly column: string;
  /** Where the table ends and the first new partition begins, and where that ends; as SQL text. */
  readonly from: string;
  readonly to: string;
  readonly partition: string;
  /** The table once it is a partition. */
  readonly before: string;
  readonly check: string;
  /** The primary key, and how it gets the column where it lacks it. */
  readonly primary: { readonly index: Index; readonly name: string; readonly columns: readonly string[] } | undefined;
  readonly lacks: boolean;
  readonly build: string;
  readonly spare: string;
  /** Indexes of no constraint, and the names they have once they belong to the partition. */
  readonly indexes: readonly { readonly index: Index; readonly aside: string }[];
  readonly constraints: readonly Constraint[];
  /** UNIQUE constraints, and their names in the partition. */
  readonly uniques: readonly { readonly constraint: Constraint; readonly aside: string }[];
  readonly sequences: readonly { readonly column: string; readonly name: string }[];
}

/** A table becomes the first partition of a partitioned table of its name. */
export const partitionTable: Pattern = {
  id: 'partition-table',
  title: 'Partition a table that has rows',
  summary: 'Copying the rows into a partitioned table takes hours, in which every write is lost or waits.',
  fields: [
    tableField,
    { ...columnField, title: 'The column by whose ranges it is partitioned' },
    { name: 'from', kind: 'expression', title: "Where new partitions begin, behind all rows of today: '2027-01-01'" },
    { name: 'to', kind: 'expression', title: "Where the first new partition ends: '2027-02-01'" },
    { name: 'partition', kind: 'new name', title: 'The name of the first new partition' },
  ],
  usual(values) {
    const table = tableNameOf(values);
    const [relation, before] = [objectSql(table), qualify(table.schema, `${table.name}_before`)];
    const column = quoteIdentifier(nameIn(values, 'column'));
    const [from, to] = [expressionIn(values, 'from'), expressionIn(values, 'to')];
    const first = qualify(table.schema, nameIn(values, 'partition'));
    return `ALTER TABLE ${relation} RENAME TO ${quoteIdentifier(`${table.name}_before`)};
CREATE TABLE ${relation} (LIKE ${before} INCLUDING DEFAULTS) PARTITION BY RANGE (${column});
CREATE TABLE ${qualify(table.schema, `${table.name}_until_now`)} PARTITION OF ${relation} FOR VALUES FROM (MINVALUE) TO (${from});
CREATE TABLE ${first} PARTITION OF ${relation} FOR VALUES FROM (${from}) TO (${to});
INSERT INTO ${relation} SELECT * FROM ${before};
DROP TABLE ${before} CASCADE;`;
  },
  plan: (values, context) =>
    planForColumn(values, context, ({ table, known, column }) => {
      const { state } = context;
      const refused = whatHangs(known, state, column.name);
      if (refused) return refused;
      const primaryKey = [...known.constraints.values()].find(({ kind }) => kind === 'primaryKey');
      const index = [...known.indexes]
        .map((key) => state.relationByKey(key))
        .find((each): each is Index => each?.kind === 'index' && each.constraint === primaryKey?.name);
      const primary = primaryKey && index ? { index, name: primaryKey.name, columns: primaryKey.columns } : undefined;
      const change: Partitioned = {
        table,
        known,
        column: column.name,
        from: expressionIn(values, 'from'),
        to: expressionIn(values, 'to'),
        partition: nameIn(values, 'partition'),
        before: freeRelationName(state, known.schema, [known.name], 'before'),
        check: freeConstraintName(state, known.schema, [known.name], 'airlock_bound'),
        primary,
        lacks: primary !== undefined && !primary.columns.includes(column.name),
        build: buildName(state, known.schema, primary?.name ?? known.name),
        spare: freeRelationName(state, known.schema, [primary?.name ?? known.name], 'airlock_old'),
        indexes: [...known.indexes].flatMap((key) => {
          const each = state.relationByKey(key);
          return each?.kind === 'index' && each.constraint === undefined
            ? [{ index: each, aside: freeRelationName(state, known.schema, [each.name], 'before') }]
            : [];
        }),
        constraints: [...known.constraints.values()].filter(({ kind }) => kind === 'check' || kind === 'foreignKey'),
        uniques: [...known.constraints.values()].flatMap((constraint) =>
          constraint.kind === 'unique'
            ? [{ constraint, aside: freeRelationName(state, known.schema, [constraint.name], 'before') }]
            : [],
        ),
        sequences: [...known.columns.values()].flatMap(({ name, sequence }) => {
          const owned = sequence === undefined ? undefined : state.relationByKey(sequence);
          return owned ? [{ column: name, name: owned.name }] : [];
        }),
      };
      const phases = [
        prove(change),
        ...(column.notNull === true ? [] : [notNullPhase(state, table, column.name)]),
        ...(change.lacks ? [indexes(change)] : []),
        swap(change),
        ...(change.lacks ? [dropSpare(change)] : []),
      ];
      return planOf(phases, change);
    }),
  example: {
    schema: `CREATE TABLE kinds (id int PRIMARY KEY);
CREATE TABLE events (id bigserial PRIMARY KEY, at date NOT NULL, kind int CONSTRAINT events_kind_fk REFERENCES kinds, body text CHECK (body <> ''));
CREATE INDEX events_body_idx ON events (body);`,
    values: { table: 'events', column: 'at', from: "'2030-01-01'", to: "'2031-01-01'", partition: 'events_2030' },
  },
};

function planOf(phases: readonly Phase[], { table, column, from }: Partitioned): Plan {
  return {
    title: titleOf(phases, 'prove the bound → index → swap'),
    before: `no row of ${table.name} has a ${column} at or behind ${from}, and none is written with one until the swap has run: choose a bound that lies far enough ahead.`,
    phases,
    mends: [],
  };
}

/** Why the table cannot become a partition as it is; undefined where it can. */
function whatHangs(known: Table, state: SchemaState, column: string): Refusal | undefined {
  const hanging: string[] = [];
  for (const key of known.referencedBy) hanging.push(`foreign keys of ${state.tableByKey(key)?.name ?? key}`);
  for (const each of dependentsOn({ kind: 'relation', relation: known }, state))
    if (['view', 'materialized view', 'policy', 'rule', 'trigger', 'table of publication'].includes(each.kind))
      hanging.push(`the ${each.kind.replace('table of ', '')} ${each.name}`);
  for (const { name, identity } of known.columns.values()) if (identity) hanging.push(`the identity of ${name}`);
  for (const { name, kind, columns, definition } of known.constraints.values()) {
    if (kind === 'exclusion') hanging.push(`the exclusion constraint ${name}`);
    if (kind === 'unique' && !columns.includes(column)) hanging.push(`${name}, which has no ${column}`);
    else if (kind === 'unique' && !/^unique\s*\([^()]*\)$/i.test(definition.trim())) hanging.push(name);
  }
  for (const key of known.indexes) {
    const index = state.relationByKey(key);
    if (index?.kind === 'index' && index.constraint === undefined && index.unique && !index.columns.includes(column))
      hanging.push(`the unique index ${index.name}, which has no ${column}`);
  }
  if (known.partitionBy || known.partitionOf !== undefined || known.children.size > 0 || known.inherits.length > 0)
    hanging.push('its partitions or inheriting tables');
  if (known.rowSecurity) hanging.push('row level security');
  if (hanging.length === 0) return undefined;
  return {
    refused: `${known.name} cannot become a partition as it is: ${[...new Set(hanging)].join(', ')} would not go over to the new table.`,
  };
}

const limits = ({ column, from }: Pick<Partitioned, 'column' | 'from'>): string =>
  `${quoteIdentifier(column)} < ${from}`;

function addCheck({ table, check, ...rest }: Partitioned): string {
  return alterTable(table, `ADD CONSTRAINT ${quoteIdentifier(check)} CHECK (${limits(rest)}) NOT VALID`);
}

function prove(change: Partitioned): Phase {
  const { table, check, column, from } = change;
  const [relation, quoted] = [objectSql(table), quoteIdentifier(check)];
  const oid = `${quoteLiteral(relation)}::regclass`;
  return {
    slug: slugOf('prove', table.name, 'bound'),
    title: `Prove that every row of ${table.name} has a ${column} before ${from}`,
    why: 'With a valid CHECK, the table becomes a partition without a scan. It is validated beside reads and writes.',
    notes: [`From here on a row at or behind ${from} is refused, until the swap has run.`],
    statements: [
      {
        sql: doBlock([
          'IF EXISTS (',
          `  SELECT FROM pg_depend AS d JOIN pg_rewrite AS r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid WHERE d.refobjid = ${oid} AND r.ev_class <> ${oid}`,
          `) OR EXISTS (SELECT FROM pg_trigger WHERE tgrelid = ${oid} AND NOT tgisinternal)`,
          `  OR EXISTS (SELECT FROM pg_constraint WHERE confrelid = ${oid})`,
          `  OR EXISTS (SELECT FROM pg_publication_rel WHERE prrelid = ${oid})`,
          `  OR EXISTS (SELECT FROM pg_policy WHERE polrelid = ${oid}) THEN`,
          `  RAISE EXCEPTION 'more hangs on % than the migrations say: a view, a trigger, a policy, a publication or a foreign key', ${quoteLiteral(table.name)};`,
          'END IF;',
        ]),
        wait: 'none',
      },
      short(`ALTER TABLE ${relation} DROP CONSTRAINT IF EXISTS ${quoted}`),
      short(addCheck(change), 'airlock-ignore no-check-before-code: the bound lies ahead of what is written'),
      unbounded(alterTable(table, `VALIDATE CONSTRAINT ${quoted}`)),
    ],
    transactional: false,
    back: [short(`ALTER TABLE ${relation} DROP CONSTRAINT IF EXISTS ${quoted}`)],
    backTransactional: true,
  };
}

/** The index of the new primary key, and one that brings the old key back in an instant. */
function builds({ table, build, spare, primary, column }: Partitioned): PhaseStatement[] {
  const list = (columns: readonly string[]): string => columns.map(quoteIdentifier).join(', ');
  const make = (name: string, columns: readonly string[], note?: string): PhaseStatement[] =>
    buildStatements(
      qualify(table.schema, name),
      `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS ${quoteIdentifier(name)} ON ${objectSql(table)} (${list(columns)})`,
      note,
    );
  const own = primary?.columns ?? [];
  return [
    ...make(build, [...own, column]),
    ...make(
      spare,
      own,
      'airlock-ignore no-redundant-index no-if-not-exists-concurrent-index: it waits for the way back, and goes with the last step',
    ),
  ];
}

function indexes(change: Partitioned): Phase {
  const { table, build, spare, column, primary } = change;
  const drop = (name: string): PhaseStatement =>
    unbounded(`DROP INDEX CONCURRENTLY IF EXISTS ${qualify(table.schema, name)}`);
  return {
    slug: slugOf('index', table.name, 'partition_key'),
    title: `Build the index of a primary key that has ${column}`,
    why: `The primary key of a partitioned table holds the column by which it is partitioned: ${[...(primary?.columns ?? []), column].join(', ')}.`,
    notes: [
      `From the swap on PostgreSQL does not check by itself that ${(primary?.columns ?? []).join(', ')} alone is unique, and ON CONFLICT (${(primary?.columns ?? []).join(', ')}) is refused.`,
    ],
    statements: builds(change),
    transactional: false,
    verify: `SELECT bool_and(indisvalid) FROM pg_index WHERE indexrelid IN (${[build, spare].map((name) => `${quoteLiteral(qualify(table.schema, name))}::regclass`).join(', ')}); -- true`,
    back: [drop(build), drop(spare)],
    backTransactional: false,
  };
}

/** A definition as that of a table constraint. */
function tableForm({ kind, columns, definition }: Constraint): string {
  return kind === 'foreignKey' && /^references\b/i.test(definition)
    ? `FOREIGN KEY (${columns.map(quoteIdentifier).join(', ')}) ${definition}`
    : definition;
}

const swapWhile = (change: Partitioned, kind: 'r' | 'p', lines: readonly string[]): string => {
  const relation = quoteLiteral(objectSql(change.table));
  return `DO $swap$\nBEGIN\n  IF (SELECT relkind FROM pg_class WHERE oid = to_regclass(${relation})) = '${kind}' THEN\n${lines.map((line) => `    ${line}\n`).join('')}  END IF;\nEND $swap$`;
};

function swap(change: Partitioned): Phase {
  const { table, before, partition, column, from, to, primary, lacks, build, spare, indexes: own } = change;
  const { constraints, uniques, sequences, check } = change;
  const written = [...change.known.columns.values()].flatMap(({ name, generated }) =>
    generated ? [] : [quoteIdentifier(name)],
  );
  const at = (name: string): string => qualify(table.schema, name);
  const [relation, old, first] = [objectSql(table), at(before), at(partition)];
  const [quotedCheck, quotedKey] = [quoteIdentifier(check), quoteIdentifier(primary?.name ?? '')];
  const key = [...(primary?.columns ?? []), ...(lacks ? [column] : [])].map(quoteIdentifier).join(', ');
  const aside = quoteIdentifier(`${before}_pkey`);
  const forward = [
    `ALTER TABLE ${relation} RENAME TO ${quoteIdentifier(before)};`,
    ...own.map(({ index, aside: name }) => `ALTER INDEX ${at(index.name)} RENAME TO ${quoteIdentifier(name)};`),
    ...uniques.map(
      ({ constraint, aside: name }) =>
        `ALTER TABLE ${old} RENAME CONSTRAINT ${quoteIdentifier(constraint.name)} TO ${quoteIdentifier(name)};`,
    ),
    ...(primary === undefined
      ? []
      : lacks
        ? [
            `ALTER TABLE ${old} DROP CONSTRAINT ${quotedKey};`,
            `ALTER TABLE ${old} ADD CONSTRAINT ${aside} PRIMARY KEY USING INDEX ${quoteIdentifier(build)};`,
          ]
        : [`ALTER TABLE ${old} RENAME CONSTRAINT ${quotedKey} TO ${aside};`]),
    `CREATE TABLE ${relation} (LIKE ${old} INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING STORAGE INCLUDING COMPRESSION INCLUDING COMMENTS) PARTITION BY RANGE (${quoteIdentifier(column)});`,
    ...(primary ? [`ALTER TABLE ${relation} ADD CONSTRAINT ${quotedKey} PRIMARY KEY (${key});`] : []),
    ...own.map(
      ({ index }) => `${createIndexSql(index, index.name, relation).replace(' CONCURRENTLY IF NOT EXISTS', '')};`,
    ),
    ...[...uniques.map(({ constraint }) => constraint), ...constraints].map(
      (each) => `ALTER TABLE ${relation} ADD CONSTRAINT ${quoteIdentifier(each.name)} ${tableForm(each)};`,
    ),
    `ALTER TABLE ${relation} ATTACH PARTITION ${old} FOR VALUES FROM (MINVALUE) TO (${from});`,
    `ALTER TABLE ${old} DROP CONSTRAINT ${quotedCheck};`,
    `CREATE TABLE ${first} PARTITION OF ${relation} FOR VALUES FROM (${from}) TO (${to});`,
    ...sequences.map((each) => `ALTER SEQUENCE ${at(each.name)} OWNED BY ${relation}.${quoteIdentifier(each.column)};`),
    ...copiedRights(old, relation),
  ];
  const backward = [
    `ALTER TABLE ${relation} DETACH PARTITION ${old};`,
    `INSERT INTO ${old} (${written.join(', ')}) SELECT ${written.join(', ')} FROM ${relation};`,
    ...sequences.map((each) => `ALTER SEQUENCE ${at(each.name)} OWNED BY ${old}.${quoteIdentifier(each.column)};`),
    `DROP TABLE ${relation};`,
    ...(primary === undefined
      ? []
      : lacks
        ? [
            `ALTER TABLE ${old} DROP CONSTRAINT ${aside};`,
            `ALTER TABLE ${old} ADD CONSTRAINT ${quotedKey} PRIMARY KEY USING INDEX ${quoteIdentifier(spare)};`,
          ]
        : [`ALTER TABLE ${old} RENAME CONSTRAINT ${aside} TO ${quotedKey};`]),
    ...own.map(({ index, aside: name }) => `ALTER INDEX ${at(name)} RENAME TO ${quoteIdentifier(index.name)};`),
    ...uniques.map(
      ({ constraint, aside: name }) =>
        `ALTER TABLE ${old} RENAME CONSTRAINT ${quoteIdentifier(name)} TO ${quoteIdentifier(constraint.name)};`,
    ),
    `ALTER TABLE ${old} RENAME TO ${quoteIdentifier(table.name)};`,
  ];
  const there = `EXISTS (SELECT FROM pg_constraint WHERE conrelid = ${quoteLiteral(relation)}::regclass AND conname = ${quoteLiteral(check)})`;
  return {
    slug: slugOf('partition', table.name),
    title: `Make ${table.name} partitioned, with the rows of today as its first partition ${before}`,
    why: 'In one transaction, so that no query finds the table missing. It only changes the catalog: bound, keys and foreign keys are proven.',
    notes: [
      'Rights are taken along. COMMENT, statistics and storage parameters of the table itself are those of the partition.',
      `Make the partitions behind ${partition} in time: a row that fits none is refused.`,
      `Its way back moves the rows of new partitions into the table while it is locked.`,
    ],
    statements: [
      short(
        swapWhile(change, 'r', forward),
        'airlock-ignore no-rename-table no-drop-constraint no-dynamic-sql require-foreign-key-not-valid require-attach-check: a table of the same name takes its place at once, and its partition has proven the bound and the keys',
      ),
    ],
    transactional: true,
    back: [
      short(swapWhile(change, 'p', backward)),
      ...(lacks ? builds(change) : []),
      short(
        doBlock([
          `IF NOT ${there} AND NOT EXISTS (SELECT FROM ${relation} WHERE NOT (${limits(change)})) THEN`,
          `  ${addCheck(change)};`,
          'END IF;',
        ]),
        'Where rows behind the bound have been written, another bound has to be chosen for the next try.',
      ),
      unbounded(
        doBlock([`IF ${there} THEN`, `  ${alterTable(table, `VALIDATE CONSTRAINT ${quotedCheck}`)};`, 'END IF;']),
      ),
    ],
    backTransactional: false,
  };
}

function dropSpare({ table, spare, primary, before, lacks }: Partitioned): Phase {
  const at = qualify(table.schema, spare);
  const list = (primary?.columns ?? []).map(quoteIdentifier).join(', ');
  return {
    slug: slugOf('drop', spare),
    title: `Drop the index that the way back has waited for`,
    why: `${lacks ? 'The new primary key' : 'The primary key'} serves the same queries.`,
    gate: `the partitions of ${table.name} have proven themselves.`,
    statements: [
      unbounded(
        `DROP INDEX CONCURRENTLY IF EXISTS ${at}`,
        'airlock-ignore no-drop-constraint: the other partitions do not have it either',
      ),
    ],
    transactional: false,
    back: [
      ...buildStatements(
        at,
        `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS ${quoteIdentifier(spare)} ON ${qualify(table.schema, before)} (${list})`,
      ),
    ],
    backTransactional: false,
  };
}
