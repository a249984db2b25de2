import { spawnSync } from 'node:child_process';
import { parseDocument } from '../../server/src/sql/parse.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';

/**
 * Parses the SQL files of a real repository and says what was refused: `npm run corpus -- <git dir> <path regex>`.
 * Reads the newest commit of a bare or normal git directory, changes nothing.
 */

interface SourceFile {
  readonly path: string;
  readonly text: string;
}

function git(directory: string, args: string[], input?: string): Buffer {
  const run = spawnSync('git', ['--git-dir', directory, ...args], { input, maxBuffer: 2 ** 30 });
  if (run.status !== 0) throw new Error(`git ${args[0]} failed: ${run.stderr}`);
  return run.stdout;
}

/** The files of HEAD whose path matches, as UTF-8 text. */
export function readFiles(directory: string, pattern: RegExp): SourceFile[] {
  const entries: { path: string; object: string }[] = [];
  for (const line of git(directory, ['ls-tree', '-r', '-z', 'HEAD']).toString('utf8').split('\0')) {
    const [, object, path] = /^\d+ blob ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
    if (object && path && pattern.test(path)) entries.push({ path, object });
  }
  const names = entries.map((entry) => entry.object).join('\n');
  const batch = git(directory, ['cat-file', '--batch'], `${names}\n`);
  const files: SourceFile[] = [];
  let at = 0;
  for (const { path } of entries) {
    const newline = batch.indexOf(10, at);
    const size = Number(batch.toString('utf8', at, newline).split(' ')[2]);
    files.push({ path, text: batch.toString('utf8', newline + 1, newline + 1 + size) });
    at = newline + 1 + size + 1;
  }
  return files;
}

async function main(directory: string, pattern: string): Promise<void> {
  await initParser();
  const files = readFiles(directory, new RegExp(pattern));
  const problems = new Map<string, string>();
  let statements = 0;
  let embedded = 0;
  let dynamic = 0;
  let characters = 0;
  let count = 0;
  let crashes = 0;
  const began = performance.now();
  for (const { path, text } of files) {
    characters += text.length;
    try {
      const document = parseDocument(text);
      for (const { parsed, span } of document.statements) {
        statements++;
        embedded += parsed.embedded.length;
        dynamic += parsed.dynamic.length;
        for (const inner of parsed.embedded) note(inner.parsed.problem?.message, path, text, span.start + inner.start);
        note(parsed.problem?.message, path, text, span.start + (parsed.problem?.span.start ?? 0));
      }
      for (const problem of document.problems) note(problem.message, path, text, problem.span.start);
    } catch (error) {
      crashes++;
      console.error(`CRASH in ${path}: ${error instanceof Error ? error.stack : error}`);
    }
  }
  const duration = performance.now() - began;
  for (const [message, place] of problems) console.log(`${place}: ${message}`);
  const megabytes = (characters / 1e6).toFixed(2);
  console.log(
    `${files.length} files, ${megabytes} MB, ${statements} statements, ${embedded} embedded, ${dynamic} dynamic, ` +
      `${count} problems, ${crashes} crashes, ${duration.toFixed(0)} ms`,
  );
  if (crashes > 0) process.exitCode = 1;

  function note(message: string | undefined, path: string, text: string, offset: number): void {
    if (message === undefined) return;
    count++;
    const line = text.slice(0, offset).split('\n').length;
    if (!problems.has(message)) problems.set(message, `${path}:${line}`);
  }
}

if (require.main === module) {
  const [directory, pattern = String.raw`\.sql$`] = process.argv.slice(2);
  if (directory === undefined) {
    console.error('Usage: npm run corpus -- <git dir> [<path regex>]');
    process.exitCode = 2;
  } else {
    void main(directory, pattern);
  }
}
