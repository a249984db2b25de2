import * as vscode from 'vscode';
import { nearestConfig } from '../config-edit.js';
import type { Command } from './command.js';
import { openTarget } from './target-file.js';

/** Airlock: Rehearse This Migration. */
export const rehearse: Command = {
  id: 'airlock.rehearse',
  async run({ rehearsals, server }, argument) {
    const { uri } = await openTarget(server, argument);
    await rehearsals?.show(uri);
  },
};

/** Airlock: Rehearse This Migration on a Server…. In a scratch database that is made and dropped. */
export const rehearseOnServer: Command = {
  id: 'airlock.rehearseOnServer',
  async run({ rehearsals, server, databases }, argument) {
    const { uri } = await openTarget(server, argument);
    const folder = (await nearestConfig(uri)) ?? uri;
    const chosen = await databases.choose('rehearsal', folder, vscode.l10n.t('Rehearse on a server'));
    if (chosen?.url === undefined) return;
    server.hideInLog(chosen.url);
    const { address } = (await rehearsals?.show(uri, chosen.url)) ?? {};
    if (address !== undefined) await databases.keep('rehearsal', folder, chosen, address);
  },
};
