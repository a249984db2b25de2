import { methods } from '../../../server/src/protocol/messages/messages.js';
import type { CheckDocumentParams } from '../../../server/src/protocol/messages/messages.js';
import type { Command } from './command.js';
import { openTarget } from './target-file.js';

/** Airlock: Check This File. For a file that does not look like a migration, until it is closed. */
export const checkFile: Command = {
  id: 'airlock.checkFile',
  async run({ server }, argument) {
    const { uri } = await openTarget(server, argument);
    const params: CheckDocumentParams = { uri: server.toProtocol(uri) };
    await server.request<void>(methods.checkDocument, params);
  },
};
