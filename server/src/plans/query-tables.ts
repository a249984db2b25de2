import type { ParsedStatement } from '../sql/statement.js';

/** The names of the tables that a query reads or writes, without their schemas, each once. */
export function queryTables({ actions }: ParsedStatement): string[] {
  const names = actions.flatMap((action) => {
    switch (action.kind) {
      case 'select':
        return action.reads;
      case 'insert':
      case 'update':
      case 'delete':
      case 'merge':
        return [action.table, ...action.reads];
      default:
        return [];
    }
  });
  return [...new Set(names.map(({ name }) => name))];
}
