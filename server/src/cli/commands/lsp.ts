import { serve } from '../../protocol/main-node.js';
import type { Arguments } from '../arguments.js';
import { answerAgent } from '../answer-agent.js';
import { UsageError } from '../arguments.js';
import type { Terminal } from '../session.js';

export const options = { stdio: { type: 'boolean' } } as const;

export const help = `pg-airlock lsp --stdio

The language server, for any editor that speaks LSP. It talks on stdin and stdout and ends with its client.
`;

export async function run({ values, paths }: Arguments, _terminal: Terminal): Promise<number> {
  if (paths.length > 0) throw new UsageError(`This command takes no "${paths[0]}".`);
  if (values.stdio !== true)
    throw new UsageError('The language server talks over standard input and output: pg-airlock lsp --stdio');
  serve(answerAgent);
  // The connection ends the process when its client is gone.
  return new Promise(() => {});
}
