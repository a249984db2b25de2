import type { ParsedStatement } from '../statement.js';

/** Statements of which the catalog knows nothing. */
const unwritten =
  /^(CreatedbStmt|DropdbStmt|AlterDatabase\w*|AlterSystemStmt|AlterTableSpaceOptionsStmt|SecLabelStmt|ReassignOwnedStmt|DropOwnedStmt|ImportForeignSchemaStmt|AlterTableMoveAllStmt|AlterCollationStmt|AlterExtensionContentsStmt|AlterObjectDependsStmt|AlterTypeStmt|AlterSubscriptionStmt|AlterRoleSetStmt|ExecuteStmt|CreateTransformStmt|DropSubscriptionStmt|DropTableSpaceStmt)$/;

/** True for a statement that changes what the catalog does not hold. */
export function isUnwritten(statement: ParsedStatement): boolean {
  return unwritten.test(statement.tag);
}

/** True for ALTER SEQUENCE and ALTER TABLE with RESTART: where the sequence stood is in no file. */
export function restartsSequence(statement: ParsedStatement): boolean {
  if (statement.tag !== 'AlterSeqStmt' && statement.tag !== 'AlterTableStmt') return false;
  return statement.tokens().some(({ kind, text }) => kind === 'word' && text.toUpperCase() === 'RESTART');
}

/** True for a statement that changes an object and takes for certain that it is there. */
export function changesObjects(statement: ParsedStatement): boolean {
  if (!/^(?:Alter\w+|Rename|Grant|Comment|Cluster)Stmt$/.test(statement.tag)) return false;
  const words = statement.tokens().flatMap(({ kind, text }) => (kind === 'word' ? [text.toUpperCase()] : []));
  if (statement.tag === 'ClusterStmt' && !words.includes('USING')) return false;
  // What may be there, or may not, changes nothing where it is not as named; nor is "all" that is none anything.
  return !words.includes('IF') && !(statement.tag === 'GrantStmt' && words.includes('ALL') && words.includes('IN'));
}
