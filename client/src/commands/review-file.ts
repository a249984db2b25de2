import { methods } from '../../../server/src/protocol/messages/messages.js';
import type { Command } from './command.js';
import { openTarget } from './target-file.js';

/** Airlock: Review File. */
export const reviewFile: Command = {
  id: 'airlock.reviewFile',
  async run({ reviews, server }, argument) {
    const { uri } = await openTarget(server, argument);
    await reviews.show(methods.review, uri);
  },
};

/** Airlock: Review Pending Migrations: all that are not applied yet, as one release. */
export const reviewPending: Command = {
  id: 'airlock.reviewPending',
  async run({ reviews, server }, argument) {
    const { uri } = await openTarget(server, argument);
    await reviews.show(methods.reviewPending, uri);
  },
};
