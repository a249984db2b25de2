import { foreignKeysTo } from '../../server/src/schema/dependents/of-column.js';
import { writeOf } from '../../server/src/schema/fired-triggers.js';
import type { Table } from '../../server/src/schema/model.js';
import { dependentsOf } from '../../server/src/schema/note-dependents.js';
import type { SchemaState } from '../../server/src/schema/state.js';
import type { Action, ObjectName } from '../../server/src/sql/action.js';
import { isKeyword, nameOf, withoutComments } from '../../server/src/sql/lexer.js';
import type { ParsedStatement } from '../../server/src/sql/statement.js';
import type { RuleContext } from '../engine/define-rule.js';
import { isSame } from './in-file.js';

/** A write of this transaction whose checks wait for its end, so that its table is in use (error 55006). */
export interface PendingWrite {
  /** "ALTER TABLE", as PostgreSQL's answer says it. */
  readonly what: string;
  readonly table: Table;
  /** The constraint or the constraint trigger that waits. */
  readonly waiting: string;
  readonly verb: string;
  /** False where the write may have found no row. */
  readonly certain: boolean;
}

/** A check that may be put off to the end of the transaction. */
interface Check {
  readonly name: string;
  readonly deferred: 'may' | 'yes';
  /** Whether a write of the table makes it wait. */
  waitsFor(action: Action): boolean;
}

/**
 * What makes PostgreSQL refuse the statement with "pending trigger events". Measured on 15: ALTER TABLE but for its
 * renames and DETACH, CREATE INDEX, TRUNCATE, DROP TABLE and CLUSTER ask for them.
 */
export function pendingWrite(context: RuleContext): PendingWrite | undefined {
  const { transaction, statement, before } = context;
  if (!transaction.open) return undefined;
  for (const action of statement.actions) {
    const asked = askedBy(action);
    const table = asked && before.table(asked.table);
    const checks = table ? checksOf(table, before) : [];
    const found = table && checks.length > 0 ? waiting(table, checks, context) : undefined;
    if (asked && table && found) return { ...found, what: asked.what, table };
  }
  return undefined;
}

function askedBy(action: Action): { what: string; table: ObjectName } | undefined {
  switch (action.kind) {
    case 'createIndex':
      return { what: 'CREATE INDEX', table: action.table };
    case 'truncate':
      return { what: 'TRUNCATE', table: action.table };
    case 'dropTable':
      return { what: 'DROP TABLE', table: action.table };
    case 'cluster':
      return action.table && { what: 'CLUSTER', table: action.table };
    case 'addColumn':
    case 'dropColumn':
    case 'alterColumnType':
    case 'setDefault':
    case 'dropDefault':
    case 'setNotNull':
    case 'dropNotNull':
    case 'addConstraint':
    case 'validateConstraint':
    case 'dropConstraint':
      return { what: 'ALTER TABLE', table: action.table };
    case 'alterTableOther':
      return action.objectKind === 'table' ? { what: 'ALTER TABLE', table: action.table } : undefined;
    default:
      return undefined;
  }
}

/** `NOT DEFERRABLE` is none. */
function deferral(definition: string): Check['deferred'] | undefined {
  if (/\binitially\s+deferred\b/i.test(definition)) return 'yes';
  return /(?<!\bnot\s+)\bdeferrable\b/i.test(definition) ? 'may' : undefined;
}

function checksOf(table: Table, before: SchemaState): Check[] {
  const found: Check[] = [];
  for (const { name, kind, columns, definition, enforced } of table.constraints.values()) {
    const deferred = kind === 'foreignKey' && enforced ? deferral(definition) : undefined;
    // A row that is changed is only looked up where its key has changed.
    if (deferred)
      found.push({
        name,
        deferred,
        waitsFor: (action) => {
          const write = writeOf(action);
          if (!write) return false;
          return write.events.includes('INSERT') || columns.some((column) => write.assigns?.includes(column) === true);
        },
      });
  }
  // Only NO ACTION waits; what an action changes, it changes at once.
  for (const { child, name } of table.referencedBy.size > 0 ? foreignKeysTo(table, before) : []) {
    const key = child.constraints.get(name);
    const deferred = key?.references?.onDelete === 'no action' && key.enforced ? deferral(key.definition) : undefined;
    if (deferred) found.push({ name, deferred, waitsFor: (action) => action.kind === 'delete' });
  }
  for (const trigger of table.dependents.size > 0 ? dependentsOf(before, table) : []) {
    const { kind, deferred, name, events, enabled, hasWhen } = trigger;
    if (kind !== 'trigger' || deferred === 'no' || !enabled || hasWhen || trigger.on !== table.key) continue;
    found.push({
      name,
      deferred,
      waitsFor: (action) => writeOf(action)?.events.some((event) => events.includes(event)) === true,
    });
  }
  return found;
}

/** Goes through the transaction: writes, SET CONSTRAINTS, and what undoes either. */
function waiting(
  table: Table,
  checks: readonly Check[],
  context: RuleContext,
): Pick<PendingWrite, 'waiting' | 'verb' | 'certain'> | undefined {
  const put = new Map(checks.map((check) => [check, check.deferred === 'yes']));
  let found: { check: Check; verb: string; certain: boolean } | undefined;
  for (const statement of context.earlierInTransaction.statements(concerns)) {
    const setting = setConstraints(statement);
    if (setting) {
      for (const check of checks)
        if (setting.names.length === 0 || setting.names.includes(check.name)) {
          put.set(check, setting.deferred);
          if (!setting.deferred && found?.check === check) found = undefined;
        }
      continue;
    }
    const actions = [...statement.actions, ...statement.embedded.flatMap(({ parsed }) => parsed.actions)];
    for (const action of actions) {
      if (undoes(action, table)) found = undefined;
      const write = writeOf(action);
      if (!write || !isSame(write.table, table)) continue;
      const check = checks.find((each) => put.get(each) && each.waitsFor(action));
      const certain = action.kind === 'insert' && action.width !== undefined && !action.onConflict;
      const isTop = statement.embedded.length === 0;
      if (check && !found?.certain) found = { check, verb: action.kind.toUpperCase(), certain: certain && isTop };
    }
  }
  return found && { waiting: found.check.name, verb: found.verb, certain: found.certain };
}

/** Back to a savepoint; a key that is only made behind the write. */
function undoes(action: Action, table: Table): boolean {
  if (action.kind === 'transaction') return action.operation !== 'savepoint' && action.operation !== 'release';
  return action.kind === 'addConstraint' && isSame(action.table, table);
}

function concerns({ actions, embedded }: ParsedStatement): boolean {
  return (
    actions.some((action) => {
      if (action.kind === 'transaction' || action.kind === 'addConstraint') return true;
      if (action.kind === 'other') return action.statement === 'set constraints';
      return writeOf(action) !== undefined;
    }) || embedded.some(({ parsed, origin }) => origin === 'do' && concerns(parsed))
  );
}

function setConstraints(statement: ParsedStatement): { names: readonly string[]; deferred: boolean } | undefined {
  if (!statement.actions.some((action) => action.kind === 'other' && action.statement === 'set constraints'))
    return undefined;
  const tokens = withoutComments(statement.tokens()).slice(2);
  const names = tokens.slice(0, -1).flatMap((token, at) => (tokens[at + 1]?.kind === 'dot' ? [] : nameOf(token)));
  return { names: isKeyword(tokens[0], 'ALL') ? [] : names, deferred: isKeyword(tokens.at(-1), 'DEFERRED') };
}
