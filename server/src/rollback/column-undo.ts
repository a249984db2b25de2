import type { Column, ColumnType, Index, Table } from '../schema/model.js';
import type {
  AddColumn,
  AlterColumnType,
  DropColumn,
  DropDefault,
  DropNotNull,
  ObjectName,
  RenameColumn,
  SetDefault,
  SetNotNull,
} from '../sql/action.js';
import { analyseExpression } from '../sql/expressions.js';
import { chooseName, qualify, quoteIdentifier, quoteLiteral } from '../sql/quote.js';
import { addConstraintSql } from './constraint-undo.js';
import { indexDefinition, recreateIndexSql } from './index-undo.js';
import { keepsEveryValue } from './types.js';
import { typeText } from '../schema/column-type.js';
import { alterTable, impossible, lossless, lossy, sqlName, type Undo, type UndoContext } from './undo.js';

export function undoAddColumn({ table, column, ifNotExists }: AddColumn, { before }: UndoContext): Undo | undefined {
  if (ifNotExists && before.table(table)?.columns.has(column.name)) {
    return undefined;
  }
  const name = quoteIdentifier(column.name);
  return lossy(
    alterTable(table, `DROP COLUMN ${ifNotExists ? 'IF EXISTS ' : ''}${name}`),
    `What was written into ${table.name}.${column.name} since is lost. To keep it, leave the column: old code does not see it.`,
  );
}

/**
 * The column comes back at the end of the table and without its values, with the indexes and constraints that went
 * with it. NOT NULL comes back at once only when no row is there to break it.
 */
export function undoDropColumn(action: DropColumn, context: UndoContext): Undo | undefined {
  const { table, column, cascade } = action;
  const known = context.before.table(table);
  const was = known?.columns.get(column);
  if (action.ifColumnExists && known?.complete && !was) {
    return undefined;
  }
  if (!known || !was?.type) {
    return impossible(
      `The history does not tell the type of ${table.name}.${column}. Restore the column from a backup.`,
    );
  }
  const required = was.notNull === true && was.default === undefined && !was.identity && !was.generated;
  const parts = [alterTable(table, `ADD COLUMN ${columnText(was, !required)}`)];
  if (required) {
    parts.push(notNullWhenFilled(table, column));
  }
  const gone = [...known.constraints.values()].filter(
    ({ kind, columns, expression }) => kind !== 'notNull' && (columns.includes(column) || reads(expression, column)),
  );
  const constraints = gone.map((constraint) => addConstraintSql(table, constraint, context));
  const indexes = indexesWith(known, column, context).map((index) => recreateIndexSql(index, context));
  const all = [...constraints, ...indexes];
  parts.push(...all.map((each) => each?.sql ?? ''));
  const values = `The values of ${table.name}.${column} are gone. To be able to go back, rename the column instead and drop it later.`;
  const lost = all.includes(undefined) || cascade ? ' Not everything that went with it comes back.' : '';
  return lossy(
    parts.join(''),
    values + lost,
    all.every((each) => each?.transactional ?? true),
  );
}

/** A column as it stands in ADD COLUMN or CREATE TABLE. */
export function columnText(column: Column, withNotNull: boolean): string {
  const { name, type, collation, generated, identity } = column;
  const words = [quoteIdentifier(name), type?.text ?? ''];
  if (collation !== undefined) {
    words.push(`COLLATE ${quoteIdentifier(collation)}`);
  }
  if (generated) {
    words.push(`GENERATED ALWAYS AS (${generated.expression}) ${generated.storage.toUpperCase()}`);
  } else if (identity) {
    words.push(`GENERATED ${identity === 'always' ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY`);
  } else if (column.default !== undefined && !isOfSerial(column)) {
    words.push(`DEFAULT ${column.default}`);
  }
  if (withNotNull && column.notNull === true && !identity && !isSerialText(type)) {
    words.push('NOT NULL');
  }
  return words.join(' ');
}

function isSerialText(type: ColumnType | undefined): boolean {
  return type !== undefined && typeText(type) !== type.text;
}

/** The replay writes the default of a serial as nextval(), because its sequence has no text. */
function isOfSerial(column: Column): boolean {
  return column.default === 'nextval()' && isSerialText(column.type);
}

/** NOT NULL for a column that came back empty: at once when no row is there, else when the values are back. */
function notNullWhenFilled(table: ObjectName, column: string): string {
  const [name, label] = [quoteIdentifier(column), `${table.name}.${column}`.replaceAll('%', '%%')];
  const warning = quoteLiteral(`${label} stays nullable until its values are back; then set it NOT NULL`);
  return `DO $$
BEGIN
  IF EXISTS (SELECT FROM ${sqlName(table)} WHERE ${name} IS NULL) THEN
    RAISE WARNING ${warning};
  ELSE
    ALTER TABLE ${sqlName(table)} ALTER COLUMN ${name} SET NOT NULL;
  END IF;
END $$;
`;
}

function indexesWith(table: Table, column: string, context: UndoContext): Index[] {
  return [...table.indexes].flatMap((key) => {
    const index = context.before.relationByKey(key);
    if (index?.kind !== 'index' || index.constraint !== undefined) return [];
    const expressions = index.columns.includes(undefined) ? indexDefinition(index, context)?.action.columns : undefined;
    const mentions =
      index.columns.includes(column) ||
      reads(index.predicate, column) ||
      expressions?.some(({ expression }) => reads(expression, column));
    return mentions ? [index] : [];
  });
}

function reads(expression: string | undefined, column: string): boolean {
  return expression !== undefined && (analyseExpression(expression)?.columns.includes(column) ?? false);
}

/** The default has to go and come back, because PostgreSQL does not cast every default. */
export function undoAlterColumnType(action: AlterColumnType, { before }: UndoContext): Undo {
  const { table, column, type } = action;
  const known = before.table(table);
  const was = known?.columns.get(column);
  if (!known || !was?.type) {
    return impossible(
      `The history does not tell which type ${table.name}.${column} had before it became ${type.text}.`,
    );
  }
  const name = quoteIdentifier(column);
  const old = typeText(was.type);
  const fallback = defaultText(known, was);
  const collate = was.collation === undefined ? '' : ` COLLATE ${quoteIdentifier(was.collation)}`;
  const change = `ALTER COLUMN ${name} TYPE ${old}${collate} USING ${name}::${old}`;
  const sql =
    fallback === undefined
      ? alterTable(table, change)
      : alterTable(table, `ALTER COLUMN ${name} DROP DEFAULT, ${change}, ALTER COLUMN ${name} SET DEFAULT ${fallback}`);
  const caution = `It fails, and changes nothing, when a value does not fit ${old}; unless both types are stored alike it rewrites the table while nobody can read it.`;
  return keepsEveryValue(was.type, type)
    ? lossless(
        sql,
        `Every value of ${old} is a value of ${type.text}; where old code can live with that, leave it. ${caution}`,
      )
    : lossy(sql, `Values that became ${type.text} do not all turn back into what they were. ${caution}`);
}

export function undoDefault({ table, column }: SetDefault | DropDefault, { before }: UndoContext): Undo {
  const known = before.table(table);
  const was = known?.columns.get(column);
  if (!known || (!was && !known.complete) || was?.release === undefined) {
    return impossible(`The history does not tell which default ${table.name}.${column} had.`);
  }
  const fallback = defaultText(known, was);
  const change = fallback === undefined ? 'DROP DEFAULT' : `SET DEFAULT ${fallback}`;
  return lossless(
    alterTable(table, `ALTER COLUMN ${quoteIdentifier(column)} ${change}`),
    'Only rows that are inserted from now on see it.',
  );
}

function defaultText(table: Table, column: Column): string | undefined {
  if (column.default !== 'nextval()') {
    return column.default;
  }
  const sequence = qualify(table.schema, chooseName([table.name, column.name], 'seq'));
  return `nextval(${quoteLiteral(sequence)}::regclass)`;
}

export function undoSetNotNull({ table, column }: SetNotNull, { before }: UndoContext): Undo | undefined {
  if (before.table(table)?.columns.get(column)?.notNull === true) {
    return undefined;
  }
  return lossless(
    alterTable(table, `ALTER COLUMN ${quoteIdentifier(column)} DROP NOT NULL`),
    'NULL is accepted again; no row changes.',
  );
}

/** Through a CHECK that is proven first, so that SET NOT NULL does not scan while nobody can read the table. */
export function undoDropNotNull({ table, column }: DropNotNull, { before, target }: UndoContext): Undo | undefined {
  if (before.table(table)?.columns.get(column)?.notNull === false) {
    return undefined;
  }
  const name = quoteIdentifier(column);
  const reason = 'It fails, and changes nothing, when a NULL was written since: fill those rows first.';
  if (target.postgres >= 18) {
    const constraint = quoteIdentifier(chooseName([table.name, column], 'not_null'));
    const add = alterTable(table, `ADD CONSTRAINT ${constraint} NOT NULL ${name} NOT VALID`);
    return lossless(add + alterTable(table, `VALIDATE CONSTRAINT ${constraint}`), reason);
  }
  const check = quoteIdentifier(chooseName([table.name, column], 'not_null_check'));
  const sql = [
    alterTable(table, `ADD CONSTRAINT ${check} CHECK (${name} IS NOT NULL) NOT VALID`),
    alterTable(table, `VALIDATE CONSTRAINT ${check}`),
    alterTable(table, `ALTER COLUMN ${name} SET NOT NULL`),
    alterTable(table, `DROP CONSTRAINT ${check}`),
  ];
  return lossless(sql.join(''), reason);
}

export function undoRenameColumn({ table, column, to }: RenameColumn): Undo {
  return lossless(
    alterTable(table, `RENAME COLUMN ${quoteIdentifier(to)} TO ${quoteIdentifier(column)}`),
    'Code that uses the new name fails from this moment on.',
  );
}
