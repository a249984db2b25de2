import type * as vscode from 'vscode';
import type { DatabaseAddresses } from '../database-addresses.js';
import type { AirlockServer } from '../language-client.js';
import type { PendingView } from '../pending-view.js';
import type { Rehearsals } from '../rehearsals.js';
import type { Reviews } from '../reviews.js';
import type { VirtualDocuments } from '../virtual-documents.js';

/** What the commands work with. */
export interface CommandContext {
  readonly server: AirlockServer;
  readonly output: vscode.LogOutputChannel;
  readonly documents: VirtualDocuments;
  readonly reviews: Reviews;
  /** Undefined where nothing can be rehearsed. */
  readonly rehearsals: Rehearsals | undefined;
  readonly pending: PendingView;
  readonly databases: DatabaseAddresses;
}

/** A command: its id in package.json and what it does. An error that it throws is shown as a message. */
export interface Command {
  readonly id: string;
  run(context: CommandContext, ...args: unknown[]): Promise<void> | void;
}
