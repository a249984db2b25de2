import { rules } from '../../../rules/index.js';
import { createServer } from '../../../server/src/protocol/server.js';
import { createWorkspaceChecker } from '../../../server/src/protocol/workspace-checker.js';
import { nodeCode } from '../../../server/src/workspace/code-files.js';
import { loadHostParsers } from '../../../server/src/workspace/host-parsers.js';
import { memoryFiles } from './memory-files.js';
import { modern, TestClient } from './test-client.js';

/** A text with a "|" where a person stands. */
export interface Marked {
  readonly text: string;
  readonly position: { readonly line: number; readonly character: number };
}

export function marked(text: string): Marked {
  const offset = text.indexOf('|');
  const before = text.slice(0, offset);
  const line = before.split('\n').length - 1;
  const character = offset - (before.lastIndexOf('\n') + 1);
  return { text: before + text.slice(offset + 1), position: { line, character } };
}

/** A server over files in memory, below /shop, with a client that has the folder open. */
export async function startWorkspace(
  files: Readonly<Record<string, string>>,
  initializationOptions: unknown = null,
): Promise<{ readonly client: TestClient; readonly disk: Map<string, string> }> {
  const disk = new Map(Object.entries(files));
  const around = {
    files: memoryFiles(disk),
    code: nodeCode,
    loadHostParsers,
    rules,
    filesOnDefaultBranch: () => undefined,
    readPackageFile: async () => undefined,
  };
  const client = new TestClient((connection) =>
    createServer(connection, {
      version: '1.0.0',
      pages: 'https://example.org',
      createChecker: (options) => createWorkspaceChecker(around, options),
    }),
  );
  const capabilities = {
    ...modern,
    textDocument: { ...modern.textDocument, documentSymbol: { hierarchicalDocumentSymbolSupport: true } },
  };
  await client.initialize(capabilities, 'file:///shop', initializationOptions);
  return { client, disk };
}
