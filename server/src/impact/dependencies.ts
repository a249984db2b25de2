import { dependentsOf } from '../schema/note-dependents.js';
import type { ColumnType, CompositeType, Dependent, Relation, Table, UserFunction } from '../schema/model.js';
import { indexesOfTable } from '../schema/partition-indexes.js';
import type { SchemaState } from '../schema/state.js';
import { analyseExpression } from '../sql/expressions.js';

/** What PostgreSQL ties to a table or to a column of it, and so refuses to drop or to change. */

/** The views that read a relation. */
export function readers(key: string, before: SchemaState): string[] {
  const found: string[] = [];
  for (const view of before.views()) if (view.key !== key && view.reads.includes(key)) found.push(view.key);
  return found;
}

/** Tables with a DEFAULT nextval('…') on the sequence, and the one whose serial or identity column it belongs to. */
export function tablesWithDefaultFrom(sequence: Pick<Relation, 'key' | 'name'>, before: SchemaState): Table[] {
  const call = new RegExp(`\\bnextval\\s*\\(\\s*'(?:[^']*\\.)?"?${sequence.name.replace(/[^\w]/g, '\\$&')}"?'`, 'i');
  const found: Table[] = [];
  for (const relation of before.relations()) {
    if (relation.kind !== 'table') continue;
    const uses = [...relation.columns.values()].some(
      (column) =>
        (column.default !== undefined && call.test(column.default)) ||
        (column.sequence === sequence.key && (column.identity !== undefined || column.default === 'nextval()')),
    );
    if (uses) found.push(relation);
  }
  return found;
}

/** Tables that still have a column of a table's row type. A column or a table that has gone leaves its name in the list. */
export function usersOfRowType(table: Table, before: SchemaState): Table[] {
  return [...table.rowTypeUsers].flatMap((key) => {
    const user = before.tableByKey(key);
    const uses = (type: ColumnType | undefined): boolean =>
      type !== undefined && before.table({ schema: type.schema, name: type.name, span: undefined })?.key === table.key;
    return user && [...user.columns.values()].some((column) => uses(column.type)) ? [user] : [];
  });
}

/** Tables that are still made of a composite type (CREATE TABLE … OF), and those that still have a column of it. */
export function usersOfComposite(type: CompositeType, before: SchemaState): { typed: Table[]; columns: Table[] } {
  const known = (keys: readonly string[]): Table[] => keys.flatMap((key) => before.tableByKey(key) ?? []);
  return {
    typed: known(type.tables).filter((table) => table.ofType === type.key),
    columns: known(type.users).filter((table) =>
      [...table.columns.values()].some((column) => column.type && before.type(column.type)?.key === type.key),
    ),
  };
}

/** The name of a generated column that reads the column. */
export function generatedFrom(table: Table, column: string): string | undefined {
  for (const { name, generated } of table.columns.values()) {
    if (generated && analyseExpression(generated.expression)?.columns.includes(column)) return name;
  }
  return undefined;
}

/** A foreign key by its table and name, with the columns that it points to. */
export interface ForeignKeyTo {
  readonly child: Table;
  readonly name: string;
  readonly columns: readonly string[];
}

/** Foreign keys of other tables that need this one. */
export function foreignKeysTo(table: Table, before: SchemaState): ForeignKeyTo[] {
  const primaryKey = [...table.constraints.values()].find(({ kind }) => kind === 'primaryKey')?.columns ?? [];
  const found: ForeignKeyTo[] = [];
  for (const key of table.referencedBy) {
    const child = before.tableByKey(key);
    if (!child || child.key === table.key) continue;
    for (const { name, references } of child.constraints.values()) {
      if (references?.table !== table.key) continue;
      found.push({ child, name, columns: references.columns.length > 0 ? references.columns : primaryKey });
    }
  }
  return found;
}

/** Triggers, policies, rules and functions that name the column for certain, apart from a publication's list. */
export function namedBy(table: Table, column: string, before: SchemaState): Dependent[] {
  return dependentsOf(before, table).filter((each) => {
    if (each.kind === 'statistics' || each.kind === 'publication' || !each.mentions?.includes(column)) return false;
    if (each.reads.length === 0) return true;
    if (each.on === undefined && each.reads.length === 1) return table.columns.has(column);
    // With several relations it is certain only when no other one has such a column.
    const others = [each.on, ...each.reads].filter((key) => key !== undefined && key !== table.key);
    return (
      table.columns.has(column) &&
      others.every((key) => {
        const other = before.tableByKey(key ?? '');
        return other?.complete === true && !other.columns.has(column);
      })
    );
  });
}

/** True when a trigger, a default, a CHECK, a generated column or an index of the table calls the function. */
export function usesFunction(table: Table, fn: UserFunction, before: SchemaState): boolean {
  const { name } = fn;
  const calls = (text: string | undefined): boolean =>
    text?.includes(name) === true &&
    (analyseExpression(text)?.functions.some((called) => called.name === name) ?? false);
  return (
    dependentsOf(before, table).some((each) => each.function === fn.key) ||
    [...table.columns.values()].some((column) => calls(column.default) || calls(column.generated?.expression)) ||
    [...table.constraints.values()].some(({ expression }) => calls(expression)) ||
    indexesOfTable(before, table).some((index) => index.expressions.some(calls) || calls(index.predicate))
  );
}
