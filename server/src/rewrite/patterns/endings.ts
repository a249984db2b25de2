import { indexesOfTable } from '../../schema/partition-indexes.js';
import type { Constraint, Table } from '../../schema/model.js';
import { indexNameOf } from '../../schema/names.js';
import type { OpenEnd } from '../../schema/open-ends.js';
import type { SchemaState } from '../../schema/state.js';
import { objectSql, qualify, quoteIdentifier, quoteLiteral } from '../../sql/quote.js';
import { type Phase, type Plan, type Refusal, short, slugOf, unbounded } from '../plan.js';
import { createIndexSql } from './index-sql.js';
import { buildStatements } from './indexes.js';

/** The migration that ends what earlier ones have begun, in phases. In: the schema behind all migrations. */
export function endingPlan(end: OpenEnd, state: SchemaState): Plan | Refusal {
  const known = state.tableByKey(end.key);
  if (!known) return { refused: `${end.table} is not there any more.` };
  if (end.kind === 'sync trigger' && asidesOf(known).length === 0)
    return {
      refused: `${end.name} of ${end.table} keeps columns equal while a change is under way, and no step says which: go on with that change by hand.`,
    };
  const phases = phasesOf(end, known, state);
  return { title: phases[0]?.title ?? '', phases, mends: [] };
}

function phasesOf(end: OpenEnd, known: Table, state: SchemaState): Phase[] {
  const relation = sqlName(known, state);
  switch (end.kind) {
    case 'not valid': {
      const constraint = known.constraints.get(end.name);
      const column = constraint && provesNotNull(constraint, known);
      return [column === undefined ? validated(end, relation) : madeNotNull(end, relation, column)];
    }
    case 'index':
      return builtPartitions(end, known, state);
    case 'sync trigger':
      return [withoutTrigger(end, relation, known)];
    case 'column aside':
    case 'table aside':
    case 'progress table':
      return [dropped(end, known)];
  }
}

function sqlName({ schema, name }: Table, state: SchemaState): string {
  return qualify(state.searchPath.includes(schema) ? undefined : schema, name);
}

/** The column of a CHECK that says no more than that it is not NULL, while the column itself does not. */
function provesNotNull({ kind, expression }: Constraint, { columns }: Table): string | undefined {
  const says = /^[\s(]*(?:"((?:[^"]|"")+)"|([\w$]+))\s+is\s+not\s+null[\s)]*$/i.exec(expression ?? '');
  if (kind !== 'check' || !says) return undefined;
  const column = says[1]?.replaceAll('""', '"') ?? says[2]?.toLowerCase() ?? '';
  return columns.get(column)?.notNull === false ? column : undefined;
}

function validated({ name, detail, table }: OpenEnd, relation: string): Phase {
  return {
    slug: slugOf('validate', name),
    title: `Prove ${name} of ${table} for the old rows`,
    why: `The ${detail} checks new rows only until now. VALIDATE reads the old ones while reads and writes go on; if a row breaks it, mend the row and run this again.`,
    statements: [unbounded(`ALTER TABLE ${relation} VALIDATE CONSTRAINT ${quoteIdentifier(name)}`)],
    transactional: true,
    verify: `SELECT convalidated FROM pg_constraint WHERE conrelid = ${quoteLiteral(relation)}::regclass AND conname = ${quoteLiteral(name)}; -- true`,
    back: [],
    backTransactional: true,
  };
}

function madeNotNull({ name, table }: OpenEnd, relation: string, column: string): Phase {
  const [check, quoted] = [quoteIdentifier(name), quoteIdentifier(column)];
  return {
    slug: slugOf('set', table, column, 'not_null'),
    title: `Prove ${name}, and make ${table}.${column} NOT NULL`,
    why: 'The proven CHECK saves the scan of SET NOT NULL, and is not needed behind it.',
    statements: [
      unbounded(`ALTER TABLE ${relation} VALIDATE CONSTRAINT ${check}`, 'Scans while reads and writes go on.'),
      short(`ALTER TABLE ${relation} ALTER COLUMN ${quoted} SET NOT NULL`),
      short(
        `ALTER TABLE ${relation} DROP CONSTRAINT ${check}`,
        'airlock-ignore no-drop-constraint: NOT NULL says the same',
      ),
    ],
    transactional: false,
    verify: `SELECT attnotnull FROM pg_attribute WHERE attrelid = ${quoteLiteral(relation)}::regclass AND attname = ${quoteLiteral(column)}; -- true`,
    back: [
      short(`ALTER TABLE ${relation} ALTER COLUMN ${quoted} DROP NOT NULL`),
      short(`ALTER TABLE ${relation} ADD CONSTRAINT ${check} CHECK (${quoted} IS NOT NULL) NOT VALID`),
    ],
    backTransactional: true,
  };
}

/** Each partition that lacks its part of the index gets it. */
function builtPartitions({ name }: OpenEnd, known: Table, state: SchemaState): Phase[] {
  const index = indexesOfTable(state, known).find((each) => each.name === name);
  if (!index) return [];
  const parent = qualify(state.searchPath.includes(known.schema) ? undefined : known.schema, name);
  const parts = [...known.children].flatMap((key) => {
    const part = state.tableByKey(key);
    const has = part && indexesOfTable(state, part).some(({ partOf }) => partOf === index.key);
    return part?.kind === 'table' && !part.partitionBy && !has ? [part] : [];
  });
  return parts.map((part): Phase => {
    const own = indexNameOf(state, part, index.columns, index.expressions, index.include);
    const relation = qualify(state.searchPath.includes(part.schema) ? undefined : part.schema, own);
    return {
      slug: slugOf('index', part.name, name),
      title: `Build and attach the part of ${name} for ${part.name}`,
      why: `${name} is INVALID, and of no use, until every partition has attached its own.`,
      statements: [
        ...buildStatements(relation, createIndexSql(index, own, sqlName(part, state))),
        short(`ALTER INDEX ${parent} ATTACH PARTITION ${relation}`, 'Again on one that is attached, it does nothing.'),
      ],
      transactional: false,
      back: [],
      backTransactional: true,
      backNote: `It goes with ${name}.`,
    };
  });
}

/** Columns that others have taken the names of: status_old beside status. */
function asidesOf({ columns }: Table): string[] {
  return [...columns.keys()].filter((column) => {
    const kept = /^(.+)_old\d*$/.exec(column)?.[1];
    return kept !== undefined && columns.has(kept);
  });
}

/** The trigger that kept columns equal goes, and with it the column that it wrote. */
function withoutTrigger({ name, table }: OpenEnd, relation: string, known: Table): Phase {
  const asides = asidesOf(known);
  const gone = asides.length > 0 ? `, and drop ${asides.join(', ')}` : '';
  return {
    slug: slugOf('drop', table, 'sync'),
    title: `Drop the trigger ${name} of ${table}${gone}`,
    why: 'The change is over: nothing needs both forms of the value any more.',
    gate: `no code that is running needs the trigger ${name}${asides.length > 0 ? ` or uses ${asides.join(', ')}` : ''} of ${table}.`,
    statements: [
      short(`DROP TRIGGER IF EXISTS ${quoteIdentifier(name)} ON ${relation}`),
      short(
        `DROP FUNCTION IF EXISTS ${objectSql({ schema: relation.includes('.') ? known.schema : undefined, name: name.replace(/^~+/, '') })}()`,
      ),
      ...asides.map((column) =>
        short(
          `ALTER TABLE ${relation} DROP COLUMN IF EXISTS ${quoteIdentifier(column)}`,
          'airlock-ignore no-drop-column: its values live on in the column that took its name',
        ),
      ),
    ],
    transactional: true,
    back: [],
    backTransactional: true,
    noWayBack: 'what kept the columns equal is gone; go back by a change in the other direction.',
  };
}

function dropped({ kind, name, table, detail, ending }: OpenEnd, known: Table): Phase {
  const what = kind === 'column aside' ? `${table}.${name}` : table;
  const rule = kind === 'column aside' ? 'no-drop-column' : 'no-drop-table';
  const keys =
    kind === 'column aside' ? [] : [...known.constraints.values()].filter((each) => each.kind === 'foreignKey');
  const relation = /^DROP TABLE (.*);$/.exec(ending)?.[1] ?? '';
  return {
    slug: slugOf('drop', ...(kind === 'column aside' ? [table, name] : [table])),
    title: `Drop ${what}`,
    why:
      kind === 'progress table'
        ? 'The change whose progress it kept is over.'
        : `It was renamed aside, from ${detail}. What it holds is gone from here on.`,
    gate:
      kind === 'progress table'
        ? 'no backfill is running any more.'
        : `nobody has missed ${detail}: your slowest job, such as that of a month or a quarter, has run without it.`,
    statements: [
      // One by one, so that no two other tables are locked at once.
      ...keys.map((key) => short(`ALTER TABLE ${relation} DROP CONSTRAINT IF EXISTS ${quoteIdentifier(key.name)}`)),
      short(
        ending
          .replace(/;$/, '')
          .replace(/^DROP TABLE /, 'DROP TABLE IF EXISTS ')
          .replace(' DROP COLUMN ', ' DROP COLUMN IF EXISTS '),
        `airlock-ignore ${rule}: ${kind === 'progress table' ? 'it kept the progress of a change that is over' : 'nobody has missed it since it was renamed aside'}`,
      ),
    ],
    transactional: keys.length === 0,
    back: [],
    backTransactional: true,
    noWayBack: `what ${what} held is gone; keep a dump of it if it may be needed.`,
  };
}
