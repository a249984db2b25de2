import type { Oid, Ref } from './model.js';
import { columnNamed, entryNamed, isHidden, rangeName, scopeOf, selectScope, type Scope } from './scope.js';
import type { Source } from './source.js';
import { as, field, inner, list, number, stringOf, strings, tagOf, text, type Tree } from './tree.js';

/** Tokens [from, to) that name something, and what is printed in their place. */
export interface Place {
  readonly from: number;
  readonly to: number;
  readonly pieces: readonly (string | Ref)[];
}

interface Found {
  readonly places: Place[];
  /** True when a name cannot be tied to its object, so that a later rename would not be followed. */
  loose: boolean;
}

/** Every place of parse trees that names an object of the catalog. */
export function findRefs(nodes: readonly unknown[], source: Source, scope: Scope | undefined): Found {
  const finder = new Finder(source);
  try {
    for (const node of nodes) finder.visit(node, scope);
  } catch (error) {
    // A tree can be deeper than the stack: then its text stays as it is.
    if (!(error instanceof RangeError)) throw error;
    return { places: [], loose: true };
  }
  return { places: finder.places, loose: finder.loose };
}

const sequenceFunctions = new Set(['nextval', 'currval', 'setval']);

class Finder {
  readonly places: Place[] = [];
  loose = false;

  constructor(private readonly source: Source) {}

  visit(value: unknown, scope: Scope | undefined): void {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      for (const each of value) this.visit(each, scope);
      return;
    }
    for (const [key, child] of Object.entries(value)) this.member(key, child, scope);
  }

  private member(key: string, child: unknown, scope: Scope | undefined): void {
    if (typeof child !== 'object' || child === null) return;
    const tree: Tree = Array.isArray(child) ? {} : Object.fromEntries(Object.entries(child));
    switch (key) {
      case 'SelectStmt':
      case 'larg':
      case 'rarg':
        if (key === 'SelectStmt' || 'op' in tree || 'targetList' in tree) return this.select(tree, scope);
        return this.visit(child, scope);
      case 'InsertStmt':
      case 'UpdateStmt':
      case 'DeleteStmt':
        return this.write(tree, scope);
      case 'ResTarget':
        return this.target(tree, scope);
      case 'ColumnRef':
        return this.column(tree, scope, undefined);
      case 'FuncCall':
        this.call(tree);
        return this.visit(child, scope);
      case 'RangeVar':
      case 'relation':
        return this.range(tree, scope);
      case 'TypeName':
      case 'typeName':
      case 'argType':
      case 'returnType':
      case 'ofTypename':
        this.type(tree);
        return this.visit(tree.typmods, scope);
      case 'TypeCast':
        if (isRegclass(tree)) this.relationLiteral(field(tree, 'arg'));
        return this.visit(child, scope);
      case 'CollateClause':
        return this.visit(tree.arg, scope);
      case 'sortClause':
        return this.sorted(child, scope);
      default:
        return this.visit(child, scope);
    }
  }

  private select(select: Tree, around: Scope | undefined): void {
    const scope = selectScope(select, this.source.catalog, around);
    for (const [key, child] of Object.entries(select)) {
      if (key === 'targetList') for (const target of list(select, key)) this.listed(target, scope, select);
      else this.member(key, child, scope);
    }
  }

  /** An item of a select list, whose name stays when its column is renamed. */
  private listed(item: Tree, scope: Scope, select: Tree): void {
    const target = field(item, 'ResTarget');
    const reference = as(field(target, 'val'), 'ColumnRef');
    if (!reference) return this.visit(target.val, scope);
    const fields = list(reference, 'fields');
    const last = fields.at(-1);
    if (last && tagOf(last) === 'A_Star') return this.star(reference, scope, select);
    const name = last && text(target, 'name') === undefined ? stringOf(last) : undefined;
    this.column(reference, scope, name);
  }

  /** "*" is written out: PostgreSQL knows its columns from the beginning on. */
  private star(reference: Tree, scope: Scope, select: Tree): void {
    const { catalog } = this.source;
    const fields = list(reference, 'fields');
    const from = this.source.at(reference);
    const alias = fields.length > 1 ? (stringOf(fields.at(-2) ?? {}) ?? '') : undefined;
    const merged = list(select, 'fromClause').some((item) => {
      const join = as(item, 'JoinExpr');
      return join !== undefined && (list(join, 'usingClause').length > 0 || join.isNatural === true);
    });
    const entries = alias === undefined ? scope.entries : scope.entries.filter((entry) => entry.alias === alias);
    const pieces: (string | Ref)[] = [];
    for (const entry of entries) {
      const relation = catalog.get(entry.relation);
      const isKnown = relation?.kind === 'table' || relation?.kind === 'view';
      if (
        !relation ||
        !isKnown ||
        relation.origin !== 'defined' ||
        (relation.kind === 'view' && relation.columns.length === 0)
      ) {
        this.loose = true;
        return;
      }
      for (const oid of relation.columns) {
        const column = catalog.get(oid);
        if (!column) continue;
        if (pieces.length > 0) pieces.push(', ');
        if (scope.entries.length > 1 || alias !== undefined) {
          if (entry.ownName) pieces.push({ oid: relation.oid, as: 'name' });
          else pieces.push(quoted(entry.alias));
          pieces.push('.');
        }
        pieces.push({ oid, as: 'name', output: column.name });
      }
    }
    if (entries.length === 0 || merged || pieces.length === 0) {
      this.loose = true;
      return;
    }
    this.places.push({ from, to: from + fields.length * 2 - 1, pieces });
  }

  private target(target: Tree, scope: Scope | undefined): void {
    this.visit(target.val, scope);
  }

  private sorted(child: unknown, scope: Scope | undefined): void {
    if (!Array.isArray(child)) return;
    for (const item of child) {
      const node = field(inner(item), 'node');
      const reference = as(node, 'ColumnRef');
      const names = reference ? strings(reference, 'fields') : [];
      if (names.length === 1 && scope?.outputs.has(names[0] ?? '')) continue;
      this.visit(item, scope);
    }
  }

  private write(statement: Tree, around: Scope | undefined): void {
    const range = field(statement, 'relation');
    const name = rangeName(range);
    const relation = this.source.catalog.relation(name);
    const alias = text(field(range, 'alias'), 'aliasname');
    const entry = { alias: alias ?? name.name, relation: relation?.oid, ownName: alias === undefined };
    this.range(range, around);
    const scope = scopeOf([entry], around);
    for (const key of ['cols', 'targetList'])
      for (const target of list(statement, key)) this.assigned(field(target, 'ResTarget'), relation?.oid);
    for (const [key, child] of Object.entries(statement)) if (key !== 'relation') this.member(key, child, scope);
  }

  /** A relation that no file makes: nothing is renamed there. */
  private isOutput(relation: Oid): boolean {
    return this.source.catalog.get(relation)?.origin !== 'defined';
  }

  /** A column of INSERT (…) or SET. */
  private assigned(target: Tree, relation: Oid | undefined): void {
    const column = this.source.catalog.column(relation, text(target, 'name') ?? '');
    if (!column) return;
    const from = this.source.at(target);
    this.places.push({ from, to: from + 1, pieces: [{ oid: column.oid, as: 'name' }] });
  }

  private column(reference: Tree, scope: Scope | undefined, output: string | undefined): void {
    const fields = list(reference, 'fields');
    if (fields.some((each) => tagOf(each) !== 'String')) {
      this.loose ||= fields.some((each) => tagOf(each) === 'A_Star');
      return;
    }
    const names = fields.map((each) => stringOf(each) ?? '');
    const from = this.source.at(reference);
    const named = (oid: Oid): Ref => ({ oid, as: 'name', ...(output === undefined ? {} : { output }) });
    if (names.length === 1) {
      const [name = ''] = names;
      const found = columnNamed(name, scope, this.source.catalog);
      if (found.kind === 'column') this.places.push({ from, to: from + 1, pieces: [named(found.column.oid)] });
      if (found.kind === 'unsure') this.loose = true;
      if (found.kind === 'none') this.wholeRow(name, from, scope);
      return;
    }
    const [qualifier = '', name = ''] = names.slice(-2);
    const entry = entryNamed(qualifier, scope);
    const column = this.source.catalog.column(entry?.relation, name);
    if (!entry || !column || names.length > 2) {
      // A subquery gives names that no rename reaches.
      if (names.length > 2 || (entry && entry.relation !== undefined && !this.isOutput(entry.relation)))
        this.loose = true;
      return;
    }
    if (entry.ownName && entry.relation !== undefined)
      this.places.push({ from, to: from + 1, pieces: [{ oid: entry.relation, as: 'name' }] });
    this.places.push({ from: from + 2, to: from + 3, pieces: [named(column.oid)] });
  }

  /** The name of a table in the place of a value. */
  private wholeRow(name: string, from: number, scope: Scope | undefined): void {
    const entry = entryNamed(name, scope);
    if (!entry) return;
    if (entry.ownName && entry.relation !== undefined)
      this.places.push({ from, to: from + 1, pieces: [{ oid: entry.relation, as: 'name' }] });
  }

  private range(range: Tree, scope: Scope | undefined): void {
    const name = rangeName(range);
    if (name.name === '' || isHidden(name, scope)) return;
    const relation = this.source.catalog.relation(name);
    if (!relation) return;
    const from = this.source.at(range);
    const to = this.source.behindName(from);
    this.places.push({ from, to, pieces: [{ oid: relation.oid, as: 'full' }] });
  }

  private call(call: Tree): void {
    const names = strings(call, 'funcname');
    const name = names.at(-1) ?? '';
    if (call.funcformat !== 'COERCE_SQL_SYNTAX') {
      const all = this.source.catalog.routines({ schema: names.at(-2), name });
      const given = list(call, 'args').length;
      const routine = all.find((each) => each.signature.length === given) ?? all[0];
      const from = this.source.at(call);
      if (routine && this.source.nameAt(from) === names[0])
        this.places.push({ from, to: from + names.length * 2 - 1, pieces: [{ oid: routine.oid, as: 'full' }] });
    }
    if (!sequenceFunctions.has(name)) return;
    const [argument = {}] = list(call, 'args');
    const cast = as(argument, 'TypeCast');
    if (!cast) this.relationLiteral(argument);
  }

  /** 'public.orders_id_seq' in the place of a relation. */
  private relationLiteral(argument: Tree): void {
    const content = as(argument, 'A_Const');
    const value = content && text(field(content, 'sval'), 'sval');
    if (value === undefined || !content) return;
    const relation = this.source.catalog.relation(nameFromLiteral(value));
    if (!relation) return;
    const from = this.source.at(content);
    this.places.push({ from, to: from + 1, pieces: [{ oid: relation.oid, as: 'literal' }] });
  }

  private type(type: Tree): void {
    const names = strings(type, 'names');
    if (names.length === 0 || type.pct_type === true || number(type, 'location') < 0) return;
    const found = this.source.catalog.find('type', { schema: names.at(-2), name: names.at(-1) ?? '' });
    const object = found ?? this.rowType(names);
    if (!object) return;
    const from = this.source.at(type);
    if (this.source.nameAt(from) !== names[0]) return;
    this.places.push({ from, to: from + names.length * 2 - 1, pieces: [{ oid: object.oid, as: 'full' }] });
  }

  private rowType(names: readonly string[]): { readonly oid: Oid } | undefined {
    const relation = this.source.catalog.relation({ schema: names.at(-2), name: names.at(-1) ?? '' });
    return relation?.kind === 'table' || relation?.kind === 'view' ? relation : undefined;
  }
}

function isRegclass(cast: Tree): boolean {
  return strings(field(cast, 'typeName'), 'names').at(-1) === 'regclass';
}

/** The name inside a literal such as 'app."Orders"'. */
export function nameFromLiteral(value: string): { schema: string | undefined; name: string } {
  const parts = [...value.matchAll(/"((?:[^"]|"")*)"|([^."]+)/g)].map(([, quotedPart, bare]) =>
    quotedPart === undefined ? (bare ?? '').trim().toLowerCase() : quotedPart.replaceAll('""', '"'),
  );
  return { schema: parts.at(-2), name: parts.at(-1) ?? '' };
}

function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
