import { fileURLToPath } from 'node:url';
import { absolute } from '../workspace/node-files.js';
import { packageInfo } from '../workspace/package-info.js';
import { descriptionOf } from './descriptions.js';
import type { Desk } from './desk.js';
import {
  CallToolRequestSchema,
  ListToolsRequestSchema,
  RootsListChangedNotificationSchema,
  Server,
  StdioServerTransport,
} from './sdk.js';
import { answer, tools } from './tools.js';

const instructions =
  'Airlock judges PostgreSQL migrations for an application that keeps running. Call check_sql with the text of a migration before you write it, and review_migration before migrations are applied. Where a finding has "fix", fix_migration makes the safe form. All tools only read files; none connects to a database.';

/** A longer message ends the connection; a text that is too long has been refused with a sentence long before. In bytes. */
const LONGEST_MESSAGE = 32 * 1024 * 1024;

/** How long the client has to say which folders are open. In milliseconds. */
const ROOTS_WITHIN = 3000;

/** Serves MCP over standard input and output, until the client is gone. */
export async function serve(): Promise<void> {
  const server = new Server(
    { name: 'pg-airlock', title: 'Airlock', version: packageInfo().version },
    { capabilities: { tools: {} }, instructions },
  );
  const desk = desks(server);
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: tools.map(descriptionOf) }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }) =>
    called(params, { ...(await desk()), signal }),
  );
  const ended = new Promise<void>((resolve) => {
    server.onclose = resolve;
    process.stdin.once('end', resolve);
    process.stdin.once('close', resolve);
  });
  await server.connect(new StdioServerTransport(process.stdin, process.stdout, { maxBufferSize: LONGEST_MESSAGE }));
  await ended;
}

/** The answer to a call as MCP has it. */
async function called(
  { name, arguments: input = {} }: { readonly name: string; readonly arguments?: Record<string, unknown> | undefined },
  desk: Desk,
) {
  const given = await answer({ name, input }, desk);
  if ('refusal' in given) return { content: [{ type: 'text' as const, text: given.refusal }], isError: true };
  // Clients that do not read structured content get the same as text.
  return {
    content: [{ type: 'text' as const, text: JSON.stringify(given.found) }],
    structuredContent: given.found,
  };
}

/** The folders of the client, asked for once until it says that they are others; without any, the working directory. */
function desks(server: Server): () => Promise<Desk> {
  let known: Promise<Desk> | undefined;
  server.setNotificationHandler(RootsListChangedNotificationSchema, () => {
    known = undefined;
  });
  return () => {
    known ??= foldersOf(server).then((folders) => ({ folders }));
    return known;
  };
}

async function foldersOf(server: Server): Promise<string[]> {
  const here = [absolute('.')];
  if (!server.getClientCapabilities()?.roots) return here;
  try {
    const { roots } = await server.listRoots(undefined, { timeout: ROOTS_WITHIN });
    const folders = roots.flatMap(({ uri }) => (uri.startsWith('file:') ? [absolute(fileURLToPath(uri))] : []));
    return folders.length > 0 ? folders : here;
  } catch {
    // A client that cannot say has started the server where it works.
    return here;
  }
}
