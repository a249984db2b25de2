import type { Expr, Statement, TableAlteration, UpdateStatement } from 'pgsql-ast-parser';
import { expressionNode } from './expressions.js';
import { lex, type Token } from './lexer.js';
import { parsePostgres } from './postgres-parser.js';
import { quoteIdentifier } from './quote.js';

// Required when first needed: loading it takes 64 ms, which the start of the server must not pay.
declare function require(name: 'pgsql-ast-parser'): typeof import('pgsql-ast-parser');

/**
 * Typed builders of simple statements, over pgsql-ast-parser's printer for the forms that it prints correctly.
 * Every result is one line without a semicolon, and PostgreSQL's grammar has accepted it.
 */

/** A table by its real name, not quoted. */
export interface TableName {
  readonly schema: string | undefined;
  readonly name: string;
}

/** SQL of an expression or a type, as the author wrote it; it is put into the statement without its comments. */
type Sql = string;

/** `UPDATE table SET column = value, … WHERE …`. */
export function buildUpdate(
  table: TableName,
  assignments: readonly { readonly column: string; readonly value: Sql }[],
  where: Sql | undefined,
): string {
  const parts = new Parts();
  const sets = assignments.map(({ column, value }) => ({ column: parts.name(column), value: parts.expression(value) }));
  const update: UpdateStatement = { type: 'update', table: parts.table(table), sets };
  if (where !== undefined) update.where = parts.expression(where);
  return print(update, parts);
}

/** `ALTER TABLE table ALTER COLUMN column SET NOT NULL`. */
export function buildSetNotNull(table: TableName, column: string): string {
  return alterColumn(table, column, () => ({ type: 'set not null' }));
}

/** `ALTER TABLE table ALTER COLUMN column DROP NOT NULL`. */
export function buildDropNotNull(table: TableName, column: string): string {
  return alterColumn(table, column, () => ({ type: 'drop not null' }));
}

/** `ALTER TABLE table ALTER COLUMN column SET DEFAULT value`. */
export function buildSetDefault(table: TableName, column: string, value: Sql): string {
  return alterColumn(table, column, (parts) => ({ type: 'set default', default: parts.expression(value) }));
}

/** `ALTER TABLE table ALTER COLUMN column DROP DEFAULT`. */
export function buildDropDefault(table: TableName, column: string): string {
  return alterColumn(table, column, () => ({ type: 'drop default' }));
}

/** `ALTER TABLE table ADD COLUMN column type`: nullable, without a default. */
export function buildAddColumn(table: TableName, column: string, type: Sql): string {
  return alter(table, (parts) => ({
    type: 'add column',
    column: { kind: 'column', name: parts.name(column), dataType: parts.type(type) },
  }));
}

/** `ALTER TABLE table DROP COLUMN column`. */
export function buildDropColumn(table: TableName, column: string): string {
  return alter(table, (parts) => ({ type: 'drop column', column: parts.name(column) }));
}

/** `ALTER TABLE table RENAME COLUMN column TO to`. */
export function buildRenameColumn(table: TableName, column: string, to: string): string {
  return alter(table, (parts) => ({ type: 'rename column', column: parts.name(column), to: parts.name(to) }));
}

/** `ALTER TABLE table RENAME TO to`. */
export function buildRenameTable(table: TableName, to: string): string {
  return alter(table, (parts) => ({ type: 'rename', to: parts.name(to) }));
}

/** `ALTER TABLE table RENAME CONSTRAINT constraint TO to`. */
export function buildRenameConstraint(table: TableName, constraint: string, to: string): string {
  return alter(table, (parts) => ({
    type: 'rename constraint',
    constraint: parts.name(constraint),
    to: parts.name(to),
  }));
}

type ColumnAlteration = Extract<TableAlteration, { type: 'alter column' }>['alter'];

function alterColumn(table: TableName, column: string, change: (parts: Parts) => ColumnAlteration): string {
  return alter(table, (parts) => ({ type: 'alter column', column: parts.name(column), alter: change(parts) }));
}

function alter(table: TableName, change: (parts: Parts) => TableAlteration): string {
  const parts = new Parts();
  return print({ type: 'alter table', table: parts.table(table), changes: [change(parts)] }, parts);
}

/**
 * What the printer gets instead of names and of the author's SQL: words that nobody else uses, put back afterwards.
 * So every name is quoted by our own rule, and numbers and ANY stay as they were written; the printer changes them.
 */
class Parts {
  private readonly texts: Sql[] = [];

  name(name: string): { name: string } {
    return { name: this.add(quoteIdentifier(name)) };
  }

  table({ schema, name }: TableName): { name: string; schema?: string } {
    return schema === undefined ? this.name(name) : { ...this.name(name), schema: this.name(schema).name };
  }

  type(text: Sql): { name: string } {
    const type = oneLine(text);
    if (!expressionNode(`NULL::${type}`)) throw new Error(`Not a type: ${text}`);
    return { name: this.add(type) };
  }

  expression(text: Sql): Expr {
    const expression = oneLine(text);
    if (!expressionNode(expression) && expression.toUpperCase() !== 'DEFAULT')
      throw new Error(`Not an expression: ${text}`);
    return { type: 'ref', name: this.add(expression) };
  }

  private add(text: Sql): string {
    this.texts.push(text);
    return `airlock_part_${this.texts.length}`;
  }

  /** The text that the token stands for; undefined for every other token. */
  textOf(token: Token): Sql | undefined {
    const [, number] = /^airlock_part_(\d+)$/.exec(token.text) ?? [];
    return number === undefined ? undefined : this.texts[Number(number) - 1];
  }
}

/** SQL without comments and line ends between its tokens. */
function oneLine(text: Sql): Sql {
  let line = '';
  let at = 0;
  for (const token of lex(text)) {
    if (token.kind === 'lineComment' || token.kind === 'blockComment') continue;
    line += (line !== '' && token.start > at ? ' ' : '') + token.text;
    at = token.end;
  }
  return line;
}

function print(statement: Statement, parts: Parts): string {
  const printed = require('pgsql-ast-parser').toSql.statement(statement);
  const text = layOut(lex(printed), parts);
  const { problem } = parsePostgres(text);
  // A part that is no SQL is a mistake of the caller; nobody may ever see the result.
  if (problem) throw new Error(`Airlock built SQL that PostgreSQL refuses: ${text} (${problem.message})`);
  return text;
}

const NO_BLANK_BEFORE = new Set([',', ')', '.', ';']);
const NO_BLANK_BEHIND = new Set(['(', '.']);

/** The tokens on one line, with the blanks a person would write. Words are upper case: names come from the parts. */
function layOut(tokens: readonly Token[], parts: Parts): string {
  let text = '';
  let previous: Token | undefined;
  for (const token of tokens) {
    const isTight = !previous || NO_BLANK_BEFORE.has(token.text) || NO_BLANK_BEHIND.has(previous.text);
    text += (isTight ? '' : ' ') + (parts.textOf(token) ?? token.text.toUpperCase());
    previous = token;
  }
  return text;
}
