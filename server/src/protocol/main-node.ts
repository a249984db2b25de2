import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import type { AnswerAgent } from './agent-desk.js';
import { watchFrames } from './framing.js';
import { sessionOrder } from './lifecycle.js';
import { packageRoot, serveNode } from './node-host.js';

// How the client is reached stands on the command line: --node-ipc, --stdio, --pipe=….
const options = { messageStrategy: sessionOrder() };

function overStdio() {
  // Standard output belongs to the protocol.
  console.log = console.info = console.debug = console.error;
  const frames = watchFrames((reason) => {
    process.stderr.write(`Airlock: The client has sent ${reason}; the server ends, for it could not read on.\n`);
    process.exit(1);
  });
  return createConnection(ProposedFeatures.all, process.stdin.pipe(frames), process.stdout, options);
}

/** Starts the language server, with the tools for coding agents. Its connection ends the process when its client is gone. */
export function serve(answerAgent: AnswerAgent): void {
  const connection = process.argv.includes('--stdio') ? overStdio() : createConnection(ProposedFeatures.all, options);
  serveNode(connection, packageRoot(__dirname), answerAgent);
}
