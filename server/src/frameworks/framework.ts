/** What a migration tool does with its files. Facts only; nothing here reads a disk. */
export interface Framework {
  /** The name in airlock.config.json. */
  readonly id: string;
  /** The name people use. */
  readonly title: string;
  /**
   * What one transaction holds when the tool runs a file: nothing (each statement by itself), the file,
   * or all files that are pending.
   */
  readonly transaction: 'none' | 'per-file' | 'all-pending';
  /** True for a file that takes a migration back. */
  isDown(path: string): boolean;
  /** Sorts paths into the order in which the tool runs them. */
  compare(a: string, b: string): number;
  /** Paths for new migrations that run after all the existing ones, in the naming style of the last of them. */
  nextPaths(existing: readonly string[], slugs: readonly string[], directory: string): string[];
  /** Where the rollback of a migration is kept. */
  downPath(path: string): string;
}

/** The part behind the last slash. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The part before the last slash; "" when there is none. */
export function directoryOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}
