import type * as vscode from 'vscode';
import type { BaseLanguageClient, LanguageClientOptions } from 'vscode-languageclient';
import type { AirlockServer } from './language-client.js';

/** Where the client runs: in Node beside a disk, or in the worker of a browser. */
export interface ClientHost {
  /** For the log: "Node 22.1.0". */
  readonly name: string;
  readonly isBrowser: boolean;
  /** The schemes of the file systems whose documents are looked at, as they are now. */
  schemes(): readonly string[];
  /** A client of the language server, not yet started. */
  createClient(options: LanguageClientOptions): BaseLanguageClient;
  /** Commands that cannot run here, by their ids, with what a person is shown who calls one. */
  readonly cannotRun: Readonly<Record<string, string>>;
  /** What only this host offers, such as tools for agents. */
  readonly offers: readonly ((server: AirlockServer) => vscode.Disposable)[];
}
