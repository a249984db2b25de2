import type { Connection } from 'vscode-languageserver';
import { rules } from '../../../rules/index.js';
import { initHostParser } from '../hosts/syntax/parser.js';
import { parserFrom } from '../sql/postgres-parser.js';
import { type FileSource, MirroredFiles } from '../workspace/mirrored-files.js';
import type { CheckedConfig, Checker } from './checker.js';
import { pathOfUri, uriOfPath } from './file-uris.js';
import {
  fileMethods,
  type ListFolderParams,
  type ListFolderResult,
  type ReadFilesParams,
  type ReadFilesResult,
  type ReadPackageFileParams,
  type ReadPackageFileResult,
} from './messages/web-files.js';
import { type CheckerOptions, createServer } from './server.js';
import { createWorkspaceChecker } from './workspace-checker.js';

/** The browser's, of which no types are here. */
declare const WebAssembly: {
  instantiate(bytes: Uint8Array, imports: object): Promise<{ readonly instance: object }>;
};

/** So many files are asked for at a time: others may ask in between. */
const CHUNK = 100;

/**
 * Serves one client over `connection` in a browser, where there is neither a disk nor a process: the client is asked for
 * files. Git is not asked, code is not searched, nothing is rehearsed, no server is reached, no agent is served.
 */
export function serveBrowser(
  connection: Connection,
  { version, homepage }: { version: string; homepage: string },
): void {
  const packageFile = (path: string): Promise<Uint8Array | undefined> => readPackageFile(connection, path);
  const parserFile = async (name: string): Promise<Uint8Array> => {
    const bytes = await packageFile(`dist/${name}`);
    if (bytes === undefined) throw new Error(`${name} is missing: the package is not complete.`);
    return bytes;
  };
  parserFrom(async (imports) => {
    const { instance } = await WebAssembly.instantiate(await parserFile('libpg-query.wasm'), imports);
    return instance;
  });
  createServer(connection, {
    version,
    pages: `${homepage.replace(/#.*$/, '')}/blob/v${version}`,
    createChecker(options) {
      const mirror = mirrorFor(connection, options, () => checker);
      const checker = createWorkspaceChecker(
        {
          files: mirror.files,
          rules,
          loadHostParsers: async (languages) => {
            await Promise.all([...new Set(languages)].map((language) => initHostParser(language, parserFile)));
          },
          readPackageFile: async (path) => {
            const bytes = await packageFile(path);
            return bytes && new TextDecoder().decode(bytes);
          },
        },
        options,
      );
      return overMirror(checker, mirror);
    },
  });
}

async function readPackageFile(connection: Connection, path: string): Promise<Uint8Array | undefined> {
  const params: ReadPackageFileParams = { path };
  const { bytes } = await connection.sendRequest<ReadPackageFileResult>(fileMethods.readPackageFile, params);
  return bytes === null ? undefined : new Uint8Array(bytes);
}

function mirrorFor(connection: Connection, options: CheckerOptions, checker: () => Checker): MirroredFiles {
  const roots = (): string[] => options.folders().flatMap((uri) => pathOfUri(uri, undefined) ?? []);
  const mirror: MirroredFiles = new MirroredFiles(sourceOver(connection, roots), {
    roots,
    onNews(changed) {
      if (changed === undefined) checker().readAgain?.();
      else checker().filesChanged(changed.map(uriOfPath));
    },
    // Whoever has got half an answer asks again.
    onLate: () =>
      void mirror
        .settled(() => {})
        .then(options.codeFound, (error: unknown) => options.log(`Files could not be read: ${String(error)}`)),
    onCut: (folder) =>
      options.log(`${uriOfPath(folder)} has too many files: only the first ones are seen. Open a folder below it.`),
  });
  return mirror;
}

function sourceOver(connection: Connection, roots: () => readonly string[]): FileSource {
  return {
    async listing(folder) {
      const params: ListFolderParams = { uri: uriOfPath(folder) };
      const found = await connection.sendRequest<ListFolderResult>(fileMethods.listFolder, params);
      // A repository that VS Code shows of a web site has no folder of git to be seen, and has been committed.
      return roots().includes(folder) && folder.startsWith('/vscode-vfs:')
        ? { ...found, entries: ['.git/', ...found.entries] }
        : found;
    },
    async contents(paths) {
      const chunks: ReadFilesResult['files'][] = [];
      for (let at = 0; at < paths.length; at += CHUNK) {
        const params: ReadFilesParams = { uris: paths.slice(at, at + CHUNK).map(uriOfPath) };
        chunks.push((await connection.sendRequest<ReadFilesResult>(fileMethods.readFiles, params)).files);
      }
      return chunks.flat().map((each) => ('bytes' in each ? { bytes: new Uint8Array(each.bytes) } : each));
    },
  };
}

/** The same checker, whose answers wait for the files that they need. */
function overMirror(checker: Checker, mirror: MirroredFiles): Checker {
  const settled =
    <A extends readonly unknown[], T>(method: (...args: A) => T | Promise<T>) =>
    (...args: A): Promise<T> =>
      mirror.settled(() => method(...args));
  return {
    ...checker,
    check: settled(checker.check),
    migrationFolders: settled(checker.migrationFolders),
    newMigration: settled(checker.newMigration),
    patternChoices: settled(checker.patternChoices),
    safeMigration: settled(checker.safeMigration),
    openChanges: settled(checker.openChanges),
    continueChange: settled(checker.continueChange),
    rollback: settled(checker.rollback),
    missingRollbacks: settled(checker.missingRollbacks),
    pendingMigrations: settled(checker.pendingMigrations),
    pendingDetails: settled(checker.pendingDetails),
    runbook: settled(checker.runbook),
    review: settled(checker.review),
    reviewPending: settled(checker.reviewPending),
    ...(checker.nameIndexes && { nameIndexes: settled(checker.nameIndexes) }),
    filesChanged(uris) {
      mirror.changed(uris.flatMap((uri) => pathOfUri(uri, undefined) ?? []));
      return checker.filesChanged(uris);
    },
    // What was said of a file before it had come is taken back in the same breath.
    takeConfigs: () => [
      ...new Map(checker.takeConfigs().map((each): [string, CheckedConfig] => [each.uri, each])).values(),
    ],
  };
}
