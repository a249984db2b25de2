import { constraintName } from '../schema/names.js';
import type { Constraint } from '../schema/model.js';
import type { AddConstraint, DropConstraint, ObjectName, ValidateConstraint } from '../sql/action.js';
import { quoteIdentifier } from '../sql/quote.js';
import { alterTable, impossible, lossless, lossy, sqlName, type Undo, type UndoContext } from './undo.js';

export function undoAddConstraint({ table, constraint }: AddConstraint, context: UndoContext): Undo {
  const known = context.before.table(table);
  const name = constraintName(context.before, context.before.named(table), constraint);
  const parts = [alterTable(table, `DROP CONSTRAINT ${quoteIdentifier(name)}`)];
  if (constraint.kind === 'primaryKey') {
    // PRIMARY KEY makes its columns NOT NULL, and they stay so when it goes.
    const columns = constraint.columns.filter((column) => known?.columns.get(column)?.notNull === false);
    parts.push(...columns.map((column) => alterTable(table, `ALTER COLUMN ${quoteIdentifier(column)} DROP NOT NULL`)));
  }
  const index = constraint.usingIndex;
  const own = index !== undefined && isOfThisRelease(index, context);
  if (index !== undefined && !own) {
    return impossible(
      `Dropping ${name} drops the index ${index} too, which was there before. Drop the constraint and build the index again by hand.`,
    );
  }
  const parent = constraint.references ? ` It locks ${constraint.references.table.name} for a moment, too.` : '';
  return lossless(parts.join(''), `No row changes.${parent}`);
}

/** The index was built by the same migration, whose rollback drops it anyway. */
function isOfThisRelease(index: string, { before, history }: UndoContext): boolean {
  const known = before.index({ schema: undefined, name: index, span: undefined });
  return (
    known?.release === before.release && history.last('createIndex', (action) => action.index === index) !== undefined
  );
}

export function undoDropConstraint(action: DropConstraint, context: UndoContext): Undo | undefined {
  const { table, constraint: name } = action;
  const known = context.before.table(table);
  const was = known?.constraints.get(name);
  if (!was) {
    return action.ifConstraintExists && known?.complete
      ? undefined
      : impossible(
          `The history does not tell what ${name} on ${table.name} says. Find it in a backup or on another server.`,
        );
  }
  const found = addConstraintSql(table, was, context);
  if (!found) {
    return impossible(`The definition of ${name} on ${table.name} is not in the history.`);
  }
  if (action.cascade) {
    return lossy(
      found.sql,
      `CASCADE can have dropped foreign keys of other tables, which this does not bring back.`,
      found.transactional,
    );
  }
  return lossless(
    found.sql,
    'It fails, and changes nothing, when a row that breaks it was written since.',
    found.transactional,
  );
}

/** In one statement, so that there is no moment without the constraint. */
export function undoValidateConstraint(
  { table, constraint: name }: ValidateConstraint,
  { before, own }: UndoContext,
): Undo | undefined {
  const was = before.table(table)?.constraints.get(name);
  if (was?.validated || own.last('addConstraint', ({ constraint }) => constraint.name === name)) {
    return undefined;
  }
  if (!was) {
    return impossible(
      `The history does not tell what ${name} on ${table.name} says. It can stay proven: new rows are checked as before.`,
    );
  }
  const quoted = quoteIdentifier(name);
  return lossless(
    alterTable(table, `DROP CONSTRAINT ${quoted}, ADD CONSTRAINT ${quoted} ${unprovenDefinition(was)}`),
    'It can as well stay proven: new rows are checked just as before.',
  );
}

/**
 * The statements that add a constraint as it was, to a table that holds rows: NOT VALID and VALIDATE, or an index
 * that is built beside the writers where the migration tool allows it.
 */
export function addConstraintSql(
  table: Pick<ObjectName, 'schema' | 'name'>,
  constraint: Constraint,
  context: UndoContext,
): { sql: string; transactional: boolean } | undefined {
  const { kind, name, validated, enforced } = constraint;
  const definition = definitionOf(constraint);
  const quoted = quoteIdentifier(name);
  const add = (text: string): string => alterTable(table, `ADD CONSTRAINT ${quoted} ${text}`);
  if (kind === 'check' || kind === 'foreignKey') {
    if (!enforced) {
      return { sql: add(definition), transactional: true };
    }
    const validate = validated ? alterTable(table, `VALIDATE CONSTRAINT ${quoted}`) : '';
    return { sql: add(unprovenDefinition(constraint)) + validate, transactional: true };
  }
  const index = indexForm(table, constraint, definition, context);
  return index ?? { sql: add(definition), transactional: true };
}

function unprovenDefinition(constraint: Constraint): string {
  return `${definitionOf(constraint).replace(/\s+not\s+valid\s*$/i, '')} NOT VALID`;
}

/** A definition that was written at a column, or with USING INDEX, as one that stands by itself. */
function definitionOf({ kind, columns, definition }: Constraint): string {
  const list = `(${columns.map(quoteIdentifier).join(', ')})`;
  if (kind === 'foreignKey' && /^references\b/i.test(definition)) {
    return `FOREIGN KEY ${list} ${definition}`;
  }
  if (kind === 'primaryKey' && !/\(/.test(definition)) {
    return `PRIMARY KEY ${list}`;
  }
  if (kind === 'unique' && !/\(/.test(definition)) {
    return `UNIQUE${/nulls\s+not\s+distinct/i.test(definition) ? ' NULLS NOT DISTINCT' : ''} ${list}`;
  }
  return definition;
}

function indexForm(
  table: Pick<ObjectName, 'schema' | 'name'>,
  { kind, name, columns }: Constraint,
  definition: string,
  { before, concurrently }: UndoContext,
): { sql: string; transactional: boolean } | undefined {
  const simple = /^(?:unique|primary\s+key)\s*(nulls\s+(?:not\s+)?distinct)?\s*\([^()]*\)$/i.exec(definition);
  const known = before.table({ schema: table.schema, name: table.name, span: undefined });
  if (!simple || !concurrently || known?.partitionBy) {
    return undefined;
  }
  const quoted = quoteIdentifier(name);
  const distinct = simple[1] === undefined ? '' : ` ${simple[1].toUpperCase()}`;
  const list = columns.map(quoteIdentifier).join(', ');
  const words = kind === 'primaryKey' ? 'PRIMARY KEY' : 'UNIQUE';
  const build = `CREATE UNIQUE INDEX CONCURRENTLY ${quoted} ON ${sqlName(table)} (${list})${distinct};\n`;
  return {
    sql: build + alterTable(table, `ADD CONSTRAINT ${quoted} ${words} USING INDEX ${quoted}`),
    transactional: false,
  };
}
