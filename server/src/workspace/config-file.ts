import type { RuleMeta } from '../../../rules/engine/define-rule.js';
import { type Config, type ConfigProblem, parseConfig, resolveConfig } from '../analysis/config.js';
import { directoryOf } from '../frameworks/framework.js';
import type { Files } from './files.js';

export const configName = 'airlock.config.json';

export interface LoadedConfig {
  readonly config: Config;
  /** The file; undefined when there is none and the defaults hold. */
  readonly path: string | undefined;
  /** The directory that globs are relative to; undefined without a file. */
  readonly root: string | undefined;
  readonly text: string;
  readonly problems: readonly ConfigProblem[];
}

/** The nearest airlock.config.json at or above a directory. */
export function findConfig(directory: string, files: Files): string | undefined {
  for (let at = directory; ; ) {
    const candidate = `${at}/${configName}`;
    if (files.exists(candidate) === 'file') return candidate;
    const above = directoryOf(at);
    if (above === at || at === '') return undefined;
    at = above;
  }
}

/** Loads a configuration file, or the defaults when `path` is undefined. `overrides` come from flags and editor settings. */
export function loadConfig(
  path: string | undefined,
  files: Files,
  rules: readonly RuleMeta[],
  overrides: { postgres?: number | undefined; postgresDefault?: number | undefined } = {},
): LoadedConfig {
  const without = (): Config => resolveConfig({}, { postgres: overrides.postgres ?? overrides.postgresDefault });
  if (path === undefined) return { config: without(), path, root: undefined, text: '', problems: [] };
  const result = files.read(path);
  const root = directoryOf(path);
  if ('problem' in result) {
    return {
      config: without(),
      path,
      root,
      text: '',
      problems: [{ message: result.problem.message, span: { start: 0, end: 0 } }],
    };
  }
  const { file, problems } = parseConfig(result.text, rules);
  const postgres = overrides.postgres ?? file.postgres ?? overrides.postgresDefault;
  return { config: resolveConfig(file, { postgres }), path, root, text: result.text, problems };
}
