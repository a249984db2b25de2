import { identitySequence } from '../../sql/catalog/identity-copy.js';
import type { Column, Sequence } from '../../sql/catalog/model.js';
import { fullName } from '../../sql/catalog/print.js';
import { optionText } from '../../sql/catalog/options.js';
import { quoteIdentifier } from '../../sql/quote.js';
import { locking, type Printing, type Sql, sqlOf } from './sql.js';

/** A column as it stands in CREATE TABLE and ADD COLUMN. */
export function columnSql(column: Column, printing: Printing, withNotNull = true): string {
  const words = [quoteIdentifier(column.name), column.type ? sqlOf(column.type, printing) : ''];
  if (column.compression !== undefined) words.push(`COMPRESSION ${column.compression}`);
  if (column.collation !== undefined) words.push(`COLLATE ${column.collation}`);
  if (column.foreignOptions) words.push(sqlOf(column.foreignOptions, printing));
  if (column.generated) {
    words.push(`GENERATED ALWAYS AS (${sqlOf(column.generated.expression, printing)}) ${column.generated.storage}`);
  } else if (column.identity !== undefined) words.push(identitySql(column, printing));
  else if (column.default) words.push(`DEFAULT ${sqlOf(column.default, printing)}`);
  if (withNotNull && column.notNull && column.identity === undefined && !isDomainOnly(column)) words.push('NOT NULL');
  return words.join(' ');
}

function isDomainOnly(column: Column): boolean {
  return column.type === undefined;
}

/** GENERATED … AS IDENTITY (SEQUENCE NAME …), with the options that its sequence has. */
export function identitySql(column: Column, printing: Printing): string {
  const sequence = identitySequence(printing.catalog, column);
  const options = sequence ? [`SEQUENCE NAME ${fullName(sequence)}`, ...sequenceWords(sequence, false)] : [];
  return `GENERATED ${column.identity ?? 'ALWAYS'} AS IDENTITY${options.length > 0 ? ` (${options.join(' ')})` : ''}`;
}

const words: Readonly<Record<string, string>> = {
  start: 'START WITH',
  increment: 'INCREMENT BY',
  minvalue: 'MINVALUE',
  maxvalue: 'MAXVALUE',
  cache: 'CACHE',
};

/** The options of a sequence as they stand in CREATE SEQUENCE. */
export function sequenceWords(sequence: Sequence, withType = true): string[] {
  const found: string[] = [];
  const type = sequence.options.get('as');
  if (withType && type !== undefined) found.push(`AS ${typeWord(type)}`);
  for (const [name, word] of Object.entries(words)) {
    const value = sequence.options.get(name);
    if (value !== undefined) found.push(`${word} ${value}`);
  }
  if (sequence.options.get('cycle') === 'true') found.push('CYCLE');
  return found;
}

function typeWord(type: string): string {
  return ({ int4: 'integer', int8: 'bigint', int2: 'smallint' } as Readonly<Record<string, string>>)[type] ?? type;
}

/** What a column has besides its definition: statistics, storage, options. */
export function columnExtras(column: Column, printing: Printing): Sql[] {
  const table = printing.catalog.get(column.parent);
  if (!table) return [];
  const name = quoteIdentifier(column.name);
  const found: Sql[] = [];
  const add = (command: string) =>
    found.push(locking(`ALTER TABLE ${fullName(table)} ALTER COLUMN ${name} ${command}`));
  if (column.statistics !== undefined) add(`SET STATISTICS ${column.statistics}`);
  if (column.storage !== undefined) add(`SET STORAGE ${column.storage}`);
  if (column.options.size > 0) add(`SET (${optionText(column.options)})`);
  return found;
}
