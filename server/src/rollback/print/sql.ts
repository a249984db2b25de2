import type { Catalog } from '../../sql/catalog/catalog.js';
import type { CatalogObject, SqlText } from '../../sql/catalog/model.js';
import { fullName, render } from '../../sql/catalog/print.js';
import { quoteIdentifier } from '../../sql/quote.js';

/**
 * One statement of a rollback.
 * - lock: takes a lock for which others may have to wait behind it, so lock_timeout has to bound it
 * - patient: waits for others without holding them up, and must not be cut short
 * - plain: neither
 */
export interface Sql {
  /** With its semicolon. */
  readonly text: string;
  readonly waits: 'lock' | 'patient' | 'plain';
  /** False for what PostgreSQL refuses inside a transaction. */
  readonly transactional: boolean;
  /** What a block does to the schema when all goes well; undefined for a plain statement. */
  readonly effect?: string;
  /** What stands behind it may read the rows that it changes. */
  readonly changesRows?: true;
  /** It does the same when it runs a second time, behind what stands before it in its step. */
  readonly again?: true;
  /** It fails when it runs again, and can stand in no transaction or block that would see to it. */
  readonly onlyOnce?: true;
}

const oneName = String.raw`(?:[\w$]+|"(?:[^"]|"")+")(?:\.(?:[\w$]+|"(?:[^"]|"")+"))?`;
const runsAgain = [
  /^(?:COMMENT ON|GRANT|REVOKE|ALTER DEFAULT PRIVILEGES|REFRESH|CREATE OR REPLACE|DELETE FROM)\b/,
  /^DROP INDEX (?:CONCURRENTLY )?IF EXISTS\b/,
  new RegExp(`^ALTER TABLE ${oneName} DROP CONSTRAINT IF EXISTS ${oneName};$`),
  new RegExp(`^ALTER TABLE ${oneName} ALTER COLUMN ${oneName} (?:SET|DROP) (?:DEFAULT|NOT NULL|STATISTICS|STORAGE)\\b`),
  new RegExp(`^ALTER TABLE ${oneName} (?:SET|RESET) \\(`),
];

/** True for a statement that does the same when it runs a second time. */
export function canRunAgain({ text, changesRows, effect, again }: Sql): boolean {
  return effect === '' || changesRows === true || again === true || runsAgain.some((each) => each.test(text));
}

export function locking(text: string, effect?: string): Sql {
  return { text: `${text};`, waits: 'lock', transactional: true, ...(effect === undefined ? {} : { effect }) };
}

/** A statement that changes rows, or reads them all to change their type; run again, it changes nothing more. */
export function changingRows(sql: Sql): Sql {
  return { ...sql, changesRows: true };
}

/** See `again`. */
export function repeatable(sql: Sql): Sql {
  return { ...sql, again: true };
}

export function plain(text: string): Sql {
  return { text: `${text};`, waits: 'plain', transactional: true };
}

export function concurrent(text: string): Sql {
  return { text: `${text};`, waits: 'patient', transactional: false, again: true };
}

/** What a printer has to know. */
export interface Printing {
  /** The state whose names hold. */
  readonly catalog: Catalog;
  readonly postgres: number;
  /** True when the migration tool runs statements by themselves, so that CONCURRENTLY is allowed. */
  readonly concurrently: boolean;
}

export function sqlOf(text: SqlText, { catalog }: Printing): string {
  return render(text, catalog);
}

/** "TABLE app.orders", "MATERIALIZED VIEW totals", "FUNCTION plus(integer)": as in DROP, COMMENT and ALTER. */
export function kindAndName(object: CatalogObject, printing: Printing): string {
  const { catalog } = printing;
  const parent = catalog.get(object.parent);
  switch (object.kind) {
    case 'table':
      return `${object.foreign ? 'FOREIGN TABLE' : 'TABLE'} ${fullName(object)}`;
    case 'view':
      return `${object.materialized ? 'MATERIALIZED VIEW' : 'VIEW'} ${fullName(object)}`;
    case 'index':
      return `INDEX ${fullName(object)}`;
    case 'sequence':
      return `SEQUENCE ${fullName(object)}`;
    case 'type':
      return `${object.type === 'domain' ? 'DOMAIN' : 'TYPE'} ${fullName(object)}`;
    case 'routine':
      return `${object.type} ${fullName(object)}(${render(object.arguments, catalog)})`;
    case 'definition': {
      // Its schema stands before an operator, and its name is no identifier.
      const isApart = object.type === 'OPERATOR' && object.qualified && object.schema !== undefined;
      const prefix = isApart ? `${quoteIdentifier(object.schema)}.` : '';
      return `${object.type} ${prefix}${render(object.identity, catalog)}`;
    }
    case 'policy':
      return `POLICY ${quoteIdentifier(object.name)} ON ${parent ? fullName(parent) : ''}`;
    case 'publication':
      return `PUBLICATION ${quoteIdentifier(object.name)}`;
    case 'column':
      return `COLUMN ${parent ? fullName(parent) : ''}.${quoteIdentifier(object.name)}`;
    case 'constraint': {
      const on = parent?.kind === 'type' ? 'DOMAIN ' : '';
      return `CONSTRAINT ${quoteIdentifier(object.name)} ON ${on}${parent ? fullName(parent) : ''}`;
    }
    case 'setting':
      return object.head;
  }
}

/** The name that a sentence uses: "orders.total", "index orders_idx". */
export function label(object: CatalogObject | undefined, catalog: Catalog): string {
  if (!object) return 'it';
  const parent = catalog.get(object.parent);
  if (object.kind === 'column') return `${parent?.name ?? ''}.${object.name}`;
  if (object.kind === 'setting') return object.type;
  if (object.kind === 'definition') return `the ${object.type.toLowerCase()} ${object.name}`;
  if (object.kind === 'routine') return `${object.type.toLowerCase()} ${object.name}`;
  if (object.kind === 'table') return object.name;
  return `${object.kind === 'view' && object.materialized ? 'materialized view' : object.kind} ${object.name}`;
}

/** ALTER TABLE with one sub-command. */
export function alter(object: CatalogObject, command: string): string {
  const word =
    object.kind === 'view'
      ? object.materialized
        ? 'MATERIALIZED VIEW'
        : 'VIEW'
      : object.kind === 'index'
        ? 'INDEX'
        : object.kind === 'sequence'
          ? 'SEQUENCE'
          : object.kind === 'type'
            ? object.type === 'domain'
              ? 'DOMAIN'
              : 'TYPE'
            : object.kind === 'table' && object.foreign
              ? 'FOREIGN TABLE'
              : 'TABLE';
  return `ALTER ${word} ${fullName(object)} ${command}`;
}
