import type { Node } from '@pgsql/types';
import type { Action } from '../action.js';
import type { Token } from '../lexer.js';
import { alterTable } from './alter-table.js';
import { copy, deleteRows, insert, mergeAssigns, mergeChanges, mergeWrites, select, update } from './data.js';
import { detailsOf } from './details.js';
import { createIndex, reindex } from './indexes.js';
import { objectKind, otherStatement } from './kinds.js';
import { qualifiedName, relationName, stringOf, strings } from './names.js';
import { commitsInException, createFunction, createTrigger, doBody } from './programs.js';
import {
  alterDomain,
  alterEnum,
  alterSequence,
  comment,
  createDomain,
  createEnum,
  createSequence,
  createView,
} from './objects.js';
import { Reader } from './reader.js';
import { rowsWritten } from './row-selection.js';
import { typedLiterals } from './typed-literals.js';
import { relationsNamed, relationsRead } from './relations.js';
import { lockTable, setVariable, transaction, vacuum } from './session.js';
import { createTable, createTableAs, drop, rename, truncate } from './tables.js';

/**
 * What a statement does. In: PostgreSQL's parse tree with UTF-16 locations, the tokens and the text of the
 * statement. Out: at least one action; `other` where no other kind fits. Never throws on
 * a tree of a statement that parsed.
 */
export function extractActions(node: Node, tokens: () => readonly Token[], text: string): Action[] {
  const reader = new Reader(text, tokens);
  const span = reader.whole;
  if ('AlterTableStmt' in node) return alterTable(node.AlterTableStmt, reader);
  if ('CreateStmt' in node) return createTable(node.CreateStmt, reader);
  if ('CreateTableAsStmt' in node) return createTableAs(node.CreateTableAsStmt, reader);
  if ('IndexStmt' in node) return createIndex(node.IndexStmt, reader);
  if ('DropStmt' in node) return drop(node.DropStmt, reader);
  if ('RenameStmt' in node) return rename(node.RenameStmt, reader);
  if ('ReindexStmt' in node) return reindex(node.ReindexStmt, reader);
  if ('TruncateStmt' in node) return truncate(node.TruncateStmt, reader);
  if ('InsertStmt' in node) return insert(node.InsertStmt, reader);
  if ('UpdateStmt' in node) return update(node.UpdateStmt, reader);
  if ('DeleteStmt' in node) return deleteRows(node.DeleteStmt, reader);
  if ('SelectStmt' in node) return select(node.SelectStmt, reader);
  if ('CopyStmt' in node) return copy(node.CopyStmt, reader);
  if ('VariableSetStmt' in node) return setVariable(node.VariableSetStmt, reader);
  if ('TransactionStmt' in node) return transaction(node.TransactionStmt, reader);
  if ('VacuumStmt' in node) return vacuum(node.VacuumStmt, reader);
  if ('LockStmt' in node) return lockTable(node.LockStmt, reader);
  if ('CreateEnumStmt' in node) return createEnum(node.CreateEnumStmt, reader);
  if ('AlterEnumStmt' in node) return alterEnum(node.AlterEnumStmt, reader);
  if ('CreateDomainStmt' in node) return createDomain(node.CreateDomainStmt, reader);
  if ('ViewStmt' in node) return createView(node.ViewStmt, reader);
  if ('CreateFunctionStmt' in node) return createFunction(node.CreateFunctionStmt, reader);
  if ('CreateSeqStmt' in node) return createSequence(node.CreateSeqStmt, reader);
  if ('CommentStmt' in node) return comment(node.CommentStmt, reader);
  if ('ClusterStmt' in node) {
    const { relation, indexname } = node.ClusterStmt;
    return [{ kind: 'cluster', span, table: relation ? relationName(relation, reader) : undefined, index: indexname }];
  }
  if ('RefreshMatViewStmt' in node) {
    const { relation, concurrent } = node.RefreshMatViewStmt;
    return [
      {
        kind: 'refreshMaterializedView',
        span,
        view: relationName(relation, reader),
        concurrently: concurrent === true,
        withData: node.RefreshMatViewStmt.skipData !== true,
      },
    ];
  }
  if ('CreateTrigStmt' in node) return createTrigger(node.CreateTrigStmt, reader);
  if ('AlterSeqStmt' in node) return alterSequence(node.AlterSeqStmt, reader);
  if ('CreateSchemaStmt' in node) {
    const { schemaname, if_not_exists } = node.CreateSchemaStmt;
    return [{ kind: 'createSchema', span, schema: schemaname ?? '', ifNotExists: if_not_exists === true }];
  }
  if ('CreateExtensionStmt' in node) {
    const { extname, if_not_exists } = node.CreateExtensionStmt;
    return [{ kind: 'createExtension', span, extension: extname ?? '', ifNotExists: if_not_exists === true }];
  }
  if ('AlterObjectSchemaStmt' in node) {
    const statement = node.AlterObjectSchemaStmt;
    const object = statement.relation ? relationName(statement.relation, reader) : objectOf(statement.object);
    return [
      { kind: 'setSchema', span, objectKind: objectKind(statement.objectType), object, to: statement.newschema ?? '' },
    ];
  }
  if ('DoStmt' in node) {
    const language = (node.DoStmt.args ?? []).find(
      (argument) => 'DefElem' in argument && argument.DefElem.defname === 'language',
    );
    const name = language && 'DefElem' in language ? stringOf(language.DefElem.arg) : '';
    return [
      {
        kind: 'doBlock',
        span,
        language: name.toLowerCase() || 'plpgsql',
        commitsInException: commitsInException(doBody(node.DoStmt.args)),
      },
    ];
  }
  if ('CallStmt' in node) {
    return [{ kind: 'call', span, procedure: qualifiedName(strings(node.CallStmt.funccall?.funcname)) }];
  }
  if ('MergeStmt' in node) {
    const { relation, sourceRelation, joinCondition, withClause } = node.MergeStmt;
    const from = sourceRelation ? [sourceRelation] : [];
    return [
      {
        kind: 'merge',
        span,
        table: relationName(relation, reader),
        reads: relationsRead([withClause, sourceRelation], reader),
        rows: rowsWritten({ relation, from, where: joinCondition, withClause }, reader),
        ...mergeWrites(node.MergeStmt.mergeWhenClauses),
        ...typedLiterals([withClause, sourceRelation, joinCondition, node.MergeStmt.mergeWhenClauses], relation),
        changesRows: mergeChanges(node.MergeStmt.mergeWhenClauses),
        assigns: mergeAssigns(node.MergeStmt.mergeWhenClauses),
        keyword: reader.keyword('MERGE'),
      },
    ];
  }
  if ('AlterDomainStmt' in node) return alterDomain(node.AlterDomainStmt, reader);
  return [
    {
      kind: 'other',
      span,
      statement: otherStatement(node),
      relations: relationsNamed(node, reader),
      ...detailsOf(node, reader),
    },
  ];
}

function objectOf(node: Node | undefined): ReturnType<typeof qualifiedName> {
  if (node && 'List' in node) return qualifiedName(strings(node.List.items));
  if (node && 'ObjectWithArgs' in node) return qualifiedName(strings(node.ObjectWithArgs.objname));
  return qualifiedName([stringOf(node)]);
}
