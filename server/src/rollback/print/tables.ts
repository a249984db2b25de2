import { isBoundCheck } from '../../sql/catalog/alter-table.js';
import type { Catalog } from '../../sql/catalog/catalog.js';
import type { Column, Constraint, Index, Table } from '../../sql/catalog/model.js';
import { fullName, nameList } from '../../sql/catalog/print.js';
import { optionText } from '../../sql/catalog/options.js';
import { quoteIdentifier } from '../../sql/quote.js';
import { columnExtras, columnSql } from './columns.js';
import { belongings, identityBelongings } from './common.js';
import { concurrent, locking, plain, type Printing, repeatable, type Sql, sqlOf } from './sql.js';

/** A constraint as it stands in CREATE TABLE and ADD CONSTRAINT, its name first. */
export function constraintSql(constraint: Constraint, printing: Printing, valid = constraint.validated): string {
  const words = [`CONSTRAINT ${quoteIdentifier(constraint.name)} ${sqlOf(constraint.definition, printing)}`];
  if (constraint.noInherit) words.push('NO INHERIT');
  if (constraint.deferrable) words.push(constraint.deferred ? 'DEFERRABLE INITIALLY DEFERRED' : 'DEFERRABLE');
  if (constraint.notEnforced) words.push('NOT ENFORCED');
  if (!valid && !constraint.notEnforced) words.push('NOT VALID');
  return words.join(' ');
}

/** An index as CREATE INDEX. */
export function indexSql(index: Index, printing: Printing, how: { concurrently: boolean; only: boolean }): string {
  const { catalog } = printing;
  const table = catalog.get(index.parent);
  const words = [`CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX`];
  if (how.concurrently) words.push('CONCURRENTLY');
  words.push(
    `${quoteIdentifier(index.name)} ON ${how.only ? 'ONLY ' : ''}${table ? fullName(table) : ''} USING ${quoteIdentifier(index.method)}`,
  );
  words.push(`(${index.elements.map((each) => sqlOf(each, printing)).join(', ')})`);
  if (index.include.length > 0) words.push(`INCLUDE (${nameList(index.include, catalog)})`);
  if (index.nullsNotDistinct) words.push('NULLS NOT DISTINCT');
  if (index.options.size > 0) words.push(`WITH (${optionText(index.options)})`);
  if (index.tablespace !== undefined) words.push(`TABLESPACE ${quoteIdentifier(index.tablespace)}`);
  if (index.where) words.push(`WHERE ${sqlOf(index.where, printing)}`);
  return words.join(' ');
}

const isRow = (name: string): boolean => name.startsWith('toast.') || /^[a-z_]+$/.test(name);

/** CREATE TABLE with columns and local constraints; foreign keys come when every table is there. */
export function createTableSql(table: Table, printing: Printing): Sql[] {
  const { catalog } = printing;
  const parent = catalog.get(table.partitionOf);
  const type = catalog.get(table.ofType);
  const columns = table.columns.flatMap((oid) => catalog.as('column', oid) ?? []);
  const own = columns.filter((column) => !column.inherited || (column.local && !parent && !type));
  const items =
    parent || type
      ? own.map((column) => withOptionsSql(column, printing))
      : own.map((column) => columnSql(column, printing));
  const constraints = catalog
    .childrenOfKind(table.oid, 'constraint')
    .filter((each) => !each.inherited && each.type !== 'FOREIGN KEY' && each.validated && !isBoundCheck(each));
  items.push(...constraints.map((each) => constraintSql(each, printing)));
  const words = [
    `CREATE ${table.persistence === 'unlogged' ? 'UNLOGGED ' : ''}${table.foreign ? 'FOREIGN ' : ''}TABLE ${fullName(table)}`,
  ];
  if (parent) words.push(`PARTITION OF ${fullName(parent)}`);
  if (type) words.push(`OF ${fullName(type)}`);
  if (items.length > 0 || (!parent && !type)) words.push(items.length > 0 ? `(\n  ${items.join(',\n  ')}\n)` : '()');
  if (parent && table.bound) words.push(sqlOf(table.bound, printing));
  if (table.inherits.length > 0)
    words.push(`INHERITS (${table.inherits.map((oid) => nameOf(catalog, oid)).join(', ')})`);
  if (table.partitionBy) words.push(`PARTITION BY ${sqlOf(table.partitionBy, printing)}`);
  if (table.foreign)
    words.push(`SERVER ${quoteIdentifier(table.foreign.server)} ${sqlOf(table.foreign.options, printing)}`.trim());
  if (table.accessMethod !== undefined) words.push(`USING ${quoteIdentifier(table.accessMethod)}`);
  const options = new Map([...table.options].filter(([name]) => isRow(name)));
  if (options.size > 0) words.push(`WITH (${optionText(options)})`);
  if (table.tablespace !== undefined) words.push(`TABLESPACE ${quoteIdentifier(table.tablespace)}`);
  return [parent ? locking(words.join(' ')) : plain(words.join(' '))];
}

function nameOf(catalog: Catalog, oid: number): string {
  const object = catalog.get(oid);
  return object ? fullName(object) : '?';
}

function withOptionsSql(column: Column, printing: Printing): string {
  const words = [quoteIdentifier(column.name), 'WITH OPTIONS'];
  if (column.default) words.push(`DEFAULT ${sqlOf(column.default, printing)}`);
  if (column.notNull) words.push('NOT NULL');
  return words.join(' ');
}

/** Whatever else belongs to a table that has just been made: settings, indexes, comments, rights. */
export function tableBelongings(table: Table, printing: Printing): Sql[] {
  const { catalog } = printing;
  const name = `ALTER TABLE ${fullName(table)}`;
  const lines: Sql[] = [];
  const inheritedChanges = table.columns.flatMap((oid) => {
    const column = catalog.as('column', oid);
    return column ? inheritedDifference(column, table, printing) : [];
  });
  lines.push(...inheritedChanges);
  for (const constraint of catalog.childrenOfKind(table.oid, 'constraint'))
    if (!constraint.inherited && !constraint.validated && constraint.type !== 'FOREIGN KEY')
      lines.push(plain(`${name} ADD ${constraintSql(constraint, printing)}`));
  for (const index of catalog.indexesOf(table.oid))
    if (index.constraint === undefined && index.partOf === undefined)
      lines.push(plain(indexSql(index, printing, { concurrently: false, only: index.only })));
  for (const index of catalog.indexesOf(table.oid)) lines.push(...indexExtras(index, printing));
  for (const oid of table.columns) {
    const column = catalog.as('column', oid);
    if (column)
      lines.push(
        ...columnExtras(column, printing),
        ...belongings(column, printing),
        ...identityBelongings(column, printing),
      );
  }
  for (const constraint of catalog.childrenOfKind(table.oid, 'constraint'))
    if (constraint.type !== 'FOREIGN KEY') lines.push(...belongings(constraint, printing));
  if (table.rowSecurity) lines.push(plain(`${name} ENABLE ROW LEVEL SECURITY`));
  if (table.forceRowSecurity) lines.push(plain(`${name} FORCE ROW LEVEL SECURITY`));
  lines.push(...identityAndCluster(table, printing));
  lines.push(...belongings(table, printing));
  return lines;
}

/** A column that came from above and has since been changed on its own table. */
function inheritedDifference(column: Column, table: Table, printing: Printing): Sql[] {
  if (!column.inherited || column.local) return [];
  const above = [table.partitionOf, ...table.inherits].flatMap(
    (oid) => printing.catalog.column(oid, column.name) ?? [],
  );
  const [parent] = above;
  if (!parent) return [];
  const name = `ALTER TABLE ${fullName(table)} ALTER COLUMN ${quoteIdentifier(column.name)}`;
  const lines: Sql[] = [];
  if (column.notNull && !parent.notNull) lines.push(plain(`${name} SET NOT NULL`));
  const [own, other] = [
    column.default && sqlOf(column.default, printing),
    parent.default && sqlOf(parent.default, printing),
  ];
  if (own !== other) lines.push(plain(own === undefined ? `${name} DROP DEFAULT` : `${name} SET DEFAULT ${own}`));
  return lines;
}

/** REPLICA IDENTITY and CLUSTER ON, which name an index. */
export function identityAndCluster(table: Table, printing: Printing): Sql[] {
  const { catalog } = printing;
  const name = `ALTER TABLE ${fullName(table)}`;
  const lines: Sql[] = [];
  if (table.replicaIdentity !== 'default')
    lines.push(plain(`${name} REPLICA IDENTITY ${replicaWords(table, catalog)}`));
  const cluster = catalog.get(table.clusterOn);
  if (cluster) lines.push(plain(`${name} CLUSTER ON ${quoteIdentifier(cluster.name)}`));
  return lines;
}

export function replicaWords(table: Table, catalog: Catalog): string {
  const { replicaIdentity } = table;
  if (typeof replicaIdentity !== 'number') return replicaIdentity.toUpperCase();
  return `USING INDEX ${quoteIdentifier(catalog.get(replicaIdentity)?.name ?? '?')}`;
}

/** Comment and statistics of an index. */
export function indexExtras(index: Index, printing: Printing): Sql[] {
  const lines: Sql[] = [];
  for (const [column, target] of index.statistics)
    lines.push(locking(`ALTER INDEX ${fullName(index)} ALTER COLUMN ${column} SET STATISTICS ${target}`));
  if (index.comment !== undefined) lines.push(...belongings({ ...index, owner: undefined }, printing));
  return lines;
}

/** CREATE INDEX on a table that others use. On a partitioned one: ONLY, then each partition's, then ATTACH. */
export function createIndexSql(index: Index, printing: Printing): Sql[] {
  const { catalog, concurrently } = printing;
  const table = catalog.get(index.parent);
  const partitioned = table?.kind === 'table' && table.partitionBy !== undefined;
  if (!partitioned) {
    const text = indexSql(index, printing, { concurrently, only: false });
    return [concurrently ? concurrent(text) : locking(text)];
  }
  const lines = [repeatable(locking(indexSql(index, printing, { concurrently: false, only: true })))];
  for (const part of partsOf(catalog, index)) {
    const parent = catalog.get(part.parent);
    const isPartitioned = parent?.kind === 'table' && parent.partitionBy !== undefined;
    if (isPartitioned) lines.push(...createIndexSql(part, printing));
    else {
      const text = indexSql(part, printing, { concurrently, only: false });
      lines.push(concurrently ? concurrent(text) : locking(text));
    }
    lines.push(repeatable(locking(`ALTER INDEX ${fullName(index)} ATTACH PARTITION ${fullName(part)}`)));
  }
  return lines;
}

/** The indexes of the partitions that are attached to an index. */
export function partsOf(catalog: Catalog, index: Index): Index[] {
  return [...catalog.all()].flatMap((each) => (each.kind === 'index' && each.partOf === index.oid ? [each] : []));
}
