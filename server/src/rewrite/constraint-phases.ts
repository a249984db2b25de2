import { constraintName } from '../schema/names.js';
import { buildName } from '../schema/own-names.js';
import { rowsInTheWay } from '../schema/rows-in-the-way.js';
import { onceBuilt, refuseRows, unlessUnproven } from '../schema/safe-statements.js';
import type { SchemaState } from '../schema/state.js';
import type { ConstraintDefinition, ObjectName } from '../sql/action.js';
import { indexOfKey } from '../sql/key-form.js';
import { objectSql, qualify, quoteIdentifier, quoteLiteral } from '../sql/quote.js';
import { notNullPhase } from './not-null.js';
import { partitionedKeyPhases } from './partitioned-key.js';
import {
  alterTable,
  harmless,
  type Phase,
  type PhaseStatement,
  type Refusal,
  short,
  slugOf,
  unbounded,
} from './plan.js';

/** The rule whose finding each kind of constraint has. */
export const ruleOf: Readonly<Partial<Record<ConstraintDefinition['kind'], string>>> = {
  check: 'require-check-not-valid',
  foreignKey: 'require-foreign-key-not-valid',
  unique: 'require-unique-using-index',
  primaryKey: 'require-primary-key-using-index',
};

/**
 * The phases of a constraint on a table that holds rows: NOT VALID and VALIDATE for a foreign key and a CHECK, an
 * index built beside the writers for UNIQUE and PRIMARY KEY. `column` is where it was written, for one inside a column.
 * `beside`: the other sub-commands of its ALTER TABLE, which run together with the last step of a key. `postgres`: the
 * version, by which a partitioned table takes NOT VALID or not.
 */
export function constraintPhases(
  table: ObjectName,
  definition: ConstraintDefinition,
  state: SchemaState,
  column?: string,
  beside: readonly string[] = [],
  postgres = 14,
): readonly Phase[] | Refusal | undefined {
  const known = state.table(table);
  if (definition.notValid || definition.notEnforced || definition.usingIndex !== undefined) return undefined;
  const name = constraintName(state, state.named(table), definition);
  const isKey = definition.kind === 'unique' || definition.kind === 'primaryKey';
  if (known?.partitionBy && isKey)
    return { refused: `${table.name} is partitioned: add the constraint to each partition first.` };
  // Of a new column nobody knows which code will write it.
  if (isKey && definition.deferrable && column === undefined)
    return {
      refused: `${name} is DEFERRABLE, and its index would check each row at once until the constraint is there: code that swaps values within a transaction would fail.`,
    };
  // A CHECK is NOT VALID in all partitions at once, in every version; a foreign key from 18 on.
  if (known?.partitionBy && definition.kind === 'foreignKey' && postgres < 18)
    return partitionedKeyPhases(table, known, name, tableForm(definition, column), state);
  switch (definition.kind) {
    case 'check':
    case 'foreignKey':
      return proveLater(table, name, definition, state, column);
    case 'unique':
    case 'primaryKey':
      return indexFirst(table, name, definition, state, beside);
    default:
      return undefined;
  }
}

/** The definition as a table constraint, from its kind's first word on. */
function tableForm(definition: ConstraintDefinition, column: string | undefined): string {
  const text = definition.text.replace(/^constraint\s+("(?:[^"]|"")*"|\S+)\s+/i, '');
  return definition.kind === 'foreignKey' && column !== undefined
    ? `FOREIGN KEY (${quoteIdentifier(column)}) ${text}`
    : text;
}

function proveLater(
  table: ObjectName,
  name: string,
  definition: ConstraintDefinition,
  state: SchemaState,
  column?: string,
): Phase[] {
  const isForeignKey = definition.kind === 'foreignKey';
  const parent = definition.references ? objectSql(definition.references.table) : '';
  const [relation, quoted] = [objectSql(table), quoteIdentifier(name)];
  const add = alterTable(table, `ADD CONSTRAINT ${quoted} ${tableForm(definition, column)} NOT VALID`);
  const guarded: PhaseStatement = short(unlessUnproven(relation, name, add));
  const meant = column === undefined ? definition : { ...definition, columns: [column] };
  const rows = rowsInTheWay(relation, name, meant, state, (words) => words);
  const drop = short(alterTable(table, `DROP CONSTRAINT IF EXISTS ${quoted}`));
  return [
    {
      slug: slugOf('add', name),
      title: `Add ${name}, not yet proven`,
      why: isForeignKey
        ? `NOT VALID checks new rows only. Writes to ${table.name} and ${parent} wait for a moment, not for a scan.`
        : 'NOT VALID checks new and changed rows only, so the lock lasts a moment.',
      statements: rows
        ? [
            {
              ...harmless(refuseRows(relation, rows)),
              note: 'While rows break it nothing changes: what is not proven refuses writes already.',
            },
            guarded,
          ]
        : [guarded],
      transactional: true,
      back: [drop],
      backTransactional: true,
    },
    {
      slug: slugOf('validate', name),
      title: `Prove ${name} for the old rows`,
      why: 'In a transaction of its own: VALIDATE scans while reads and writes go on. If a row breaks it, mend the row and run this again.',
      statements: [unbounded(alterTable(table, `VALIDATE CONSTRAINT ${quoted}`))],
      transactional: true,
      verify: `SELECT convalidated FROM pg_constraint WHERE conrelid = ${quoteLiteral(relation)}::regclass AND conname = ${quoteLiteral(name)}; -- true`,
      // It can as well stay proven: new rows are checked as before, and the phase before takes it away.
      back: [],
      backTransactional: true,
    },
  ];
}

function indexFirst(
  table: ObjectName,
  name: string,
  definition: ConstraintDefinition,
  state: SchemaState,
  beside: readonly string[],
): Phase[] | undefined {
  const form = indexOfKey(definition);
  if (form === undefined) return undefined;
  const built = buildName(state, state.named(table).schema, name);
  const index = qualify(table.schema, built);
  const isPrimary = definition.kind === 'primaryKey';
  const nullable = definition.columns.filter((each) => state.table(table)?.columns.get(each)?.notNull !== true);
  const kind = isPrimary ? 'PRIMARY KEY' : 'UNIQUE';
  const quoted = quoteIdentifier(name);
  const build = unbounded(`CREATE UNIQUE INDEX CONCURRENTLY ${quoteIdentifier(built)} ON ${objectSql(table)} ${form}`);
  const dropBuilt = unbounded(`DROP INDEX CONCURRENTLY IF EXISTS ${index}`);
  return [
    {
      slug: slugOf('index', name),
      title: `Build the unique index for ${name}`,
      why: `ADD ${kind} builds its index while nobody can read the table. CONCURRENTLY builds it beside reads and writes.`,
      statements: [
        { ...dropBuilt, note: 'An attempt that failed leaves an INVALID index behind: this removes it.' },
        build,
      ],
      transactional: false,
      verify: `SELECT indisvalid FROM pg_index WHERE indexrelid = ${quoteLiteral(index)}::regclass; -- true`,
      back: [dropBuilt],
      backTransactional: false,
    },
    ...(isPrimary ? nullable.map((each) => notNullPhase(state, table, each)) : []),
    {
      slug: slugOf('add', name),
      title: `Make the index the constraint ${name}`,
      why: 'The index is there already, so the lock lasts a moment. It takes the name of the constraint.',
      statements: [
        short(
          beside.length > 0
            ? alterTable(
                table,
                [...beside, `ADD CONSTRAINT ${quoted} ${kind} USING INDEX ${quoteIdentifier(built)}`].join(', '),
              )
            : onceBuilt(
                index,
                objectSql(table),
                name,
                alterTable(table, `ADD CONSTRAINT ${quoted} ${kind} USING INDEX ${quoteIdentifier(built)}`),
              ),
        ),
      ],
      transactional: true,
      // The index goes with the constraint, and is built again for the phase before.
      back:
        beside.length > 0 ? [] : [short(alterTable(table, `DROP CONSTRAINT IF EXISTS ${quoted}`)), dropBuilt, build],
      backTransactional: beside.length > 0,
      ...(beside.length > 0 ? { noWayBack: `it also did ${beside.join(', ')}.` } : {}),
    },
  ];
}
