import fs from 'node:fs';
import { pathToFileURL } from 'node:url';
import { Positions } from '../../server/src/analysis/positions.js';
import { StdioClient } from '../support/stdio-client.js';
import { type Times, timesOf } from './measure.js';
import type { Project } from './project.js';

/** What an editor says of itself that asks for diagnostics and for an outline. */
const asks = {
  textDocument: { diagnostic: {}, synchronization: {}, documentSymbol: { hierarchicalDocumentSymbolSupport: true } },
};

/** How long one kind of request takes. */
export interface Navigating {
  readonly name: string;
  /** The first one: what no request has read is read for it. */
  readonly first: number;
  /** The others, with an edit of the document before each. */
  readonly warm: Times;
}

/**
 * Asks a language server about the last migration of a project, as a person who types in it does. In: how often each
 * request is made.
 */
export async function measureNavigating(
  server: readonly [string, ...string[]],
  project: Project,
  times: number,
): Promise<readonly Navigating[]> {
  const file = project.files.at(-1) as string;
  const uri = pathToFileURL(file).href;
  const client = StdioClient.start([...server], project.directory);
  try {
    await client.initialize(asks, project.uri);
    let text = fs.readFileSync(file, 'utf8');
    await client.open(uri, text);
    await client.pull(uri);
    const table = /ALTER TABLE (\w+)/.exec(text);
    const offset = (table?.index ?? 0) + 'ALTER TABLE '.length + 1;
    const position = new Positions(text).at(offset);
    const textDocument = { uri };
    const range = { start: { line: 0, character: 0 }, end: { line: 200, character: 0 } };
    const requests: readonly (readonly [name: string, method: string, params: object])[] = [
      ['hover on a table', 'textDocument/hover', { textDocument, position }],
      ['definition', 'textDocument/definition', { textDocument, position }],
      ['references', 'textDocument/references', { textDocument, position, context: { includeDeclaration: true } }],
      ['completion', 'textDocument/completion', { textDocument, position, context: { triggerKind: 1 } }],
      ['outline', 'textDocument/documentSymbol', { textDocument }],
      ['code lens', 'textDocument/codeLens', { textDocument }],
      ['inlay hints', 'textDocument/inlayHint', { textDocument, range }],
      ['symbols of the workspace', 'workspace/symbol', { query: table?.[1] ?? '' }],
    ];
    const results: Navigating[] = [];
    for (const [name, method, params] of requests) {
      const durations: number[] = [];
      for (let run = 0; run <= times; run++) {
        const end = new Positions(text).at(text.length);
        text += ' ';
        await client.change(uri, { range: { start: end, end }, text: ' ' }, text);
        await client.pull(uri);
        const start = performance.now();
        await client.connection.sendRequest(method, params);
        durations.push(performance.now() - start);
      }
      const [first = 0, ...others] = durations;
      results.push({ name, first, warm: timesOf(others) });
    }
    return results;
  } finally {
    client.process.kill('SIGKILL');
  }
}
