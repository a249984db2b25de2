import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { packageRoot, serveNode } from './node-host.js';

// The entry of dist/server.js. How the client is reached stands on the command line: --node-ipc, --stdio, --pipe=….
serveNode(createConnection(ProposedFeatures.all), packageRoot(__dirname));
