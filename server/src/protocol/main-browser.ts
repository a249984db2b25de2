import {
  BrowserMessageReader,
  BrowserMessageWriter,
  createConnection,
  ProposedFeatures,
} from 'vscode-languageserver/browser';
import { serveBrowser } from './browser-host.js';
import { sessionOrder } from './lifecycle.js';

// The entry of dist/web/server.js: the client starts it as a worker, and speaks with it by messages.

/** The scope of a worker, of which no types are here. */
declare const self: ConstructorParameters<typeof BrowserMessageReader>[0];

/** Version and home page of the package; the bundler writes them here. */
declare const airlockPackage: { readonly version: string; readonly homepage: string };

const options = { messageStrategy: sessionOrder() };
const connection = createConnection(
  ProposedFeatures.all,
  new BrowserMessageReader(self),
  new BrowserMessageWriter(self),
  options,
);
serveBrowser(connection, airlockPackage);
