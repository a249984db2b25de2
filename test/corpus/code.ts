import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ProjectFiles } from '../../server/src/frameworks/framework.js';
import { recognise } from '../../server/src/frameworks/index.js';
import { hostLanguageOf, readHostFile, readsCode } from '../../server/src/hosts/index.js';
import { initHostParser } from '../../server/src/hosts/syntax/parser.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { dependencyAbove } from '../../server/src/workspace/dependencies.js';
import { databaseByPath } from '../../server/src/workspace/other-databases.js';
import { readFiles } from './corpus.js';

/**
 * Reads the migrations in code of real repositories, and says for each tool how much of them is understood:
 *   npm run corpus:code -- <git dir>… [--problems]
 * Reads the newest commit of each and changes nothing. Exits with 1 when anything crashed.
 */

/** What was seen of one tool. */
interface Count {
  files: number;
  /** Files of the tool in which it finds no migration. */
  empty: number;
  crashes: number;
  /** Calls whose SQL is known, and those that are not. */
  known: number;
  unknown: number;
  statements: number;
  /** Statements that PostgreSQL's parser does not read. */
  problems: number;
  readonly reasons: Map<string, number>;
}

const newCount = (): Count => ({
  files: 0,
  empty: 0,
  crashes: 0,
  known: 0,
  unknown: 0,
  statements: 0,
  problems: 0,
  reasons: new Map(),
});

const read =
  /\.(?:[cm]?[jt]s|py|rb)$|(?:^|\/)(?:package(?:-lock)?\.json|requirements[^/]*\.txt|pyproject\.toml|Gemfile(?:\.lock)?)$/;
const passed = /(?:^|\/)(?:node_modules|vendor|dist)\/|\.d\.ts$/;

/** Folders that migrations stand in: a program that uses the tool's library elsewhere is none. */
const folders = /(?:^|\/)[\w-]*(?:migrations?|migrate|versions)\//i;

/** The files of a commit, by their paths. */
function projectFiles(texts: ReadonlyMap<string, string>): ProjectFiles {
  const folders = new Map<string, string[]>([['', []]]);
  for (const each of texts.keys())
    for (let at = each; at !== ''; ) {
      const folder = at.slice(0, Math.max(0, at.lastIndexOf('/')));
      const names = folders.get(folder);
      const name = at.slice(folder.length + 1);
      if (names?.includes(name)) break;
      if (names) names.push(name);
      else folders.set(folder, [name]);
      at = folder;
    }
  const above = (directory: string, ...names: string[]): string | undefined => {
    for (let at = directory; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/'))))
      for (const name of names) if (texts.has(`${at}/${name}`)) return `${at}/${name}`;
    return undefined;
  };
  const files = {
    read: (file: string) => texts.get(file),
    exists: (file: string) => texts.has(file) || folders.has(file),
    names: (directory: string) => folders.get(directory) ?? [],
    above,
  };
  return { ...files, dependency: (directory, ...names) => dependencyAbove(directory, names, files) };
}

async function loadParsers(): Promise<void> {
  await initParser();
  for (const language of ['javascript', 'typescript', 'tsx', 'python', 'ruby'] as const)
    await initHostParser(language, (name) => readFileSync(require.resolve(`@vscode/tree-sitter-wasm/wasm/${name}`)));
}

/** Adds what one file of a tool holds. */
function readOne(file: string, text: string, files: ProjectFiles, counts: Map<string, Count>, shown: boolean): void {
  const {
    framework,
    recognition: { version },
  } = recognise(file, files);
  if (!readsCode(framework.id) || databaseByPath(file) !== undefined) return;
  const count = counts.get(framework.id) ?? newCount();
  counts.set(framework.id, count);
  count.files += 1;
  try {
    const host = readHostFile(framework.id, text, { path: file, version, files });
    if (!host) {
      count.empty += 1;
      return;
    }
    for (const { pieces } of host.migration.up ?? [])
      for (const piece of pieces) {
        if (piece.kind !== 'unknown') count.known += 1;
        else {
          count.unknown += 1;
          count.reasons.set(piece.reason, (count.reasons.get(piece.reason) ?? 0) + 1);
        }
      }
    const { statements } = parseDocument(host.script.text);
    count.statements += statements.length;
    for (const { parsed, span } of statements) {
      if (!parsed.problem || parsed.problem.isOwnLimit) continue;
      count.problems += 1;
      if (shown) {
        console.log(`${file}: ${parsed.problem.message}`);
        console.log(`    ${host.script.text.slice(span.start, span.end).replace(/\s+/g, ' ').slice(0, 200)}`);
      }
    }
  } catch (error) {
    count.crashes += 1;
    console.error(`CRASH in ${file}: ${error instanceof Error ? error.stack : String(error)}`);
  }
}

async function main(words: readonly string[]): Promise<void> {
  const directories = words.filter((word) => !word.startsWith('--'));
  if (directories.length === 0) throw new Error('Usage: npm run corpus:code -- <git dir>… [--problems]');
  await loadParsers();
  const counts = new Map<string, Count>();
  const began = performance.now();
  for (const directory of directories) {
    const root = `/${path.basename(path.resolve(directory).replace(/\/\.git$/, ''))}`;
    const texts = new Map(
      readFiles(directory, read)
        .filter((each) => !passed.test(each.path))
        .map((each) => [`${root}/${each.path}`, each.text]),
    );
    const files = projectFiles(texts);
    for (const [file, text] of texts)
      if (hostLanguageOf(file) !== undefined && folders.test(file))
        readOne(file, text, files, counts, words.includes('--problems'));
  }
  for (const [tool, count] of [...counts].sort(([, a], [, b]) => b.files - a.files)) {
    const { files, empty, crashes, known, unknown, statements, problems, reasons } = count;
    const share = known + unknown === 0 ? 100 : (100 * known) / (known + unknown);
    console.log(
      `${tool}: ${files} files, ${empty} without a migration, ${crashes} crashes, ${known + unknown} calls, ` +
        `${share.toFixed(1)} % understood, ${statements} statements, ${problems} not parsed`,
    );
    for (const [reason, often] of [...reasons].sort(([, a], [, b]) => b - a).slice(0, 8))
      console.log(`${String(often).padStart(6)}  ${reason}`);
  }
  console.log(`${directories.length} repositories, ${(performance.now() - began).toFixed(0)} ms`);
  if ([...counts.values()].some(({ crashes }) => crashes > 0)) process.exitCode = 1;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
