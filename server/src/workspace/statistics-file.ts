import { Sizes } from '../sizes/sizes.js';
import { isStatisticsProblem, readStatistics } from '../sizes/statistics.js';
import type { Files } from './files.js';

/** Reads the file that "stats" of a configuration names, as `name`; a sentence when it cannot be used. */
export function loadStatistics(path: string, name: string, files: Files): Sizes | string {
  if (files.leadsOut(path)) return 'This link leads out of the project.';
  const result = files.read(path);
  if ('problem' in result) return result.problem.message;
  const found = readStatistics(result.text);
  if (!isStatisticsProblem(found)) return new Sizes(found, name);
  return `${name}:${result.text.slice(0, found.offset).split('\n').length}: ${found.message}`;
}

/** True for a file of table statistics, which a newer one may replace. An empty file is as good. */
export function isReplaceable(path: string, files: Files): boolean {
  const result = files.read(path);
  if ('problem' in result) return false;
  if (result.text.trim() === '') return true;
  const head: unknown = jsonOf(result.text);
  return typeof head === 'object' && head !== null && 'version' in head && 'taken' in head && 'tables' in head;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
