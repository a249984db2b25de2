import type { Catalog, Name, Named } from './catalog.js';
import type { CatalogObject } from './model.js';
import { placeOf } from './make.js';
import { routineOf, signatureOf } from './routines.js';
import type { Source } from './source.js';
import { field, inner, list, optionValue, stringOf, tagOf, text, type Tree } from './tree.js';
import { typeKey } from './types.js';

/** The words of definitions by PostgreSQL's name of the kind. */
const definitionTypes: Readonly<Record<string, string>> = {
  OBJECT_ACCESS_METHOD: 'ACCESS METHOD',
  OBJECT_CAST: 'CAST',
  OBJECT_COLLATION: 'COLLATION',
  OBJECT_CONVERSION: 'CONVERSION',
  OBJECT_EVENT_TRIGGER: 'EVENT TRIGGER',
  OBJECT_EXTENSION: 'EXTENSION',
  OBJECT_FDW: 'FOREIGN DATA WRAPPER',
  OBJECT_FOREIGN_SERVER: 'SERVER',
  OBJECT_LANGUAGE: 'LANGUAGE',
  OBJECT_OPCLASS: 'OPERATOR CLASS',
  OBJECT_OPERATOR: 'OPERATOR',
  OBJECT_OPFAMILY: 'OPERATOR FAMILY',
  OBJECT_ROLE: 'ROLE',
  OBJECT_RULE: 'RULE',
  OBJECT_SCHEMA: 'SCHEMA',
  OBJECT_STATISTIC_EXT: 'STATISTICS',
  OBJECT_SUBSCRIPTION: 'SUBSCRIPTION',
  OBJECT_TABLESPACE: 'TABLESPACE',
  OBJECT_TRIGGER: 'TRIGGER',
  OBJECT_TSCONFIGURATION: 'TEXT SEARCH CONFIGURATION',
  OBJECT_TSDICTIONARY: 'TEXT SEARCH DICTIONARY',
  OBJECT_TSPARSER: 'TEXT SEARCH PARSER',
  OBJECT_TSTEMPLATE: 'TEXT SEARCH TEMPLATE',
};

/** The parts of a name: a list of strings, one string, or a type name. */
export function partsOfName(node: Tree): string[] {
  const tag = tagOf(node);
  if (tag === 'String') return [stringOf(node) ?? ''];
  if (tag === 'TypeName') return list(inner(node), 'names').map((each) => stringOf(each) ?? '');
  if (tag === 'List')
    return list(inner(node), 'items').flatMap((each) =>
      tagOf(each) === 'String' ? [stringOf(each) ?? ''] : partsOfName(each),
    );
  if (tag === 'ObjectWithArgs') return list(inner(node), 'objname').map((each) => stringOf(each) ?? '');
  return [];
}

export function nameOfParts(parts: readonly string[]): Name {
  return { schema: parts.at(-2), name: parts.at(-1) ?? '' };
}

/** A relation and something in it: the last part is the name inside. */
function within(catalog: Catalog, parts: readonly string[]): { relation: CatalogObject | undefined; name: string } {
  return { relation: catalog.relation(nameOfParts(parts.slice(0, -1))), name: parts.at(-1) ?? '' };
}

/** The object that COMMENT, DROP, ALTER … OWNER and their like name. */
export function targetOf(source: Source, kind: string, node: Tree): CatalogObject | undefined {
  const { catalog } = source;
  const parts = partsOfName(node);
  switch (kind) {
    case 'OBJECT_TABLE':
    case 'OBJECT_FOREIGN_TABLE':
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
    case 'OBJECT_INDEX':
    case 'OBJECT_SEQUENCE':
      return catalog.relation(nameOfParts(parts));
    case 'OBJECT_COLUMN':
    case 'OBJECT_ATTRIBUTE': {
      const { relation, name } = within(catalog, parts);
      return relation && catalog.column(relation.oid, name);
    }
    case 'OBJECT_TABCONSTRAINT': {
      const { relation, name } = within(catalog, parts);
      return relation && catalog.constraint(relation.oid, name);
    }
    case 'OBJECT_DOMCONSTRAINT': {
      const domain = catalog.find('type', nameOfParts(parts.slice(0, -1)));
      return domain && catalog.constraint(domain.oid, parts.at(-1) ?? '');
    }
    case 'OBJECT_TRIGGER':
    case 'OBJECT_RULE': {
      const { relation, name } = within(catalog, parts);
      const type = definitionTypes[kind];
      return (
        relation &&
        catalog.childrenOfKind(relation.oid, 'definition').find((each) => each.type === type && each.name === name)
      );
    }
    case 'OBJECT_POLICY': {
      const { relation, name } = within(catalog, parts);
      return relation && catalog.childrenOfKind(relation.oid, 'policy').find((each) => each.name === name);
    }
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN':
      return catalog.find('type', nameOfParts(parts));
    case 'OBJECT_FUNCTION':
    case 'OBJECT_PROCEDURE':
    case 'OBJECT_ROUTINE':
    case 'OBJECT_AGGREGATE':
      return routineOf(source, inner(node));
    case 'OBJECT_PUBLICATION':
      return catalog.candidates('publication', parts.at(-1) ?? '')[0];
    default:
      return definition(source, kind, node, parts);
  }
}

/** What a DROP names and no file makes; undefined for what nothing makes with IF NOT EXISTS or OR REPLACE. */
export function nameOfTarget(source: Source, kind: string, node: Tree): Named | undefined {
  const { catalog } = source;
  const parts = partsOfName(node);
  const { schema, name } = nameOfParts(parts);
  const placed = { name, schema: placeOf(catalog, { schema, name }).schema, parent: undefined };
  switch (kind) {
    case 'OBJECT_TABLE':
    case 'OBJECT_FOREIGN_TABLE':
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
    case 'OBJECT_INDEX':
    case 'OBJECT_SEQUENCE':
      return { kind: 'table', ...placed };
    case 'OBJECT_FUNCTION':
    case 'OBJECT_PROCEDURE':
    case 'OBJECT_ROUTINE':
    case 'OBJECT_AGGREGATE': {
      const signature = signatureOf(source, inner(node));
      return signature && { kind: 'routine', ...placed, signature };
    }
    case 'OBJECT_TRIGGER':
    case 'OBJECT_RULE': {
      const { relation } = within(catalog, parts);
      const type = definitionTypes[kind];
      return relation && type !== undefined
        ? { kind: 'definition', type, name, schema: undefined, parent: relation.oid }
        : undefined;
    }
    case 'OBJECT_SCHEMA':
    case 'OBJECT_EXTENSION':
      return { kind: 'definition', type: definitionTypes[kind] ?? '', name, schema: undefined, parent: undefined };
    default:
      return undefined;
  }
}

function definition(source: Source, kind: string, node: Tree, parts: readonly string[]): CatalogObject | undefined {
  const { catalog } = source;
  const type = definitionTypes[kind];
  if (type === undefined) return undefined;
  if (kind === 'OBJECT_CAST') {
    const [from = {}, to = {}] = list(inner(node), 'items').map(inner);
    const name = `(${typeKey(from, catalog)} AS ${typeKey(to, catalog)})`;
    return catalog.candidates(type, name)[0];
  }
  if (kind === 'OBJECT_OPERATOR') {
    const content = inner(node);
    const keys = (Array.isArray(content.objargs) ? content.objargs : []).map((each: unknown) =>
      typeof each === 'object' && each !== null && 'TypeName' in each
        ? typeKey(field({ ...each }, 'TypeName'), catalog)
        : 'none',
    );
    return catalog.find(type, { schema: parts.at(-2), name: `${parts.at(-1) ?? ''}(${keys.join(',')})` });
  }
  if (kind === 'OBJECT_OPCLASS' || kind === 'OBJECT_OPFAMILY') return catalog.find(type, nameOfParts(parts.slice(1)));
  const inSchema = /COLLATION|CONVERSION|STATISTIC|OBJECT_TS/.test(kind);
  if (inSchema) return catalog.find(type, nameOfParts(parts));
  const name = parts.at(-1) ?? optionValue(node) ?? text(inner(node), 'rolename') ?? '';
  return catalog.candidates(type, name)[0];
}
