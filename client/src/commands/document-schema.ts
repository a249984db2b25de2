import * as vscode from 'vscode';
import type { SchemaPageParams, SchemaPageResult } from '../../../server/src/protocol/messages/documents.js';
import { methods } from '../../../server/src/protocol/messages/messages.js';
import type { AirlockServer } from '../language-client.js';
import type { Command } from './command.js';
import { saveHtml } from './save-html.js';
import { showMarkdown } from './show-markdown.js';
import { openTarget } from './target-file.js';

/** Airlock: Document Schema: the schema as of the migration on the screen, with a diagram. */
export const documentSchema: Command = {
  id: 'airlock.documentSchema',
  async run({ server }, argument) {
    const { uri } = await openTarget(server, argument);
    const { name, text } = await pageOf(server, uri, {});
    await showMarkdown(uri, name, text);
  },
};

/** Airlock: Document Schema Change: what the migration on the screen changes of it. */
export const documentSchemaChange: Command = {
  id: 'airlock.documentSchemaChange',
  async run({ server }, argument) {
    const { uri } = await openTarget(server, argument);
    const { name, text } = await pageOf(server, uri, { change: true });
    await showMarkdown(uri, name, text);
  },
};

/** Airlock: Save Schema as HTML…: one file with a drawing, which prints. */
export const saveSchema: Command = {
  id: 'airlock.saveSchema',
  async run({ server }, argument) {
    const { uri } = await openTarget(server, argument);
    const { name, text } = await pageOf(server, uri, { format: 'html' });
    await saveHtml(uri, name, text, (file) => vscode.l10n.t('The schema is in {0}.', file));
  },
};

function pageOf(
  server: AirlockServer,
  uri: vscode.Uri,
  more: Omit<SchemaPageParams, 'uri'>,
): Promise<SchemaPageResult> {
  const params: SchemaPageParams = { uri: server.toProtocol(uri), ...more };
  return server.request<SchemaPageResult>(methods.schemaPage, params);
}
