import { answerAgent } from './answer-agent.js';
import { serve } from '../protocol/main-node.js';

// The entry of dist/server.js: VS Code starts it as the language server, dist/cli.js takes commands from it.
export * from './apart.js';

if (require.main === module) serve(answerAgent);
