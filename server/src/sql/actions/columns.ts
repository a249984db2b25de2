import type { ColumnDef, Constraint, Node } from '@pgsql/types';
import type { ColumnDefinition, ConstraintDefinition, IndexColumn, ReferentialAction, SourceText } from '../action.js';
import { relationName, stringOf, strings, typeRef } from './names.js';
import type { Reader } from './reader.js';

const kinds: Readonly<Record<string, ConstraintDefinition['kind']>> = {
  CONSTR_PRIMARY: 'primaryKey',
  CONSTR_UNIQUE: 'unique',
  CONSTR_CHECK: 'check',
  CONSTR_FOREIGN: 'foreignKey',
  CONSTR_EXCLUSION: 'exclusion',
  CONSTR_NOTNULL: 'notNull',
};

const referentialActions: Readonly<Record<string, ReferentialAction>> = {
  a: 'no action',
  r: 'restrict',
  c: 'cascade',
  n: 'set null',
  d: 'set default',
};

/** The text between the first pair of brackets of [from, to), which is where a CHECK keeps its expression. */
function bracketed(reader: Reader, from: number, to: number, tree: Node | undefined): SourceText | undefined {
  const open = reader.findOpen(from, to);
  if (open < 0) return undefined;
  const behind = reader.behindBracket(open, to);
  return behind - 1 > open + 1 ? reader.expressionOf(open + 1, behind - 1, tree) : undefined;
}

/** The elements of EXCLUDE USING gist (a WITH =, lower(b) WITH =). */
function excluded(
  nodes: readonly Node[] | undefined,
  reader: Reader,
  from: number,
  to: number,
): Pick<IndexColumn, 'name' | 'expression'>[] {
  const open = reader.findOpen(from, to);
  const parts = open < 0 ? [] : reader.splitAtCommas(open + 1, reader.behindBracket(open, to) - 1);
  return (nodes ?? []).map((node, position) => {
    const [element] = 'List' in node ? (node.List.items ?? []) : [];
    const name = element && 'IndexElem' in element ? element.IndexElem.name : undefined;
    const [start, end] = parts[position] ?? [from, to];
    const compared = reader.findWord(['WITH'], start, end);
    return { name, expression: name ? undefined : reader.sourceOf(start, compared < 0 ? end : compared).text };
  });
}

/** A table constraint or one written at `column`, standing in the tokens [from, to). */
export function constraintDefinition(
  constraint: Constraint,
  reader: Reader,
  from: number,
  to: number,
  column?: string,
): ConstraintDefinition | undefined {
  const kind = kinds[constraint.contype ?? ''];
  if (!kind) return undefined;
  const listed = kind === 'foreignKey' ? constraint.fk_attrs : constraint.keys;
  const columns = strings(listed);
  const source = reader.sourceOf(from, to);
  // In PostgreSQL's tree a column constraint has the same flags as a table constraint; without NOT VALID it is validated.
  return {
    kind,
    name: constraint.conname,
    columns: columns.length === 0 && column !== undefined ? [column] : columns,
    include: strings(constraint.including),
    ...(kind === 'exclusion' ? { elements: excluded(constraint.exclusions, reader, from, to) } : {}),
    expression:
      kind === 'check' ? bracketed(reader, reader.findWord(['CHECK'], from, to), to, constraint.raw_expr) : undefined,
    references:
      kind === 'foreignKey'
        ? {
            table: relationName(constraint.pktable, reader),
            columns: strings(constraint.pk_attrs),
            onDelete: referentialActions[constraint.fk_del_action ?? 'a'] ?? 'no action',
            onUpdate: referentialActions[constraint.fk_upd_action ?? 'a'] ?? 'no action',
          }
        : undefined,
    notValid: constraint.skip_validation === true,
    notEnforced:
      constraint.contype === 'CONSTR_CHECK' || constraint.contype === 'CONSTR_FOREIGN'
        ? constraint.is_enforced !== true
        : false,
    noInherit: constraint.is_no_inherit === true,
    deferrable: constraint.deferrable === true,
    usingIndex: constraint.indexname,
    span: source.span,
    text: source.text,
  };
}

/** A column of CREATE TABLE or ADD COLUMN that stands in the tokens [from, to). */
export function columnDefinition(column: ColumnDef, reader: Reader, from: number, to: number): ColumnDefinition {
  const nameIndex = Math.max(from, reader.indexAt(column.location ?? 0));
  const clauses = (column.constraints ?? [])
    .map((node: Node) => ('Constraint' in node ? node.Constraint : undefined))
    .filter((constraint): constraint is Constraint => constraint !== undefined && (constraint.location ?? -1) >= 0)
    .map((constraint) => ({ constraint, from: reader.indexAt(constraint.location ?? 0) }))
    .sort((a, b) => a.from - b.from);

  const collationAt = column.collClause?.location;
  const typeEnd = Math.min(clauses[0]?.from ?? to, collationAt === undefined ? to : reader.indexAt(collationAt));

  let notNull: ColumnDefinition['notNull'];
  let defaultClause: ColumnDefinition['default'];
  let generated: ColumnDefinition['generated'];
  let identity: ColumnDefinition['identity'];
  const constraints: ConstraintDefinition[] = [];

  clauses.forEach(({ constraint, from: start }, position) => {
    let next = position + 1;
    // Attributes such as DEFERRABLE follow their constraint as entries of their own.
    const attributes: string[] = [];
    for (; clauses[next]?.constraint.contype?.startsWith('CONSTR_ATTR_'); next++)
      attributes.push(clauses[next]?.constraint.contype ?? '');
    let end = clauses[next]?.from ?? to;
    // COLLATE may stand between constraints.
    if (collationAt !== undefined && collationAt > (reader.tokens[start]?.start ?? 0)) {
      end = Math.min(end, reader.indexAt(collationAt));
    }
    const clause = reader.spanOf(start, end);
    switch (constraint.contype) {
      case 'CONSTR_NOTNULL': {
        // CONSTRAINT name NOT NULL is the same: the words NOT NULL are what a reader looks for.
        const not = reader.findWord(['NOT'], start, end);
        notNull = not >= 0 ? reader.spanOf(not, not + 2) : clause;
        break;
      }
      case 'CONSTR_DEFAULT': {
        const word = reader.findWord(['DEFAULT'], start, end);
        defaultClause = {
          expression: reader.expressionOf(word + 1, end, constraint.raw_expr),
          clause: reader.spanOf(word, end),
        };
        break;
      }
      case 'CONSTR_GENERATED': {
        const expression = bracketed(reader, start, end, constraint.raw_expr) ?? reader.sourceOf(start, end);
        generated = { storage: constraint.generated_kind === 'v' ? 'virtual' : 'stored', expression, clause };
        break;
      }
      case 'CONSTR_IDENTITY':
        identity = { always: constraint.generated_when === 'a', clause };
        break;
      default: {
        const definition = constraintDefinition(constraint, reader, start, end, column.colname);
        const deferrable = attributes.includes('CONSTR_ATTR_DEFERRABLE') || attributes.includes('CONSTR_ATTR_DEFERRED');
        if (definition) constraints.push(deferrable ? { ...definition, deferrable } : definition);
      }
    }
  });

  const collation = column.collClause?.collname;
  return {
    name: column.colname ?? '',
    nameSpan: reader.spanOf(nameIndex, nameIndex + 1),
    type: typeRef(column.typeName, reader, typeEnd),
    notNull,
    default: defaultClause,
    generated,
    identity,
    collation: collation ? stringOf(collation[collation.length - 1]) : undefined,
    constraints,
    span: reader.spanOf(from, to),
  };
}
