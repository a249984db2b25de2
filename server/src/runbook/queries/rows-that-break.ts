import type { Analysis } from '../../analysis/analyze.js';
import { rowsInTheWay } from '../../schema/rows-in-the-way.js';
import type { SchemaState } from '../../schema/state.js';
import { typeText } from '../../schema/column-type.js';
import type { Action, AlterColumnType, ConstraintDefinition, CreateIndex, ObjectName } from '../../sql/action.js';
import { lexed } from '../../sql/lexed.js';
import { nameOf } from '../../sql/lexer.js';
import { objectSql, quoteIdentifier } from '../../sql/quote.js';
import type { Query } from '../../page/page.js';

/**
 * Queries that find, before the start, the rows at which a step would stop: NULLs, duplicates, orphans, values that a
 * CHECK refuses or a type does not hold. They read only what stands before the migration: of a column or table that the
 * file itself makes nothing is asked.
 */
export function rowsThatBreak(analysis: Analysis): Query[] {
  const found = new Map<string, Query>();
  const own = new Names();
  analysis.walk((step, before) => {
    if (step.origin !== 'file') return;
    for (const action of step.statement.actions) {
      if (!('table' in action && action.table && (own.has(action.table) || before.isNew(action.table))))
        for (const query of queriesFor(action, before, own)) if (!own.standsIn(query.sql)) found.set(query.sql, query);
      own.note(action);
    }
  });
  return [...found.values()];
}

/** What the file has made or renamed so far. */
class Names {
  private readonly names = new Set<string>();
  private readonly columns = new Set<string>();

  has({ name }: ObjectName, column?: string): boolean {
    return this.names.has(column === undefined ? name : `${name}.${column}`);
  }

  hasAny(table: ObjectName, columns: readonly string[]): boolean {
    return columns.some((column) => this.has(table, column));
  }

  /** True where a query names a column that only the file makes, in an expression as well: it would fail before. */
  standsIn(sql: string): boolean {
    return lexed(sql).some(
      (token) => (token.kind === 'word' || token.kind === 'quoted') && this.columns.has(nameOf(token)),
    );
  }

  note(action: Action): void {
    if (action.kind === 'addColumn') this.noteColumn(action.table, action.column.name);
    if (action.kind === 'renameColumn') this.noteColumn(action.table, action.to);
    if (action.kind === 'createTable') this.names.add(action.table.name);
    if (action.kind === 'renameTable') this.names.add(action.to);
  }

  private noteColumn(table: ObjectName, column: string): void {
    this.names.add(`${table.name}.${column}`);
    this.columns.add(column);
  }
}

const asWritten = (words: string): string => words;

function queriesFor(action: Action, before: SchemaState, own: Names): Query[] {
  switch (action.kind) {
    case 'setNotNull':
      return own.has(action.table, action.column) ? [] : [nulls(action.table, [action.column])];
    case 'addConstraint': {
      const { constraint, table } = action;
      return constraint.notValid || constraint.notEnforced || constraint.usingIndex !== undefined
        ? []
        : ofConstraint(table, constraint, before, own);
    }
    case 'validateConstraint': {
      const known = before.table(action.table)?.constraints.get(action.constraint);
      if (!known || own.hasAny(action.table, known.columns)) return [];
      const parent = known.references && before.tableByKey(known.references.table);
      const definition = {
        ...known,
        text: known.definition,
        expression: known.expression === undefined ? undefined : { text: known.expression },
        references: known.references && parent ? { table: parent, columns: known.references.columns } : undefined,
      };
      const rows = rowsInTheWay(objectSql(action.table), known.name, definition, before, asWritten);
      return rows ? [countOf(action.table, `Rows that ${known.name} refuses`, rows.condition)] : [];
    }
    case 'createIndex':
      return action.unique ? ofUniqueIndex(action, own) : [];
    case 'addColumn': {
      const { notNull, default: value, identity, generated, name } = action.column;
      const isFilled = value !== undefined || identity !== undefined || generated !== undefined;
      return notNull && !isFilled
        ? [countOf(action.table, `Rows that ${name} has no value for: it is NOT NULL without a default`, 'true')]
        : [];
    }
    case 'alterColumnType':
      return own.has(action.table, action.column) ? [] : ofType(action, before);
    default:
      return [];
  }
}

function ofConstraint(table: ObjectName, constraint: ConstraintDefinition, before: SchemaState, own: Names): Query[] {
  if (own.hasAny(table, constraint.columns)) return [];
  switch (constraint.kind) {
    case 'primaryKey':
      return [nulls(table, constraint.columns), duplicates(table, constraint.columns.map(quoteIdentifier))];
    case 'unique':
      return [duplicates(table, constraint.columns.map(quoteIdentifier))];
    default: {
      if (constraint.references && own.has(constraint.references.table)) return [];
      const name = constraint.name ?? `the new ${constraint.kind === 'check' ? 'CHECK' : 'constraint'}`;
      const rows = rowsInTheWay(objectSql(table), name, constraint, before, asWritten);
      return rows ? [countOf(table, `Rows that ${name} refuses`, rows.condition)] : [];
    }
  }
}

function ofUniqueIndex({ table, columns, predicate, nullsNotDistinct }: CreateIndex, own: Names): Query[] {
  const names = columns.flatMap(({ name }) => name ?? []);
  if (own.hasAny(table, names)) return [];
  const keys = columns.map(({ name, expression }) => (name === undefined ? `(${expression})` : quoteIdentifier(name)));
  return [duplicates(table, keys, { predicate: predicate?.text, nullsNotDistinct })];
}

/** A value that the new type does not hold stops the change. */
function ofType({ table, column, type, using }: AlterColumnType, before: SchemaState): Query[] {
  const name = quoteIdentifier(column);
  const wanted = typeText(type);
  const length = /^(?:character varying|character|varchar|char)\s*\((\d+)\)$/i.exec(wanted)?.[1];
  const known = before.table(table)?.columns.get(column)?.type;
  if (length !== undefined && !using)
    return [
      countOf(table, `Values of ${column} that are longer than ${length}`, `char_length(${name}::text) > ${length}`),
    ];
  if (known && widens(known.name, type.name) && !using) return [];
  const value = using ? `(${using.text})` : name;
  return [
    {
      title: `Whether every value of ${column} becomes ${wanted}`,
      sql: `SELECT count(${value}::${wanted}) AS values_that_fit\nFROM ${objectSql(table)};`,
      read: 'A number: go. An error is the one at which the step would stop: mend that row first. It reads the whole table.',
    },
  ];
}

const wider: Readonly<Record<string, readonly string[]>> = {
  int2: ['int4', 'int8', 'numeric'],
  int4: ['int8', 'numeric'],
  int8: ['numeric'],
  varchar: ['text'],
  bpchar: ['text', 'varchar'],
  float4: ['float8'],
};

function widens(from: string, to: string): boolean {
  return wider[from]?.includes(to) === true;
}

function nulls(table: ObjectName, columns: readonly string[]): Query {
  const condition = columns.map((column) => `${quoteIdentifier(column)} IS NULL`).join(' OR ');
  return countOf(table, `Rows without a value in ${columns.join(', ')}`, condition);
}

function countOf(table: ObjectName, title: string, condition: string): Query {
  return {
    title: `${title} (${table.name})`,
    sql: `SELECT count(*) AS rows_in_the_way\nFROM ${objectSql(table)}\nWHERE ${condition};`,
    read: '0: go. More: the step stops there; mend those rows first. It reads the whole table.',
  };
}

function duplicates(
  table: ObjectName,
  keys: readonly string[],
  { predicate, nullsNotDistinct = false }: { predicate?: string | undefined; nullsNotDistinct?: boolean } = {},
): Query {
  const conditions = nullsNotDistinct ? [] : keys.map((key) => `${key} IS NOT NULL`);
  if (predicate !== undefined) conditions.unshift(`(${predicate})`);
  const where = conditions.length === 0 ? '' : `\nWHERE ${conditions.join(' AND ')}`;
  return {
    title: `Values that are there twice in ${table.name} (${keys.join(', ')})`,
    sql: `SELECT ${keys.join(', ')}, count(*) AS rows\nFROM ${objectSql(table)}${where}\nGROUP BY ${keys.join(', ')}\nHAVING count(*) > 1\nLIMIT 20;`,
    read: 'No row: go. A row: the step stops there; keep one of each first. It reads the whole table.',
  };
}
