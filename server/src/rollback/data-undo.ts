import { impossible, type Undo } from './undo.js';

/** What can be done about rows that a statement changed: nothing afterwards, something before. */
export function undoOfRows(kind: 'insert' | 'update' | 'delete' | 'truncate' | 'copy', table: string): Undo {
  switch (kind) {
    case 'insert':
    case 'copy':
      return impossible(`The new rows of ${table} cannot be told from others. Delete them by their key.`);
    case 'update':
      return impossible(
        `The old values of ${table} are gone. Before the update, keep them: CREATE TABLE … AS SELECT key, old columns FROM ${table} WHERE …`,
      );
    default:
      return impossible(
        `The rows of ${table} are gone. Before, keep them: CREATE TABLE … AS SELECT * FROM ${table}; or restore them from a backup.`,
      );
  }
}
