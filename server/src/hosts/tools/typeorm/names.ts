import { isOpenName } from '../support/holes.js';
import { sha1 } from '../support/sha1.js';
import { field, isFields, isFragment, isList, textOfValue, Unclear, type Value } from '../support/value.js';

// Names as TypeORM writes them, and those that its default strategy makes of a hash.

export function quote(name: string): string {
  return isOpenName(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** The schema and the name of a table, which is given by its path or as a `Table`. */
export function tableParts(table: Value): { readonly schema: string | undefined; readonly name: string } {
  if (table === undefined || table === null || isList(table)) throw new Unclear('the name of a table is not known');
  const schema = isFields(table) ? table.get('schema') : undefined;
  const path = textOfValue(isFields(table) ? (table.get('name') ?? null) : table);
  const parts = path.includes('${') ? [path] : path.split('.');
  const own = parts.length > 1 ? parts.at(-2) : schema === undefined ? undefined : textOfValue(schema);
  return { schema: own, name: parts.at(-1) ?? path };
}

/** A table in SQL; "public" is left out, as the schema that is searched. */
export function tableSql(table: Value): string {
  const { schema, name } = tableParts(table);
  return schema === undefined || schema === 'public' ? quote(name) : `${quote(schema)}.${quote(name)}`;
}

/** A name in the schema of a table, which TypeORM writes out there. */
export function inSchemaOf(table: Value, name: string): string {
  return `${quote(tableParts(table).schema ?? 'public')}.${quote(name)}`;
}

export type MadeName = 'PK' | 'UQ' | 'FK' | 'IDX' | 'CHK' | 'XCL';

const lengths: Readonly<Record<MadeName, number>> = { PK: 27, UQ: 27, FK: 27, IDX: 26, CHK: 26, XCL: 26 };

/**
 * A name that DefaultNamingStrategy makes, as a mark that `withMadeNames` replaces; a hole where what it is made of is not
 * known.
 */
function made(kind: MadeName, key: string): string {
  const isBroken = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(key);
  if (key.includes('${') || isBroken) return '${name}';
  return `\u0001${kind}:${encodeURIComponent(key)}\u0001`;
}

export function madeName(kind: MadeName, table: Value, columns: readonly string[], where = ''): string {
  const key = [tableParts(table).name, [...columns].sort().join('_'), ...(where === '' ? [] : [where])].join('_');
  return made(kind, key);
}

/** The same for what has an expression. */
export function madeOfExpression(kind: 'CHK' | 'XCL', table: Value, expression: string): string {
  return made(kind, `${tableParts(table).name}_${expression}`);
}

/**
 * The statement with the names that a version of TypeORM makes: a hash, before version 1 of the text as it stands in a
 * URL. Where the version is not known and makes a difference, the name is a hole.
 */
export function withMadeNames(sql: string, version: string | undefined): string {
  const major = /\d+/.exec(version ?? '')?.[0];
  return sql.replace(/"\u0001(PK|UQ|FK|IDX|CHK|XCL):([^\u0001]*)\u0001"/g, (_, kind: MadeName, encoded: string) => {
    const plain = decodeURIComponent(encoded);
    if (major === undefined && plain !== encoded) return '${name}';
    return `"${kind}_${sha1(major === '0' ? encoded : plain).slice(0, lengths[kind])}"`;
  });
}

/** The name of an index or a constraint: itself, or that of a `TableIndex` and its like. */
export function givenName(value: Value): string | undefined {
  if (isFragment(value) || typeof value === 'string') return textOfValue(value);
  const name = isFields(value) ? value.get('name') : undefined;
  return name === undefined || name === null ? undefined : textOfValue(name);
}

/** The strings of a list in a record. */
export function textsOf(record: Value, key: string): readonly string[] {
  const list = field(record, key);
  if (list === undefined) return [];
  if (!isList(list)) throw new Unclear('the columns of an index or a key are not known');
  return list.map(textOfValue);
}

export function optionOf(record: Value, key: string): string | undefined {
  const value = field(record, key);
  return value === undefined || value === null || value === '' ? undefined : textOfValue(value);
}
