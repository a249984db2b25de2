import type { Definition, Policy, Publication, Routine, Sequence, UserType, View } from '../../sql/catalog/model.js';
import { fullName } from '../../sql/catalog/print.js';
import { optionText } from '../../sql/catalog/options.js';
import { quoteIdentifier, quoteLiteral } from '../../sql/quote.js';
import { columnSql, sequenceWords } from './columns.js';
import { belongings } from './common.js';
import { kindAndName, locking, plain, type Printing, type Sql, sqlOf } from './sql.js';
import { constraintSql, createIndexSql, indexExtras } from './tables.js';

export function createSequenceSql(sequence: Sequence, _printing: Printing): Sql[] {
  const words = sequenceWords(sequence);
  const kind = sequence.persistence === 'unlogged' ? 'CREATE UNLOGGED SEQUENCE' : 'CREATE SEQUENCE';
  return [plain([`${kind} ${fullName(sequence)}`, ...words].join(' '))];
}

/** OWNED BY, when the column is there. */
export function ownedBySql(sequence: Sequence, printing: Printing): Sql {
  const column = printing.catalog.get(sequence.ownedBy);
  const table = printing.catalog.get(column?.parent);
  const owner = column && table ? `${fullName(table)}.${quoteIdentifier(column.name)}` : 'NONE';
  return locking(`ALTER SEQUENCE ${fullName(sequence)} OWNED BY ${owner}`);
}

export function createViewSql(view: View, printing: Printing, replace = false): string {
  const { catalog } = printing;
  const words = [
    `CREATE ${replace ? 'OR REPLACE ' : ''}${view.materialized ? 'MATERIALIZED ' : view.recursive ? 'RECURSIVE ' : ''}VIEW ${fullName(view)}`,
  ];
  const names = view.columnNames && view.columns.map((oid) => catalog.get(oid)?.name ?? '');
  if (names && names.length > 0) words.push(`(${names.map(quoteIdentifier).join(', ')})`);
  const options = new Map(view.options);
  if (options.size > 0) words.push(`WITH (${optionText(options)})`);
  if (view.tablespace !== undefined) words.push(`TABLESPACE ${quoteIdentifier(view.tablespace)}`);
  words.push(`AS ${sqlOf(view.query, printing)}`);
  // One that was made WITH NO DATA may have been filled since, which no file says; unfilled, it fails its readers.
  return words.join(' ');
}

export function viewBelongings(view: View, printing: Printing): Sql[] {
  const { catalog } = printing;
  const lines: Sql[] = [];
  for (const oid of view.columns) {
    const column = catalog.as('column', oid);
    if (!column) continue;
    if (column.default)
      lines.push(
        plain(
          `ALTER VIEW ${fullName(view)} ALTER COLUMN ${quoteIdentifier(column.name)} SET DEFAULT ${sqlOf(column.default, printing)}`,
        ),
      );
    const target = `ALTER MATERIALIZED VIEW ${fullName(view)} ALTER COLUMN ${quoteIdentifier(column.name)}`;
    if (column.statistics !== undefined) lines.push(plain(`${target} SET STATISTICS ${column.statistics}`));
    if (column.storage !== undefined) lines.push(plain(`${target} SET STORAGE ${column.storage}`));
    lines.push(...belongings(column, printing));
  }
  for (const index of catalog.indexesOf(view.oid))
    lines.push(
      ...createIndexSql(index, { ...printing, concurrently: false }).map((each) => ({
        ...each,
        waits: 'plain' as const,
      })),
    );
  for (const index of catalog.indexesOf(view.oid)) lines.push(...indexExtras(index, printing));
  lines.push(...belongings(view, printing));
  return lines;
}

export function createTypeSql(type: UserType, printing: Printing): Sql[] {
  const { catalog } = printing;
  switch (type.type) {
    case 'enum':
      return [plain(`CREATE TYPE ${fullName(type)} AS ENUM (${type.labels.map(quoteLiteral).join(', ')})`)];
    case 'composite': {
      const columns = type.columns.flatMap((oid) => catalog.as('column', oid) ?? []);
      return [
        plain(`CREATE TYPE ${fullName(type)} AS (${columns.map((column) => columnSql(column, printing)).join(', ')})`),
      ];
    }
    case 'domain': {
      const words = [`CREATE DOMAIN ${fullName(type)} AS ${type.base ? sqlOf(type.base, printing) : ''}`];
      if (type.collation !== undefined) words.push(`COLLATE ${type.collation}`);
      if (type.default) words.push(`DEFAULT ${sqlOf(type.default, printing)}`);
      if (type.notNull) words.push('NOT NULL');
      const constraints = catalog.childrenOfKind(type.oid, 'constraint');
      for (const each of constraints) if (each.validated) words.push(constraintSql(each, printing));
      const later = constraints
        .filter((each) => !each.validated)
        .map((each) => plain(`ALTER DOMAIN ${fullName(type)} ADD ${constraintSql(each, printing)}`));
      return [plain(words.join(' ')), ...later];
    }
    case 'other':
      return [plain(sqlOf(type.text, printing))];
  }
}

export function typeBelongings(type: UserType, printing: Printing): Sql[] {
  const { catalog } = printing;
  const parts = type.columns.flatMap((oid) => {
    const column = catalog.get(oid);
    return column?.comment === undefined ? [] : belongings(column, printing);
  });
  const constraints = catalog.childrenOfKind(type.oid, 'constraint').flatMap((each) => belongings(each, printing));
  return [...parts, ...constraints, ...belongings(type, printing)];
}

export function createRoutineSql(routine: Routine, printing: Printing, replace = false): Sql[] {
  const text = sqlOf(routine.text, printing);
  const create = replace ? text.replace(/^CREATE /, 'CREATE OR REPLACE ') : text;
  return [
    plain(create),
    ...routine.alters.map((each) => plain(`ALTER ${kindAndName(routine, printing)} ${sqlOf(each, printing)}`)),
  ];
}

export function createDefinitionSql(definition: Definition, printing: Printing, replace = false): Sql[] {
  const text = sqlOf(definition.text, printing);
  const create = replace ? text.replace(/^CREATE /, 'CREATE OR REPLACE ') : text;
  const locks = definition.type === 'TRIGGER' || definition.type === 'RULE' || definition.type === 'STATISTICS';
  const lines = [locks ? locking(create) : plain(create)];
  for (const each of definition.alters) lines.push(plain(sqlOf(each, printing)));
  if (definition.enabled !== 'ENABLE') lines.push(enabledSql(definition, printing));
  if (definition.type === 'STATISTICS' && definition.detail !== undefined)
    lines.push(plain(`ALTER STATISTICS ${fullName(definition)} SET STATISTICS ${definition.detail}`));
  return lines;
}

/** ENABLE, DISABLE … of a trigger, rule or event trigger. */
export function enabledSql(definition: Definition, printing: Printing): Sql {
  const table = printing.catalog.get(definition.parent);
  const name = quoteIdentifier(definition.name);
  if (definition.type === 'EVENT TRIGGER') return plain(`ALTER EVENT TRIGGER ${name} ${definition.enabled}`);
  return locking(`ALTER TABLE ${table ? fullName(table) : ''} ${definition.enabled} ${definition.type} ${name}`);
}

export function createPolicySql(policy: Policy, printing: Printing): Sql {
  const table = printing.catalog.get(policy.parent);
  const words = [`CREATE POLICY ${quoteIdentifier(policy.name)} ON ${table ? fullName(table) : ''}`];
  if (!policy.permissive) words.push('AS RESTRICTIVE');
  if (policy.command !== 'ALL') words.push(`FOR ${policy.command}`);
  words.push(`TO ${policy.roles}`);
  if (policy.using) words.push(`USING (${sqlOf(policy.using, printing)})`);
  if (policy.check) words.push(`WITH CHECK (${sqlOf(policy.check, printing)})`);
  return locking(words.join(' '));
}

export function publicationMembers(publication: Publication, printing: Printing): string {
  const tables = [...publication.tables.values()].map((text) => sqlOf(text, printing));
  const parts: string[] = [];
  if (tables.length > 0) parts.push(`TABLE ${tables.join(', ')}`);
  if (publication.schemas.length > 0)
    parts.push(`TABLES IN SCHEMA ${publication.schemas.map(quoteIdentifier).join(', ')}`);
  return parts.join(', ');
}

export function createPublicationSql(publication: Publication, printing: Printing): Sql {
  const words = [`CREATE PUBLICATION ${quoteIdentifier(publication.name)}`];
  const members = publicationMembers(publication, printing);
  if (publication.all) words.push('FOR ALL TABLES');
  else if (members !== '') words.push(`FOR ${members}`);
  if (publication.options.size > 0) words.push(`WITH (${publicationOptions(publication)})`);
  return locking(words.join(' '));
}

export function publicationOptions(publication: Publication): string {
  return [...publication.options].map(([name, value]) => `${name} = ${quoteLiteral(value)}`).join(', ');
}
