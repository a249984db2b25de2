import type { Subject } from '../desk.js';
import { ToolError } from '../tool.js';

/** The one migration that a call is about, by its path, its text, or both. Throws ToolError when both are missing. */
export function subjectOf({
  path,
  sql,
  postgres,
}: {
  readonly path?: string | undefined;
  readonly sql?: string | undefined;
  readonly postgres?: number | undefined;
}): Subject {
  if (path === undefined && sql === undefined) throw new ToolError('Give "path", "sql" or both.');
  return { paths: path === undefined ? [] : [path], text: sql, postgres };
}
