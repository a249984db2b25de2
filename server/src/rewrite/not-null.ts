import type { ObjectName } from '../sql/action.js';
import { chooseName, objectSql, quoteIdentifier } from '../sql/quote.js';
import { alterTable, lockTimeout, type Phase, slugOf } from './plan.js';

/** The last PostgreSQL without NOT NULL … NOT VALID as a constraint of its own. */
const lastWithoutNotNullConstraint = 17;

/** True when PostgreSQL has NOT NULL constraints that can be NOT VALID. */
export function hasNotNullConstraints(postgres: number): boolean {
  return postgres > lastWithoutNotNullConstraint;
}

/** The CHECK that stands in for NOT NULL until it is set; dropped again in the same phase. */
function checkName(table: ObjectName, column: string): string {
  return quoteIdentifier(chooseName([table.name, column], 'not_null_check'));
}

/** The statements that make PostgreSQL refuse new NULLs without looking at old rows. */
export function addNotNullUnproven(table: ObjectName, column: string, postgres: number): string {
  if (hasNotNullConstraints(postgres)) {
    const name = quoteIdentifier(chooseName([table.name, column], 'not_null'));
    return alterTable(table, `ADD CONSTRAINT ${name} NOT NULL ${quoteIdentifier(column)} NOT VALID`);
  }
  const check = `CHECK (${quoteIdentifier(column)} IS NOT NULL) NOT VALID`;
  return alterTable(table, `ADD CONSTRAINT ${checkName(table, column)} ${check}`);
}

/** The statement that takes back `addNotNullUnproven`. */
export function dropNotNullUnproven(table: ObjectName, column: string, postgres: number, ifExists: boolean): string {
  const name = hasNotNullConstraints(postgres)
    ? quoteIdentifier(chooseName([table.name, column], 'not_null'))
    : checkName(table, column);
  return alterTable(table, `DROP CONSTRAINT ${ifExists ? 'IF EXISTS ' : ''}${name}`);
}

/**
 * The statements that prove it for the old rows and leave nothing but NOT NULL behind.
 * VALIDATE scans under ShareUpdateExclusive, beside reads and writes. SET NOT NULL then finds the proof and does not
 * scan; in one ALTER TABLE with DROP CONSTRAINT it would (measured: set-notnull-with-valid-check and
 * set-notnull-with-check-drop-check-same-cmd, PostgreSQL 14 to 18).
 */
export function proveNotNull(table: ObjectName, column: string, postgres: number): string {
  if (hasNotNullConstraints(postgres)) {
    return alterTable(table, `VALIDATE CONSTRAINT ${quoteIdentifier(chooseName([table.name, column], 'not_null'))}`);
  }
  return [
    '-- Scans while reads and writes go on.\n',
    alterTable(table, `VALIDATE CONSTRAINT ${checkName(table, column)}`),
    '-- The valid CHECK is the proof, so this does not scan.\n',
    alterTable(table, `ALTER COLUMN ${quoteIdentifier(column)} SET NOT NULL`),
    alterTable(table, `DROP CONSTRAINT ${checkName(table, column)}`),
  ].join('');
}

/** The phase that turns a filled column NOT NULL. Not in one transaction: VALIDATE would scan under the lock of ADD. */
export function notNullPhase(table: ObjectName, column: string, postgres: number): Phase {
  const label = `${table.name}.${column}`;
  return {
    slug: slugOf('set', table.name, column, 'not_null'),
    title: `Set ${label} NOT NULL`,
    why: hasNotNullConstraints(postgres)
      ? 'NOT VALID takes a lock for a moment only; VALIDATE proves the old rows while reads and writes go on.'
      : 'SET NOT NULL alone scans the table while nobody can read it. A CHECK that is proven first saves the scan.',
    sql: [
      lockTimeout,
      '-- In case an earlier attempt stopped half way.\n',
      dropNotNullUnproven(table, column, postgres, true),
      addNotNullUnproven(table, column, postgres),
      proveNotNull(table, column, postgres),
    ].join(''),
    transactional: false,
    verify: `SELECT attnotnull FROM pg_attribute WHERE attrelid = '${objectSql(table).replaceAll("'", "''")}'::regclass AND attname = '${column.replaceAll("'", "''")}'; -- true`,
    back: lockTimeout + alterTable(table, `ALTER COLUMN ${quoteIdentifier(column)} DROP NOT NULL`),
  };
}
