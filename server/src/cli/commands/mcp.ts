import type { Arguments } from '../arguments.js';
import { UsageError } from '../arguments.js';
import type { Terminal } from '../session.js';

export const options = {} as const;

export const help = `pg-airlock mcp

The tools for coding agents, over the Model Context Protocol on stdin and stdout. They only read, and only below the
folders of the client, or the working directory where it names none.
`;

export async function run({ paths, values }: Arguments, _terminal: Terminal): Promise<number> {
  const extra = paths[0] ?? Object.keys(values).find((name) => values[name] !== undefined);
  if (extra !== undefined) throw new UsageError(`This command takes no "${extra}".`);
  const { serve } = await import('../../agent/serve.js');
  await serve();
  return 0;
}
