import type { RuleMeta } from '../../../rules/engine/define-rule.js';
import type { WrittenVersion } from '../analysis/server-version.js';
import { type Config, type ConfigProblem, parseConfig, resolveConfig } from '../analysis/config.js';
import { directoryOf } from '../frameworks/framework.js';
import type { Span } from '../sql/span.js';
import type { Files } from './files.js';
import { loadStatistics } from './statistics-file.js';

export const configName = 'airlock.config.json';

export interface LoadedConfig {
  readonly config: Config;
  /** The file; undefined when there is none and the defaults hold. */
  readonly path: string | undefined;
  /** The directory that globs are relative to; undefined without a file. */
  readonly root: string | undefined;
  readonly text: string;
  readonly problems: readonly ConfigProblem[];
  /** The file that "schema" names, there or not; undefined without one. */
  readonly schemaPath?: string | undefined;
  /** The same of "stats". */
  readonly statsPath?: string | undefined;
  /** The same of "seed" of "rehearsal". */
  readonly seedPath?: string | undefined;
  /** Where "through" of "applied" stands in the text. */
  readonly throughSpan?: Span | undefined;
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
  overrides: { postgres?: WrittenVersion | undefined; postgresDefault?: WrittenVersion | undefined } = {},
): LoadedConfig {
  const without = (): Config => resolveConfig({}, { postgres: overrides.postgres ?? overrides.postgresDefault });
  if (path === undefined) return { config: without(), path, root: undefined, text: '', problems: [] };
  const result = files.leadsOut(path)
    ? { problem: { path, message: 'This link leads out of the project and is not followed.' } }
    : files.read(path);
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
  const { file, problems, schemaSpan, statsSpan, seedSpan, throughSpan } = parseConfig(result.text, rules);
  const statsPath = file.stats === undefined ? undefined : `${root}/${file.stats}`;
  const statistics =
    file.stats === undefined || statsPath === undefined ? undefined : loadStatistics(statsPath, file.stats, files);
  if (typeof statistics === 'string')
    problems.push({ message: `"stats" cannot be used: ${statistics}`, span: statsSpan ?? { start: 0, end: 0 } });
  const sizes = typeof statistics === 'string' ? undefined : statistics;
  const postgres = overrides.postgres ?? file.postgres ?? sizes?.postgres ?? overrides.postgresDefault;
  const schemaPath = file.schema === undefined ? undefined : `${root}/${file.schema}`;
  const wrong = schemaPath === undefined ? undefined : problemOf(schemaPath, files);
  if (wrong !== undefined)
    problems.push({ message: `"schema" cannot be used: ${wrong}`, span: schemaSpan ?? { start: 0, end: 0 } });
  const { seed } = file.rehearsal ?? {};
  const seedPath = seed === undefined ? undefined : `${root}/${seed}`;
  // It may be long, and only a rehearsal reads it.
  if (seedPath !== undefined && (files.leadsOut(seedPath) || files.exists(seedPath) !== 'file'))
    problems.push({
      message: `"seed" cannot be used: ${seed} is no file here.`,
      span: seedSpan ?? { start: 0, end: 0 },
    });
  const usable = wrong === undefined ? file : { ...file, schema: undefined };
  return {
    config: resolveConfig(usable, { postgres }, sizes),
    path,
    root,
    text: result.text,
    problems,
    schemaPath,
    statsPath,
    seedPath,
    throughSpan,
  };
}

/** True for a file that a configuration is read with; of the seed it is only asked whether it is there. */
export function readWith({ schemaPath, statsPath, seedPath }: LoadedConfig, path: string, listing: boolean): boolean {
  return path === schemaPath || path === statsPath || (listing && path === seedPath);
}

/** Why the dump of a schema cannot be read. */
function problemOf(path: string, files: Files): string | undefined {
  if (files.leadsOut(path)) return 'This link leads out of the project.';
  const result = files.read(path);
  return 'problem' in result ? result.problem.message : undefined;
}

/** What is wrong with a "through" that names no migration: nothing counts as applied, which nobody would notice. */
export function missingThroughProblem({ throughSpan }: LoadedConfig, through: string): ConfigProblem {
  return {
    message: `No migration is called "${through}", so every one counts as pending. "through" is a version, such as "0014", or the name of a file or of its folder.`,
    span: throughSpan ?? { start: 0, end: 0 },
  };
}
