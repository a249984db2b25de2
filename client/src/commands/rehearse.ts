import type { Command } from './command.js';
import { openTarget } from './target-file.js';

/** Airlock: Rehearse This Migration. */
export const rehearse: Command = {
  id: 'airlock.rehearse',
  async run({ rehearsals, server }, argument) {
    const { uri } = await openTarget(server, argument);
    await rehearsals.show(uri);
  },
};
