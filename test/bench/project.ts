import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createTables, migration, migrationName } from './generate.js';

/** The root of the package; this file runs from out/test/bench. */
export const root = path.resolve(__dirname, '..', '..', '..');

/** The command-line tool as it is shipped. */
export const airlock: readonly [string, ...string[]] = [process.execPath, path.join(root, 'dist', 'cli.js')];

/** squawk as npm installs it. */
export const squawk: readonly [string, ...string[]] = [
  process.execPath,
  path.join(root, 'node_modules', 'squawk-cli', 'js', 'bin', 'squawk'),
];

/** A directory of migrations in the system's temporary folder. */
export interface Project {
  readonly directory: string;
  readonly uri: string;
  /** Absolute paths, in order. */
  readonly files: readonly string[];
  remove(): void;
}

/** Makes a project: one migration that creates the tables, then `files` migrations of so many `statements`. */
export function makeProject(files: number, statements: number): Project {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'airlock-bench-'));
  const paths: string[] = [];
  const write = (name: string, text: string): void => {
    paths.push(path.join(directory, name));
    fs.writeFileSync(path.join(directory, name), text);
  };
  write(migrationName(0), createTables(files * statements));
  for (let n = 1; n <= files; n++) write(migrationName(n), migration(statements, n * statements, files * statements));
  return {
    directory,
    uri: pathToFileURL(directory).href,
    files: paths,
    remove: () => fs.rmSync(directory, { recursive: true, force: true }),
  };
}
