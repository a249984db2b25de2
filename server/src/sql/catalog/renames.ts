import type { Catalog } from './catalog.js';
import { constraintOrUnknown, columnOrUnknown, relationOrUnknown } from './make.js';
import type { CatalogObject } from './model.js';
import { rangeName } from './scope.js';
import type { Source } from './source.js';
import { partsOfName, nameOfParts, targetOf } from './targets.js';
import { field, flag, has, text, type Tree } from './tree.js';

/** Replays every ALTER … RENAME. */
export function rename(source: Source, stmt: Tree): void {
  const { catalog } = source;
  const kind = text(stmt, 'renameType') ?? '';
  const to = text(stmt, 'newname') ?? '';
  const name = text(stmt, 'subname') ?? '';
  if (!has(stmt, 'relation')) {
    if (kind === 'OBJECT_DOMCONSTRAINT') {
      const domain = catalog.find('type', nameOfParts(partsOfName(field(stmt, 'object'))));
      const constraint = domain && catalog.constraint(domain.oid, name);
      if (constraint) renameObject(catalog, constraint, to);
      return;
    }
    const object = has(stmt, 'object')
      ? targetOf(source, kind, field(stmt, 'object'))
      : targetOf(source, kind, { String: { sval: name } });
    if (object) renameObject(catalog, object, to);
    else source.miss(name || partsOfName(field(stmt, 'object')).join('.'));
    return;
  }
  const range = rangeName(field(stmt, 'relation'));
  const isAttribute = kind === 'OBJECT_ATTRIBUTE';
  const found = isAttribute ? catalog.find('type', range) : catalog.relation(range);
  if (!found && flag(stmt, 'missing_ok')) return;
  const relation = found ?? relationOrUnknown(catalog, range);
  switch (kind) {
    case 'OBJECT_COLUMN':
    case 'OBJECT_ATTRIBUTE':
      return renameColumn(catalog, relation, name, to);
    case 'OBJECT_TABCONSTRAINT':
      return renameConstraint(catalog, relation, name, to);
    case 'OBJECT_TRIGGER':
    case 'OBJECT_RULE': {
      const type = kind === 'OBJECT_TRIGGER' ? 'TRIGGER' : 'RULE';
      renameIn(source, relation, (each) => each.kind === 'definition' && each.type === type && each.name === name, to);
      return;
    }
    case 'OBJECT_POLICY':
      renameIn(source, relation, (each) => each.kind === 'policy' && each.name === name, to);
      return;
    default:
      renameObject(catalog, relation, to);
  }
}

function renameIn(source: Source, relation: CatalogObject, isIt: (object: CatalogObject) => boolean, to: string): void {
  const found = source.catalog.childrenOf(relation.oid).find(isIt);
  if (found) source.catalog.put({ ...found, name: to });
  else source.miss(`what became ${to}`);
}

/** An index and the constraint on it have one name. */
function renameObject(catalog: Catalog, object: CatalogObject, to: string): void {
  catalog.put({ ...object, name: to });
  if (object.kind === 'index') {
    const constraint = catalog.get(object.constraint);
    if (constraint) catalog.put({ ...constraint, name: to });
  } else if (object.kind === 'definition' && object.type === 'SCHEMA') {
    for (const each of [...catalog.all()])
      if (each.schema === object.name) catalog.put({ ...each, schema: to, qualified: true });
  }
}

function renameColumn(catalog: Catalog, relation: CatalogObject, name: string, to: string): void {
  const column = columnOrUnknown(catalog, relation, name);
  catalog.put({ ...column, name: to });
  const heirs = relation.kind === 'type' ? catalog.linkedTo(relation.oid) : catalog.heirsOf(relation.oid);
  for (const heir of heirs) if (catalog.column(heir.oid, name)) renameColumn(catalog, heir, name, to);
}

function renameConstraint(catalog: Catalog, relation: CatalogObject, name: string, to: string): void {
  const constraint = constraintOrUnknown(catalog, relation, name);
  catalog.put({ ...constraint, name: to });
  for (const index of catalog.indexesOf(relation.oid))
    if (index.constraint === constraint.oid) catalog.put({ ...index, name: to });
  if (constraint.type !== 'CHECK') return;
  for (const heir of catalog.heirsOf(relation.oid))
    if (catalog.constraint(heir.oid, name)) renameConstraint(catalog, heir, name, to);
}

/** Replays ALTER … SET SCHEMA. */
export function setSchema(source: Source, stmt: Tree): void {
  const { catalog } = source;
  const kind = text(stmt, 'objectType') ?? '';
  const schema = text(stmt, 'newschema') ?? '';
  const object = has(stmt, 'relation')
    ? (catalog.relation(rangeName(field(stmt, 'relation'))) ??
      (flag(stmt, 'missing_ok') ? undefined : relationOrUnknown(catalog, rangeName(field(stmt, 'relation')))))
    : targetOf(source, kind, field(stmt, 'object'));
  // Where an extension without SCHEMA stood is in no file.
  if (object?.kind === 'definition' && object.schema === undefined) source.unwritten = true;
  if (object) move(catalog, object, schema);
  else source.miss(partsOfName(field(stmt, 'object')).join('.'), flag(stmt, 'missing_ok'));
}

/** A table takes its indexes and the sequences of its columns along. */
function move(catalog: Catalog, object: CatalogObject, schema: string): void {
  catalog.put({ ...object, schema, qualified: true });
  if (object.kind !== 'table' && object.kind !== 'view') return;
  for (const index of catalog.indexesOf(object.oid)) catalog.put({ ...index, schema, qualified: true });
  for (const each of [...catalog.all()])
    if (each.kind === 'sequence' && each.ownedBy !== undefined && catalog.get(each.ownedBy)?.parent === object.oid)
      catalog.put({ ...each, schema, qualified: true });
}
