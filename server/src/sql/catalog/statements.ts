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
