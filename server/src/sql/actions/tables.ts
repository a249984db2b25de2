import { mapped } from '../mapped.js';
import type { CreateStmt, CreateTableAsStmt, DropStmt, Node, RenameStmt, TruncateStmt } from '@pgsql/types';
import type { Action, ColumnDefinition, ConstraintDefinition, ObjectName } from '../action.js';
import { columnDefinition, constraintDefinition } from './columns.js';
import { objectKind } from './kinds.js';
import { qualifiedName, relationName, stringOf, strings, typeName } from './names.js';
import { typedLiterals } from './typed-literals.js';
import type { Reader } from './reader.js';
import { columnsOfQuery, relationsRead } from './relations.js';

/** CREATE_TABLE_LIKE_IDENTITY of PostgreSQL's parsenodes.h. */
const INCLUDING_DEFAULTS = 8;
const INCLUDING_IDENTITY = 32;

/** CREATE TABLE. */
export function createTable(statement: CreateStmt, reader: Reader): Action[] {
  const table = relationName(statement.relation, reader);
  const columns: ColumnDefinition[] = [];
  const constraints: ConstraintDefinition[] = [];
  const like: ObjectName[] = [];
  let likeDefaults = false;
  let likeIdentity = false;
  const open = reader.findOpen(reader.indexAt(table.span?.end ?? 0));
  const parts = open >= 0 ? reader.splitAtCommas(open + 1, reader.behindBracket(open) - 1) : [];
  (statement.tableElts ?? []).forEach((element, position) => {
    const [from, to] = parts[position] ?? [0, reader.tokens.length];
    if ('ColumnDef' in element) columns.push(columnDefinition(element.ColumnDef, reader, from, to));
    else if ('Constraint' in element) {
      const definition = constraintDefinition(element.Constraint, reader, from, to);
      if (definition) constraints.push(definition);
    } else if ('TableLikeClause' in element) {
      like.push(relationName(element.TableLikeClause.relation, reader));
      const options = element.TableLikeClause.options ?? 0;
      if ((options & INCLUDING_DEFAULTS) !== 0) likeDefaults = true;
      if ((options & INCLUDING_IDENTITY) !== 0) likeIdentity = true;
    }
  });
  const parents = (statement.inhRelations ?? []).flatMap((node) =>
    'RangeVar' in node ? [relationName(node.RangeVar, reader)] : [],
  );
  const parent = parents[0];
  const bound = statement.partbound;
  return [
    {
      kind: 'createTable',
      span: reader.whole,
      table,
      columns,
      constraints,
      ifNotExists: statement.if_not_exists === true,
      temporary: statement.relation?.relpersistence === 't',
      unlogged: statement.relation?.relpersistence === 'u',
      partitionBy: statement.partspec
        ? {
            strategy: (statement.partspec.strategy ?? '').replace('PARTITION_STRATEGY_', '').toLowerCase(),
            columns: (statement.partspec.partParams ?? []).flatMap((node) =>
              'PartitionElem' in node && node.PartitionElem.name ? [node.PartitionElem.name] : [],
            ),
          }
        : undefined,
      partitionOf:
        bound && parent
          ? { parent, bound: boundText(bound.location, reader), isDefault: bound.is_default === true }
          : undefined,
      inherits: bound ? [] : parents,
      ...(statement.ofTypename ? { ofType: qualifiedName(strings(statement.ofTypename.names)) } : {}),
      like,
      ...(likeDefaults ? { likeDefaults } : {}),
      ...(likeIdentity ? { likeIdentity } : {}),
      asQuery: false,
      reads: [],
      withData: false,
    },
  ];
}

/** FOR VALUES … or DEFAULT: every list of values ends with its bracket, and what else is written stands behind. */
function boundText(location: number | undefined, reader: Reader): string {
  const from = reader.indexAt(location ?? 0);
  const word = reader.findWord(['IN', 'FROM', 'WITH', 'DEFAULT'], from);
  if (word < 0 || reader.isWord(word, 'DEFAULT')) return reader.sourceOf(from, word + 1).text;
  const first = reader.behindBracket(reader.findOpen(word));
  return reader.sourceOf(from, reader.isWord(first, 'TO') ? reader.behindBracket(first + 1) : first).text;
}

/** CREATE TABLE AS, SELECT INTO and CREATE MATERIALIZED VIEW. */
export function createTableAs(statement: CreateTableAsStmt, reader: Reader): Action[] {
  const into = statement.into?.rel;
  const table = relationName(into, reader);
  if (statement.objtype === 'OBJECT_MATVIEW') {
    return [
      {
        kind: 'createView',
        span: reader.whole,
        view: table,
        materialized: true,
        replace: false,
        ifNotExists: statement.if_not_exists === true,
        query: reader.sourceOf(reader.findWord(['AS'], 0) + 1, reader.tokens.length).text,
        reads: relationsRead(statement.query, reader),
        ...columnsOfQuery(statement.query, statement.into?.colNames, reader),
        ...typedLiterals(statement.query),
        withData: statement.into?.skipData !== true,
      },
    ];
  }
  return [
    {
      kind: 'createTable',
      span: reader.whole,
      table,
      columns: [],
      constraints: [],
      ifNotExists: statement.if_not_exists === true,
      temporary: into?.relpersistence === 't',
      unlogged: into?.relpersistence === 'u',
      partitionBy: undefined,
      partitionOf: undefined,
      inherits: [],
      like: [],
      asQuery: true,
      reads: relationsRead(statement.query, reader),
      withData: statement.into?.skipData !== true,
    },
  ];
}

function dropped(node: Node): string[] {
  if ('List' in node) return strings(node.List.items);
  if ('String' in node) return [stringOf(node)];
  if ('TypeName' in node) return strings(node.TypeName.names);
  if ('ObjectWithArgs' in node) return strings(node.ObjectWithArgs.objname);
  return [];
}

/** The arguments by which DROP FUNCTION means one of several; undefined where it names none, `*` for an aggregate's none. */
function argumentsOf(node: Node): string[] | undefined {
  if (!('ObjectWithArgs' in node) || node.ObjectWithArgs.args_unspecified) return undefined;
  return (node.ObjectWithArgs.objargs ?? []).map((each) => ('TypeName' in each ? typeName(each.TypeName) : ''));
}

const onTable: ReadonlySet<string | undefined> = new Set(['OBJECT_TRIGGER', 'OBJECT_POLICY', 'OBJECT_RULE']);

/** DROP of anything: one action for each object that is named. */
export function drop(statement: DropStmt, reader: Reader): Action[] {
  const objects = statement.objects ?? [];
  const cascade = statement.behavior === 'DROP_CASCADE';
  const ifExists = statement.missing_ok === true;
  const type = statement.removeType;
  // The tree has no places for names: they are the comma-separated parts behind the object's kind.
  const places = namePlaces(reader, objects.length);
  return mapped(objects, (node, position): Action => {
    const parts = dropped(node);
    const span = places[position];
    const object = qualifiedName(parts, span);
    const common = { span: reader.whole, ifExists, cascade };
    if (type === 'OBJECT_TABLE' || type === 'OBJECT_FOREIGN_TABLE')
      return { kind: 'dropTable', ...common, table: object };
    if (type === 'OBJECT_INDEX') {
      return {
        kind: 'dropIndex',
        ...common,
        index: object,
        concurrently: statement.concurrent === true,
        among: objects.length,
        keyword: reader.keyword('INDEX'),
      };
    }
    const table = onTable.has(type) ? qualifiedName(parts.slice(0, -1)) : undefined;
    return {
      kind: 'dropObject',
      ...common,
      objectKind: objectKind(type),
      object: onTable.has(type) ? qualifiedName(parts.slice(-1), span) : object,
      arguments: argumentsOf(node),
      table,
    };
  });
}

const beforeNames = new Set([
  'DROP',
  'TABLE',
  'INDEX',
  'VIEW',
  'MATERIALIZED',
  'FOREIGN',
  'SEQUENCE',
  'TYPE',
  'DOMAIN',
  'SCHEMA',
  'EXTENSION',
  'FUNCTION',
  'PROCEDURE',
  'ROUTINE',
  'AGGREGATE',
  'TRIGGER',
  'POLICY',
  'RULE',
  'CONCURRENTLY',
  'IF',
  'EXISTS',
  'COLLATION',
  'STATISTICS',
  'EVENT',
]);

function namePlaces(reader: Reader, count: number): (ObjectName['span'] | undefined)[] {
  let from = 1;
  while (reader.tokens[from]?.kind === 'word' && beforeNames.has((reader.tokens[from]?.text ?? '').toUpperCase()))
    from++;
  const parts = reader.splitAtCommas(from, reader.tokens.length);
  if (parts.length !== count) return [];
  return parts.map(([start]) => reader.spanOf(start, reader.behindName(start)));
}

/** ALTER … RENAME, one action. */
export function rename(statement: RenameStmt, reader: Reader): Action[] {
  const table = relationName(statement.relation, reader);
  const to = statement.newname ?? '';
  const count = reader.tokens.length;
  const toSpan = reader.spanOf(count - 1, count);
  const span = reader.whole;
  const ifExists = statement.missing_ok === true;
  const cascade = statement.behavior === 'DROP_CASCADE';
  switch (statement.renameType) {
    case 'OBJECT_TABLE':
      return [{ kind: 'renameTable', span, table, to, toSpan, ifExists }];
    case 'OBJECT_COLUMN': {
      const columnSpan = reader.spanOf(count - 3, count - 2);
      if (statement.relationType && statement.relationType !== 'OBJECT_TABLE') {
        return [{ kind: 'renameObject', span, objectKind: 'column', object: table, to, cascade }];
      }
      return [{ kind: 'renameColumn', span, table, column: statement.subname ?? '', columnSpan, to, toSpan, ifExists }];
    }
    case 'OBJECT_TABCONSTRAINT':
      return [{ kind: 'renameConstraint', span, table, constraint: statement.subname ?? '', to }];
    default: {
      const object = statement.relation
        ? table
        : qualifiedName(statement.object ? dropped(statement.object) : [statement.subname ?? '']);
      const part = statement.relation && statement.subname !== undefined ? { part: statement.subname } : {};
      return [
        { kind: 'renameObject', span, objectKind: objectKind(statement.renameType), object, ...part, to, cascade },
      ];
    }
  }
}

/** TRUNCATE, one action for each table. */
export function truncate(statement: TruncateStmt, reader: Reader): Action[] {
  return (statement.relations ?? []).flatMap((node) =>
    'RangeVar' in node
      ? [
          {
            kind: 'truncate' as const,
            span: reader.whole,
            table: relationName(node.RangeVar, reader),
            cascade: statement.behavior === 'DROP_CASCADE',
            restartIdentity: statement.restart_seqs === true,
          },
        ]
      : [],
  );
}
