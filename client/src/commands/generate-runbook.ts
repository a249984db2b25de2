import * as vscode from 'vscode';
import { methods } from '../../../server/src/protocol/messages/messages.js';
import type { RunbookParams, RunbookResult } from '../../../server/src/protocol/messages/documents.js';
import type { AirlockServer } from '../language-client.js';
import { complete } from '../walkthrough.js';
import type { Command } from './command.js';
import { saveHtml } from './save-html.js';
import { showMarkdown } from './show-markdown.js';
import { openTarget } from './target-file.js';

/** Airlock: Generate Runbook. */
export const generateRunbook: Command = {
  id: 'airlock.generateRunbook',
  async run({ server }, argument) {
    const { uri } = await openTarget(server, argument);
    await show(uri, await runbookOf(server, uri, {}));
    await complete('documents');
  },
};

/** Airlock: Generate Runbook of Pending Migrations: one page for all that are not applied yet. */
export const generateReleaseRunbook: Command = {
  id: 'airlock.generateReleaseRunbook',
  async run({ server }, argument) {
    const { uri } = await openTarget(server, argument);
    await show(uri, await runbookOf(server, uri, { pending: true }));
  },
};

/** Airlock: Save Runbook as HTML…: one file that prints, with boxes to tick. */
export const saveRunbook: Command = {
  id: 'airlock.saveRunbook',
  async run({ server }, argument) {
    const { uri } = await openTarget(server, argument);
    const { text, name } = await runbookOf(server, uri, { format: 'html' });
    await saveHtml(uri, name, text, (file) => vscode.l10n.t('The runbook is in {0}.', file));
  },
};

function runbookOf(server: AirlockServer, uri: vscode.Uri, more: Omit<RunbookParams, 'uri'>): Promise<RunbookResult> {
  const params: RunbookParams = { uri: server.toProtocol(uri), ...more };
  return server.request<RunbookResult>(methods.runbook, params);
}

async function show(beside: vscode.Uri, { name, text }: RunbookResult): Promise<void> {
  await showMarkdown(beside, name, text);
}
