import type { Analysis } from '../analysis/analyze.js';
import { pageHtml } from '../page/html.js';
import { pageMarkdown } from '../page/markdown.js';
import { pageOfSchema, pageOfSchemaChange } from '../schema-page/of-migration.js';
import type { SqlDocument } from '../sql/statement.js';
import type { SchemaPageParams, SchemaPageResult } from './messages/documents.js';

/** In: the files that run before the migration, and the name of a file for the page. */
export function schemaPageResult(
  analysis: Analysis,
  history: readonly SqlDocument[],
  name: string,
  { change, format }: Omit<SchemaPageParams, 'uri'>,
): SchemaPageResult {
  const page = change ? pageOfSchemaChange(analysis, history) : pageOfSchema(analysis, history);
  return { text: format === 'html' ? pageHtml(page) : pageMarkdown(page), name };
}
