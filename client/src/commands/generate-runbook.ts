import { methods } from '../../../server/src/protocol/messages/messages.js';
import type { RunbookParams, RunbookResult } from '../../../server/src/protocol/messages/messages.js';
import { complete } from '../walkthrough.js';
import type { Command } from './command.js';
import { showMarkdown } from './show-markdown.js';
import { openTarget } from './target-file.js';

/** Airlock: Generate Runbook. */
export const generateRunbook: Command = {
  id: 'airlock.generateRunbook',
  async run({ server }, argument) {
    const { uri } = await openTarget(server, argument);
    const params: RunbookParams = { uri: server.toProtocol(uri) };
    const result = await server.request<RunbookResult>(methods.runbook, params);
    await showMarkdown(uri, result.name, result.markdown);
    await complete('documents');
  },
};
