import { chooseName } from '../quote.js';
import type { Catalog } from './catalog.js';
import { as, field, inner, list, stringOf, strings, tagOf, text, type Tree } from './tree.js';

/** The first of name, name1, name2 … that nothing else has. */
function numbered(parts: readonly string[], suffix: string, isTaken: (name: string) => boolean): string {
  for (let count = 0; ; count += 1) {
    const name = chooseName(parts, count === 0 ? suffix : `${suffix}${count}`);
    if (!isTaken(name)) return name;
  }
}

/** ChooseRelationName(): free among the relations of the schema, and for a constraint among its constraints. */
export function relationNameFor(
  catalog: Catalog,
  schema: string | undefined,
  parts: readonly string[],
  suffix: string,
  forConstraint = false,
): string {
  return numbered(parts, suffix, (name) => {
    const taken = catalog.candidates('relation', name).some((each) => each.schema === schema);
    return taken || (forConstraint && constraintExists(catalog, schema, name));
  });
}

/** ChooseConstraintName(): free among all constraints of the schema. */
export function constraintNameFor(
  catalog: Catalog,
  schema: string | undefined,
  parts: readonly string[],
  suffix: string,
): string {
  return numbered(parts, suffix, (name) => constraintExists(catalog, schema, name));
}

function constraintExists(catalog: Catalog, schema: string | undefined, name: string): boolean {
  return catalog.candidates('constraint', name).some((each) => catalog.get(each.parent)?.schema === schema);
}

/** The names of index columns that PostgreSQL puts into the name of an index. */
export function indexColumnNames(elements: readonly Tree[]): string[] {
  const names: string[] = [];
  for (const element of elements) {
    const content = field(element, 'IndexElem');
    const expression = field(content, 'expr');
    const base = text(content, 'name') ?? figureName(expression) ?? 'expr';
    let name = base;
    for (let count = 1; names.includes(name); count += 1) name = `${base}${count}`;
    names.push(name);
  }
  return names;
}

/** FigureIndexColname(): the name that an expression goes by. */
function figureName(node: Tree): string | undefined {
  const content = inner(node);
  switch (tagOf(node)) {
    case 'ColumnRef':
      return list(content, 'fields')
        .map((each) => stringOf(each))
        .at(-1);
    case 'FuncCall':
      return strings(content, 'funcname').at(-1);
    case 'TypeCast':
      return figureName(field(content, 'arg')) ?? strings(typeNameOf(content), 'names').at(-1);
    case 'CollateClause':
      return figureName(field(content, 'arg'));
    case 'A_Indirection':
      return figureName(field(content, 'arg'));
    case 'CaseExpr':
      return figureName(field(content, 'defresult')) ?? 'case';
    case 'CoalesceExpr':
      return 'coalesce';
    case 'MinMaxExpr':
      return content.op === 'IS_LEAST' ? 'least' : 'greatest';
    case 'NullIfExpr':
      return 'nullif';
    case 'A_Expr':
      return content.kind === 'AEXPR_NULLIF' ? 'nullif' : undefined;
    case 'A_ArrayExpr':
      return 'array';
    case 'RowExpr':
      return 'row';
    default:
      return undefined;
  }
}

function typeNameOf(cast: Tree): Tree {
  const type = field(cast, 'typeName');
  return as(type, 'TypeName') ?? type;
}
