import type { Framework } from './framework.js';
import { plainSql } from './plain-sql.js';

export const frameworks: readonly Framework[] = [plainSql];

/** The framework of that id; plain SQL for "auto" and for what is not known. */
export function frameworkById(id: string): Framework {
  return frameworks.find((framework) => framework.id === id) ?? plainSql;
}
