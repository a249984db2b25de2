import * as vscode from 'vscode';
import { methods } from '../../../server/src/protocol/messages/messages.js';
import type { EffectiveConfigParams, EffectiveConfigResult } from '../../../server/src/protocol/messages/documents.js';
import { textScheme } from '../virtual-documents.js';
import type { Command } from './command.js';
import { targetFile } from './target-file.js';

/** Airlock: Show Effective Configuration. The text is the one that the command-line tool prints. */
export const showEffectiveConfig: Command = {
  id: 'airlock.showEffectiveConfig',
  async run({ server, documents }, argument) {
    const params: EffectiveConfigParams = { uri: server.toProtocol(targetFile(argument)) };
    const { text } = await server.request<EffectiveConfigResult>(methods.effectiveConfig, params);
    const uri = documents.put(textScheme, '/Effective Airlock Configuration.jsonc', text);
    await vscode.window.showTextDocument(uri, { preview: true });
  },
};
