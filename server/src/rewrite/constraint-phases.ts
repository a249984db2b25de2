import { constraintName } from '../schema/names.js';
import type { ConstraintDefinition, ObjectName } from '../sql/action.js';
import { objectSql, quoteIdentifier, quoteLiteral } from '../sql/quote.js';
import { notNullPhase } from './not-null.js';
import { alterTable, lockTimeout, type Phase, type RewriteContext, slugOf } from './plan.js';

/**
 * The phases of a constraint on a table that holds rows: NOT VALID and VALIDATE for a foreign key and a CHECK, an
 * index built beside the writers for UNIQUE and PRIMARY KEY. `column` is where it was written, for one inside a column.
 * Undefined when this form cannot be split: on a partitioned table, EXCLUDE, attributes that are not understood.
 */
export function constraintPhases(
  table: ObjectName,
  definition: ConstraintDefinition,
  context: RewriteContext,
  column?: string,
): Phase[] | undefined {
  const known = context.before.table(table);
  if (definition.notValid || definition.notEnforced || definition.usingIndex !== undefined || known?.partitionBy) {
    return undefined;
  }
  const name = constraintName(context.before, context.before.named(table), definition);
  switch (definition.kind) {
    case 'check':
    case 'foreignKey':
      return proveLater(table, name, definition, column);
    case 'unique':
    case 'primaryKey':
      return indexFirst(table, name, definition, context);
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

function proveLater(table: ObjectName, name: string, definition: ConstraintDefinition, column?: string): Phase[] {
  const isForeignKey = definition.kind === 'foreignKey';
  const parent = definition.references ? objectSql(definition.references.table) : '';
  return [
    {
      slug: slugOf('add', name),
      title: `Add ${name}, not yet proven`,
      why: isForeignKey
        ? `NOT VALID checks new rows only. Writes to ${table.name} and ${parent} wait for a moment, not for a scan.`
        : 'NOT VALID checks new and changed rows only, so the lock lasts a moment.',
      sql:
        lockTimeout +
        alterTable(table, `ADD CONSTRAINT ${quoteIdentifier(name)} ${tableForm(definition, column)} NOT VALID`),
      transactional: true,
      back: lockTimeout + alterTable(table, `DROP CONSTRAINT ${quoteIdentifier(name)}`),
    },
    {
      slug: slugOf('validate', name),
      title: `Prove ${name} for the old rows`,
      why: 'In a transaction of its own: VALIDATE scans while reads and writes go on.',
      sql: lockTimeout + alterTable(table, `VALIDATE CONSTRAINT ${quoteIdentifier(name)}`),
      transactional: true,
      verify: `SELECT convalidated FROM pg_constraint WHERE conname = ${quoteLiteral(name)}; -- true`,
    },
  ];
}

function indexFirst(
  table: ObjectName,
  name: string,
  definition: ConstraintDefinition,
  { before, target }: RewriteContext,
): Phase[] | undefined {
  const simple = /^(unique|primary\s+key)\s*(nulls\s+(not\s+)?distinct)?\s*(\([^()]*\))?$/i.exec(
    tableForm(definition, undefined),
  );
  if (!simple || definition.deferrable) {
    return undefined;
  }
  const columns = definition.columns.map(quoteIdentifier).join(', ');
  const distinct = simple[2] === undefined ? '' : ` ${simple[2].toUpperCase().replace(/\s+/g, ' ')}`;
  const index = objectSql({ schema: table.schema, name });
  const build = `CREATE UNIQUE INDEX CONCURRENTLY ${quoteIdentifier(name)} ON ${objectSql(table)} (${columns})${distinct};\n`;
  const isPrimary = definition.kind === 'primaryKey';
  const nullable = definition.columns.filter((each) => before.table(table)?.columns.get(each)?.notNull !== true);
  const kind = isPrimary ? 'PRIMARY KEY' : 'UNIQUE';
  return [
    {
      slug: slugOf('index', name),
      title: `Build the unique index ${name}`,
      why: `ADD ${kind} builds its index while nobody can read the table. CONCURRENTLY builds it beside reads and writes.`,
      // What a failed attempt has left is INVALID and would stand in the way.
      sql: [
        '-- An attempt that failed leaves an INVALID index behind: this removes it.\n',
        `DROP INDEX CONCURRENTLY IF EXISTS ${index};\n`,
        build,
      ].join(''),
      transactional: false,
      verify: `SELECT indisvalid FROM pg_index WHERE indexrelid = ${quoteLiteral(index)}::regclass; -- true`,
      back: `DROP INDEX CONCURRENTLY IF EXISTS ${index};\n`,
    },
    ...(isPrimary ? nullable.map((each) => notNullPhase(table, each, target.postgres)) : []),
    {
      slug: slugOf('add', name),
      title: `Make the index the constraint ${name}`,
      why: 'The index is there already, so the lock lasts a moment.',
      sql:
        lockTimeout +
        alterTable(table, `ADD CONSTRAINT ${quoteIdentifier(name)} ${kind} USING INDEX ${quoteIdentifier(name)}`),
      transactional: true,
      // The index goes with the constraint.
      back: lockTimeout + alterTable(table, `DROP CONSTRAINT ${quoteIdentifier(name)}`) + build,
    },
  ];
}
