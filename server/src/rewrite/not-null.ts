import { notNullProofName } from '../schema/own-names.js';
import { proveNotNull } from '../schema/safe-statements.js';
import type { SchemaState } from '../schema/state.js';
import type { ObjectName } from '../sql/action.js';
import { objectSql, quoteIdentifier, quoteLiteral } from '../sql/quote.js';
import { alterTable, type Phase, short, slugOf } from './plan.js';

/**
 * The phase that turns a filled column NOT NULL. Not in one transaction: VALIDATE would scan under the lock of ADD.
 * Rows that are still NULL make it fail before anything refuses a write. In: the state in which the
 * column is there; what fills it in every write where the application does not.
 */
export function notNullPhase(state: SchemaState, table: ObjectName, column: string, filledBy?: string): Phase {
  const [name, relation] = [quoteIdentifier(column), objectSql(table)];
  const check = quoteIdentifier(notNullProofName(state, table, column));
  const [dropOld, refuse, add, validate, set, drop] = proveNotNull(`ALTER TABLE ${relation}`, relation, name, check);
  const statements = [
    dropOld && { ...dropOld, note: 'Left by an attempt that stopped half way, if there was one.' },
    refuse && { ...refuse, note: 'While rows are NULL nothing changes: run the backfill again, then this file.' },
    add && filledBy !== undefined ? { ...add, note: `airlock-ignore no-check-before-code: ${filledBy}` } : add,
    validate && { ...validate, note: 'Scans while reads and writes go on.' },
    set && { ...set, note: 'The valid CHECK is the proof, so this does not scan.' },
    drop,
  ].filter((each) => each !== undefined);
  return {
    slug: slugOf('set', table.name, column, 'not_null'),
    title: `Set ${table.name}.${column} NOT NULL`,
    why: 'SET NOT NULL alone scans the table while nobody can read it. A CHECK that is proven first saves the scan.',
    statements,
    transactional: false,
    verify: `SELECT attnotnull FROM pg_attribute WHERE attrelid = ${quoteLiteral(relation)}::regclass AND attname = ${quoteLiteral(column)}; -- true`,
    back: [
      short(`ALTER TABLE ${relation} DROP CONSTRAINT IF EXISTS ${check}`),
      short(alterTable(table, `ALTER COLUMN ${name} DROP NOT NULL`)),
    ],
    backTransactional: true,
  };
}
