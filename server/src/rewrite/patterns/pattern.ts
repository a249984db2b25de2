import type { Target } from '../../impact/impact.js';
import type { Column, Table } from '../../schema/model.js';
import { typeText } from '../../schema/column-type.js';
import type { SchemaState } from '../../schema/state.js';
import type { ObjectName } from '../../sql/action.js';
import { parseDocument } from '../../sql/parse.js';
import type { ParsedStatement } from '../../sql/statement.js';
import { isRefused, type Plan, type Refusal } from '../plan.js';

/** What a person fills in to use a pattern. */
export interface PatternField {
  /** Its name on the command line, such as "column". */
  readonly name: string;
  /** What is meant, so that an editor can offer what the schema has. */
  readonly kind:
    | 'table'
    | 'column'
    | 'columns'
    | 'index'
    | 'constraint'
    | 'new name'
    | 'type'
    | 'expression'
    | 'text'
    | 'choice';
  /** A question or a short description. */
  readonly title: string;
  /** What a choice can be. */
  readonly choices?: readonly string[];
  readonly optional?: true;
}

/** The values of the fields as SQL text: a name is quoted where SQL wants it. An optional one may be missing. */
export type PatternValues = Readonly<Record<string, string | undefined>>;

/** What a pattern is applied to. */
export interface PatternContext {
  /** The schema behind all migrations. */
  readonly state: SchemaState;
  readonly target: Target;
}

/** A change that people often make, with the form that harms a running application and the phases that do not. */
export interface Pattern {
  /** Kebab-case, such as "rename-column". */
  readonly id: string;
  readonly title: string;
  /** What is wrong with the usual form, in a sentence. */
  readonly summary: string;
  readonly fields: readonly PatternField[];
  /** What people usually write: statements with semicolons. */
  usual(values: PatternValues, context: PatternContext): string;
  /** The safe form; a sentence where it cannot be had for this table. Throws PatternError for values that are wrong. */
  plan(values: PatternValues, context: PatternContext): Plan | Refusal;
  /** A table with the values that suit it, for the page and for the tests. */
  readonly example: { readonly schema: string; readonly values: PatternValues };
}

/** A value of a field is missing or wrong. The message is for the person who gave it. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

/** A statement that values of a person have been put into. One that they have made several of has no actions. */
export function onlyStatement(sql: string): Pick<ParsedStatement, 'actions' | 'problem' | 'text'> {
  const [statement, ...others] = parseDocument(sql).statements;
  return statement && others.length === 0 ? statement.parsed : { actions: [], problem: undefined, text: sql };
}

/** The value of a field that must be there. */
export function fieldValue(values: PatternValues, field: string): string {
  const value = values[field]?.trim();
  if (value === undefined || value === '') throw new PatternError(`"${field}" is missing.`);
  return value;
}

/** A table as a person writes it: `orders`, `app.orders`, `"Line Items"`. */
export function tableNameOf(values: PatternValues, field = 'table'): ObjectName {
  const text = fieldValue(values, field);
  const [action, ...others] = onlyStatement(`DROP TABLE ${text}`).actions;
  if (action?.kind !== 'dropTable' || others.length > 0)
    throw new PatternError(`"${field}" is no name of a table: ${text}`);
  const { schema, name } = action.table;
  return { schema, name, span: undefined };
}

/** The name of a column, constraint or the like as the catalog has it. */
export function nameIn(values: PatternValues, field: string): string {
  const text = fieldValue(values, field);
  const [action, ...others] = onlyStatement(`ALTER TABLE t DROP COLUMN ${text}`).actions;
  if (action?.kind !== 'dropColumn' || others.length > 0 || action.cascade)
    throw new PatternError(`"${field}" is no name: ${text}`);
  return action.column;
}

/** Names with commas between them. */
export function namesIn(values: PatternValues, field: string): string[] {
  return fieldValue(values, field)
    .split(',')
    .map((each) => nameIn({ [field]: each }, field));
}

/** An expression as SQL text that PostgreSQL reads as one. */
export function expressionIn(values: PatternValues, field: string): string {
  const text = fieldValue(values, field);
  const { problem, actions } = onlyStatement(`ALTER TABLE t ADD CONSTRAINT c CHECK (ARRAY[${text}] IS NULL)`);
  if (problem || actions.length !== 1) throw new PatternError(`"${field}" is no expression: ${text}`);
  return text;
}

/** A type as PostgreSQL reads it. */
export function typeIn(values: PatternValues, field = 'type'): string {
  const text = fieldValue(values, field);
  const [action, ...others] = onlyStatement(`ALTER TABLE t ALTER COLUMN c TYPE ${text}`).actions;
  if (action?.kind !== 'alterColumnType' || others.length > 0 || action.using !== undefined)
    throw new PatternError(`"${field}" is no type: ${text}`);
  return text;
}

/** The table in the schema; a refusal where no file makes it, for then nobody knows what hangs on it. */
export function knownTable({ state }: PatternContext, name: ObjectName): Table | Refusal {
  const table = state.table(name);
  if (!table) return { refused: `No migration makes ${name.name}: is it the right name?` };
  if (!table.complete) return { refused: `No migration shows all of ${name.name}, so what hangs on it is not known.` };
  return table;
}

/** A column with its type as SQL text. */
export type KnownColumn = Column & { readonly sqlType: string };

/** A column of it with its type. */
export function knownColumn(table: Table, name: string): KnownColumn | Refusal {
  const column = table.columns.get(name);
  if (!column) return { refused: `${table.name} has no column ${name}.` };
  if (!column.type) return { refused: `The type of ${table.name}.${name} is not known from the migrations.` };
  return { ...column, sqlType: typeText(column.type) };
}

/** Fields that many patterns have. */
export const tableField = { name: 'table', kind: 'table', title: 'The table' } as const satisfies PatternField;
export const columnField = { name: 'column', kind: 'column', title: 'The column' } as const satisfies PatternField;

/** The table of the field "table", as it is written and as the migrations have made it. */
export interface FoundTable {
  readonly table: ObjectName;
  readonly known: Table;
}

/** A plan on the table of the field "table"; a refusal where no migration makes it. */
export function planForTable(
  values: PatternValues,
  context: PatternContext,
  plan: (found: FoundTable) => Plan | Refusal,
): Plan | Refusal {
  const table = tableNameOf(values);
  const known = knownTable(context, table);
  return isRefused(known) ? known : plan({ table, known });
}

/** The same on the column of the field "column". */
export function planForColumn(
  values: PatternValues,
  context: PatternContext,
  plan: (found: FoundTable & { readonly column: KnownColumn }) => Plan | Refusal,
): Plan | Refusal {
  return planForTable(values, context, (found) => {
    const column = knownColumn(found.known, nameIn(values, 'column'));
    return isRefused(column) ? column : plan({ ...found, column });
  });
}

/** A pattern and its values as words of the command line. */
export function changeWords(pattern: Pattern, values: PatternValues): string {
  const words = Object.entries(values).flatMap(([name, value]) => {
    const text = value?.replace(/\s+/g, ' ');
    if (text === undefined || text === '') return [];
    return [/^[\w.-]+$/.test(text) ? `${name}=${text}` : `'${name}=${text.replaceAll("'", "'\\''")}'`];
  });
  return [pattern.id, ...words].join(' ');
}

/** The same, read again. Undefined for words that are none of it. */
export function readChange(change: string): { readonly pattern: string; readonly values: PatternValues } | undefined {
  const [pattern, ...words] = [...change.matchAll(/(?:'[^']*'|\\'|[^\s'\\])+/g)].map(([word]) =>
    word.replace(/'([^']*)'|\\'/g, (_, quoted?: string) => quoted ?? "'"),
  );
  if (pattern === undefined) return undefined;
  const values: Record<string, string> = {};
  for (const word of words) {
    const at = word.indexOf('=');
    if (at < 1) return undefined;
    values[word.slice(0, at)] = word.slice(at + 1);
  }
  return { pattern, values };
}
