import { rules } from '../../../rules/index.js';
import type { Analysis } from '../../../server/src/analysis/analyze.js';
import { directoryOf } from '../../../server/src/frameworks/framework.js';
import type { FileProblem, Files, ReadResult } from '../../../server/src/workspace/files.js';
import type { BranchFiles } from '../../../server/src/workspace/history-place.js';
import { Workspace, type WorkspaceOptions } from '../../../server/src/workspace/workspace.js';

/** A file system in memory, which counts what is read. */
export class MemoryFiles implements Files {
  readonly texts = new Map<string, string>();
  /** How often each file was read. */
  readonly reads = new Map<string, number>();

  constructor(texts: Readonly<Record<string, string>> = {}) {
    for (const [path, text] of Object.entries(texts)) this.texts.set(path, text);
  }

  read(path: string): ReadResult {
    this.reads.set(path, (this.reads.get(path) ?? 0) + 1);
    const text = this.texts.get(path);
    return text === undefined ? { problem: { path, message: 'There is no such file or directory.' } } : { text };
  }

  exists(path: string): 'file' | 'directory' | undefined {
    if (this.texts.has(path)) return 'file';
    return this.walk(path).length > 0 ? 'directory' : undefined;
  }

  walk(directory: string): readonly string[] {
    return [...this.texts.keys()].filter((path) => path.startsWith(`${directory}/`));
  }

  leadsOut(): boolean {
    return false;
  }

  list(directory: string): readonly string[] {
    return [...this.texts.keys()].filter((path) => directoryOf(path) === directory);
  }

  /** How many reads there were since the last call. */
  takeReads(): number {
    const total = [...this.reads.values()].reduce((sum, count) => sum + count, 0);
    this.reads.clear();
    return total;
  }
}

/** A workspace over texts in memory, with all rules; a rule that throws fails the test. */
export function workspaceOf(files: Files, options: WorkspaceOptions = {}): Workspace {
  return new Workspace(files, rules, options, (rule, _statement, error) => {
    throw new Error(`${rule.meta.id}: ${String(error)}`, { cause: error });
  });
}

/** The analysis of a file that can be read. */
export function analysisOf(workspace: Workspace, path: string): Analysis {
  const result: Analysis | FileProblem = workspace.analyze(path);
  if ('message' in result) throw new Error(`${result.path}: ${result.message}`);
  return result;
}

/** The rules that have found something that counts, or would count were the file not applied. */
export function rulesIn(workspace: Workspace, path: string): string[] {
  return analysisOf(workspace, path)
    .findings.filter((finding) => finding.applied || finding.severity === 'error' || finding.severity === 'warning')
    .map((finding) => finding.rule);
}

/** The default branch of a test: it has these files, as they are here. */
export function branchOf(paths: readonly string[]): BranchFiles {
  const same = { isSame: () => true, text: () => undefined };
  return { files: new Map(paths.map((path) => [path, same])), gone: new Map() };
}
