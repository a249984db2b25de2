import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { Connection } from 'vscode-languageserver';
import { rules } from '../../../rules/index.js';
import { filesOnDefaultBranch } from '../workspace/git.js';
import { loadTypedParser } from '../sql/expression-ast.js';
import { nodeCode } from '../workspace/code-files.js';
import { loadHostParsers } from '../workspace/host-parsers.js';
import { nodeFiles } from '../workspace/node-files.js';
import type { AnswerAgent } from './agent-desk.js';
import { uriOfPath } from './file-uris.js';
import { Rehearsals } from './rehearsals.js';
import { createServer } from './server.js';
import { captureForEditor } from './statistics.js';
import { createWorkspaceChecker } from './workspace-checker.js';

/** The fields of package.json that the server speaks of. */
interface Package {
  readonly version: string;
  readonly homepage: string;
}

/** By then the first document has its diagnostics (ms). */
const idleAfter = 3000;

/**
 * Serves one client over `connection` with Node's files and git. `root` is the folder of the installed package;
 * `answerAgent` has the tools for coding agents.
 */
export function serveNode(connection: Connection, root: string, answerAgent?: AnswerAgent): void {
  const { version, homepage } = readPackage(root);
  createServer(connection, {
    version,
    answerAgent,
    pages: `${homepage.replace(/#.*$/, '')}/blob/v${version}`,
    captureStatistics: captureForEditor,
    createChecker: (options) =>
      createWorkspaceChecker(
        {
          files: nodeFiles,
          code: nodeCode,
          rehearsals: new Rehearsals(uriOfPath, { files: nodeFiles, code: nodeCode }),
          loadHostParsers,
          rules,
          filesOnDefaultBranch,
          readPackageFile: reader(root),
        },
        options,
      ),
  });
  // A process that stays reads expressions with the typed parser; it takes 100 ms to load, which the start must not pay.
  setTimeout(loadTypedParser, idleAfter).unref();
}

/** The nearest folder upwards that holds a package.json: the program runs from dist/ as well as from out/. */
export function packageRoot(from: string): string {
  let folder = from;
  while (!existsSync(path.join(folder, 'package.json')) && folder !== path.dirname(folder))
    folder = path.dirname(folder);
  return folder;
}

function readPackage(root: string): Package {
  return JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Package;
}

function reader(root: string): (file: string) => Promise<string | undefined> {
  return (file) => readFile(path.join(root, file), 'utf8').catch(() => undefined);
}
