/** Why a file cannot be used. */
export interface FileProblem {
  readonly path: string;
  /** One sentence, without the path. */
  readonly message: string;
}

export type ReadResult = { readonly text: string } | { readonly problem: FileProblem };

/** What Airlock needs of a file system; paths are absolute, with forward slashes. */
export interface Files {
  /** The text of a file, or why it has none: missing, unreadable, binary, not UTF-8, too large. */
  read(path: string): ReadResult;
  exists(path: string): 'file' | 'directory' | undefined;
  /**
   * Files below a directory, in no order; links that lead back up are followed once, those that lead out of the project
   * never. Hidden folders and node_modules are left out. A directory that cannot be read is reported to `onProblem`.
   */
  walk(directory: string, onProblem?: (problem: FileProblem) => void): readonly string[];
  /** Files directly in a directory, without links that lead out of the project. */
  list(directory: string): readonly string[];
  /** True when a path leads out of the project through a link: what it leads to is not for showing. */
  leadsOut(path: string): boolean;
}

/** A migration of 20 MB is a dump or a data load, which no person reads in an editor. */
export const largestFile = 20 * 1024 * 1024;

/** A fault of ours in one file, in one line. */
export function faultMessage(error: unknown): string {
  const [line = ''] = (error instanceof Error ? (error.stack ?? error.message) : String(error)).split('\n    at ', 1);
  return `This is a fault in Airlock, and this file is not checked: ${line}. Report it with the file if you can.`;
}
