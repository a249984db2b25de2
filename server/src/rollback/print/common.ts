import { defaultRights } from '../../sql/catalog/default-privileges.js';
import { identitySequence } from '../../sql/catalog/identity-copy.js';
import type { CatalogObject, Column, Rights } from '../../sql/catalog/model.js';
import { fullName } from '../../sql/catalog/print.js';
import { quoteIdentifier, quoteLiteral } from '../../sql/quote.js';
import { kindAndName, locking, plain, type Printing, type Sql } from './sql.js';

/** COMMENT ON …; undefined comments are taken away. */
export function commentSql(object: CatalogObject, printing: Printing): Sql {
  const value = object.comment === undefined ? 'NULL' : quoteLiteral(object.comment);
  return plain(`COMMENT ON ${kindAndName(object, printing)} IS ${value}`);
}

/** ALTER … OWNER TO. */
export function ownerSql(object: CatalogObject, printing: Printing): Sql {
  const owner = object.owner === undefined ? 'CURRENT_USER' : quoteIdentifier(object.owner);
  return locking(`ALTER ${kindAndName(object, printing)} OWNER TO ${owner}`);
}

/** The object of GRANT: "TABLE orders", "SCHEMA app". */
function grantTarget(object: CatalogObject, printing: Printing): string {
  if (object.kind === 'column') {
    const table = printing.catalog.get(object.parent);
    return `TABLE ${table ? fullName(table) : ''}`;
  }
  if (object.kind === 'view' || object.kind === 'table') return `TABLE ${fullName(object)}`;
  if (object.kind === 'type') return `TYPE ${fullName(object)}`;
  if (object.kind === 'routine') return kindAndName(object, printing).replace(/^AGGREGATE /, 'FUNCTION ');
  if (object.kind === 'definition')
    return kindAndName(object, printing).replace(/^(SERVER|FOREIGN DATA WRAPPER) /, (words) =>
      words.startsWith('SERVER') ? 'FOREIGN SERVER ' : words,
    );
  return kindAndName(object, printing);
}

/** GRANT and REVOKE that lead from some rights to others. */
export function rightsSql(object: CatalogObject, from: Rights, to: Rights, printing: Printing): Sql[] {
  const lines: Sql[] = [];
  const groups = new Map<string, string[]>();
  const put = (head: string, tail: string, privilege: string) => {
    const key = `${head}\n${tail}`;
    groups.set(key, [...(groups.get(key) ?? []), privilege]);
  };
  const target = object.kind === 'setting' ? object.value : grantTarget(object, printing);
  const column = object.kind === 'column' ? ` (${quoteIdentifier(object.name)})` : '';
  const prefix = object.kind === 'setting' ? `${object.head} ` : '';
  for (const key of new Set([...from.keys(), ...to.keys()])) {
    const [had, has] = [from.get(key), to.get(key)];
    if (had === has || has === 'unsure') continue;
    const split = key.lastIndexOf(' ');
    const [grantee, name] = [key.slice(0, split), key.slice(split + 1)];
    if (name === 'MAINTAIN' && printing.postgres < 17) continue;
    const privilege = `${name}${column}`;
    const grantTail = `ON ${target} TO ${grantee}`;
    const revokeTail = `ON ${target} FROM ${grantee}`;
    if (has === 'revoked') put(`${prefix}REVOKE`, revokeTail, privilege);
    else if (had === 'revoked' && has === undefined) put(`${prefix}GRANT`, grantTail, privilege);
    else if (has === undefined) put(`${prefix}REVOKE`, revokeTail, privilege);
    else if (has === 'grantable') put(`${prefix}GRANT`, `${grantTail} WITH GRANT OPTION`, privilege);
    else if (had === 'grantable') put(`${prefix}REVOKE GRANT OPTION FOR`, revokeTail, privilege);
    else put(`${prefix}GRANT`, grantTail, privilege);
  }
  for (const [key, privileges] of groups) {
    const [head = '', tail = ''] = key.split('\n');
    lines.push(plain(`${head} ${privileges.join(', ')} ${tail}`));
  }
  return lines;
}

/** Owner, rights and comment of an object that has just been made again. */
export function belongings(object: CatalogObject, printing: Printing): Sql[] {
  const lines: Sql[] = [];
  if (object.owner !== undefined && hasOwner(object)) lines.push(ownerSql(object, printing));
  const given =
    object.kind === 'column' ? new Map() : defaultRights(printing.catalog, { ...object, rights: new Map() });
  lines.push(...rightsSql(object, given, object.rights, printing));
  if (object.comment !== undefined) lines.push(commentSql(object, printing));
  return lines;
}

/** Rights and comment of the sequence behind an identity column. */
export function identityBelongings(column: Column, printing: Printing): Sql[] {
  const sequence = column.identity === undefined ? undefined : identitySequence(printing.catalog, column);
  return sequence ? belongings({ ...sequence, owner: undefined }, printing) : [];
}

function hasOwner(object: CatalogObject): boolean {
  if (object.kind === 'sequence') return object.ownedBy === undefined;
  if (object.kind === 'definition')
    return !/^(TRIGGER|RULE|CAST|USER MAPPING|EXTENSION|ROLE|ACCESS METHOD)$/.test(object.type);
  return ['table', 'view', 'type', 'routine', 'publication'].includes(object.kind);
}
