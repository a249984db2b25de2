import fs from 'node:fs';
import { pathToFileURL } from 'node:url';
import { Positions } from '../../server/src/analysis/positions.js';
import { StdioClient } from '../support/stdio-client.js';
import { type Times, timesOf } from './measure.js';
import type { Project } from './project.js';

/** What an editor says of itself that asks for diagnostics. */
const pulls = { textDocument: { diagnostic: {}, synchronization: {} } };

export interface Editing {
  /** From opening the document to its diagnostics, the start of the server not included. */
  readonly open: number;
  /** From the first change to the diagnostics of it. */
  readonly edit: Times;
  /** Diagnostics behind the last edit. */
  readonly findings: number;
}

/**
 * Opens the last migration of a project in a language server and types into the middle of it: `typed` behind the name
 * of an index, anew each time, so that no cache knows the statement. In: the server's command, how many edits.
 */
export async function measureEditing(
  server: readonly [string, ...string[]],
  project: Project,
  edits: number,
  typed = 'x',
): Promise<Editing> {
  const file = project.files.at(-1) as string;
  const uri = pathToFileURL(file).href;
  const client = StdioClient.start([...server], project.directory);
  try {
    await client.initialize(pulls, project.uri);
    let text = fs.readFileSync(file, 'utf8');
    const opened = performance.now();
    await client.open(uri, text);
    await client.pull(uri);
    const open = performance.now() - opened;
    const index = text.indexOf('CREATE INDEX ', text.length / 2) + 'CREATE INDEX '.length;
    const { end } = new Positions(text).range({ start: 0, end: text.indexOf('_', index) });
    const at = { start: end, end };
    const offset = text.indexOf('_', index);
    const durations: number[] = [];
    let findings = 0;
    for (let edit = 0; edit < edits; edit++) {
      text = text.slice(0, offset) + typed + text.slice(offset);
      const start = performance.now();
      await client.change(uri, { range: at, text: typed }, text);
      findings = (await client.pull(uri)).length;
      durations.push(performance.now() - start);
    }
    return { open, edit: timesOf(durations), findings };
  } finally {
    client.process.kill('SIGKILL');
  }
}
