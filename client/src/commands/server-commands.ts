import type { Command } from './command.js';

/** Airlock: Restart Server. */
export const restartServer: Command = {
  id: 'airlock.restartServer',
  run: ({ server }) => server.restart(),
};

/** Airlock: Show Output. */
export const showOutput: Command = {
  id: 'airlock.showOutput',
  run: ({ output }) => output.show(),
};
