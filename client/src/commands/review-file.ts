import { methods } from '../../../server/src/protocol/messages/messages.js';
import type { ReviewParams, ReviewResult } from '../../../server/src/protocol/messages/messages.js';
import type { Command } from './command.js';
import { showMarkdown } from './show-markdown.js';
import { openTarget } from './target-file.js';

/** Airlock: Review File. */
export const reviewFile: Command = {
  id: 'airlock.reviewFile',
  async run({ server }, argument) {
    const { uri } = await openTarget(argument);
    const params: ReviewParams = { uri: server.toProtocol(uri) };
    const result = await server.request<ReviewResult>(methods.review, params);
    await showMarkdown(uri, result.name, result.markdown);
  },
};
