import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import {
  fileMethods,
  type ListFolderParams,
  type ListFolderResult,
  type ReadFilesParams,
  type ReadFilesResult,
  type ReadPackageFileParams,
  type ReadPackageFileResult,
  type WireContent,
} from '../../server/src/protocol/messages/web-files.js';

/** So many names are listed of a folder of the workspace, those of its upper folders first. */
const MOST_ENTRIES = 50_000;

/** Folders and files that are asked for at a time: a file system may be on another machine. */
const TOGETHER = 24;

/** Larger files are not handed over, in bytes; the server has the words for it. */
const LARGEST = 20 * 1024 * 1024;

/** Answers a language server in a worker, which has no files: from the folders of the workspace, and from our own package. */
export function answerForFiles(client: BaseLanguageClient, extension: vscode.Uri): vscode.Disposable {
  return vscode.Disposable.from(
    client.onRequest(fileMethods.listFolder, ({ uri }: ListFolderParams) => listFolder(vscode.Uri.parse(uri, true))),
    client.onRequest(fileMethods.readFiles, async ({ uris }: ReadFilesParams): Promise<ReadFilesResult> => {
      return { files: await inTurns(uris, (uri) => readFile(vscode.Uri.parse(uri, true))) };
    }),
    client.onRequest(fileMethods.readPackageFile, ({ path }: ReadPackageFileParams) =>
      readPackageFile(extension, path),
    ),
  );
}

/** True for a file or a folder in the workspace: nothing else is the server's business. */
function isInWorkspace(uri: vscode.Uri): boolean {
  if (uri.path.split('/').includes('..')) return false;
  return vscode.workspace.getWorkspaceFolder(uri) !== undefined;
}

async function listFolder(root: vscode.Uri): Promise<ListFolderResult> {
  const entries: string[] = [];
  if (!isInWorkspace(root)) return { entries, isCut: false };
  // Level by level: what stands deep is what a project can best do without.
  for (let level = ['']; level.length > 0; ) {
    const below: string[] = [];
    const listings = await inTurns(level, (folder) =>
      entriesOf(folder === '' ? root : vscode.Uri.joinPath(root, folder)),
    );
    for (const [index, listing] of listings.entries()) {
      for (const [name, type] of listing) {
        // Nobody here knows where a link leads.
        if (type & vscode.FileType.SymbolicLink) continue;
        if (entries.length >= MOST_ENTRIES) return { entries, isCut: true };
        const path = `${level[index] ?? ''}${name}`;
        const isFolder = (type & vscode.FileType.Directory) !== 0;
        entries.push(isFolder ? `${path}/` : path);
        if (isFolder && !name.startsWith('.') && name !== 'node_modules') below.push(`${path}/`);
      }
    }
    level = below;
  }
  return { entries, isCut: false };
}

/** Nothing of a folder that cannot be read. */
async function entriesOf(folder: vscode.Uri): Promise<readonly [string, vscode.FileType][]> {
  try {
    return await vscode.workspace.fs.readDirectory(folder);
  } catch {
    return [];
  }
}

async function readFile(uri: vscode.Uri): Promise<WireContent> {
  if (!isInWorkspace(uri)) return { missing: true };
  try {
    const { type, size } = await vscode.workspace.fs.stat(uri);
    if (type & vscode.FileType.SymbolicLink) return { missing: true };
    if (type & vscode.FileType.Directory) return { isFolder: true };
    if (size > LARGEST) return { size };
    return { bytes: ownBytes(await vscode.workspace.fs.readFile(uri)) };
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return { missing: true };
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

async function readPackageFile(extension: vscode.Uri, path: string): Promise<ReadPackageFileResult> {
  if (path.split('/').includes('..')) return { bytes: null };
  try {
    return { bytes: ownBytes(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extension, path))) };
  } catch {
    return { bytes: null };
  }
}

/** A buffer with these bytes and no others; what is traced of it is short. */
function ownBytes(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

/** Results in the order of the items, a few of which are worked on at a time. */
async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at] as T);
  };
  await Promise.all(Array.from({ length: Math.min(TOGETHER, items.length) }, worker));
  return results;
}
