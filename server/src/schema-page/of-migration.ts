import type { Analysis } from '../analysis/analyze.js';
import { migrationName } from '../frameworks/framework.js';
import type { Page } from '../page/page.js';
import { catalogBehind } from '../sql/catalog/replay.js';
import type { SqlDocument } from '../sql/statement.js';
import { describeSchema, type SchemaDescription } from './describe.js';
import { schemaChangePage, schemaPage } from './schema-page.js';

/** The schema as of a migration. In: the files that run before it, in their order. */
export function pageOfSchema(analysis: Analysis, history: readonly SqlDocument[]): Page {
  return schemaPage(behind([...history, analysis.document], analysis), `As of ${migrationName(analysis.path)}`);
}

/** What a migration changes of the schema. In: the files that run before it, in their order. */
export function pageOfSchemaChange(analysis: Analysis, history: readonly SqlDocument[]): Page {
  const [before, after] = [behind(history, analysis), behind([...history, analysis.document], analysis)];
  return schemaChangePage(before, after, migrationName(analysis.path));
}

function behind(documents: readonly SqlDocument[], { config, target, transaction }: Analysis): SchemaDescription {
  const options = { whole: config.schema !== undefined, wrapped: transaction !== 'none' };
  return describeSchema(catalogBehind(documents, options), target.postgres);
}
