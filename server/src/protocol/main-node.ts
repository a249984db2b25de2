import * as path from 'node:path';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { serveNode } from './node-host.js';

// The entry of dist/server.js. How the client is reached stands on the command line: --node-ipc, --stdio, --pipe=….
serveNode(createConnection(ProposedFeatures.all), path.join(__dirname, '..'));
