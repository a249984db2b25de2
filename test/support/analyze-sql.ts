import type { AnyRule, HistoryPlace } from '../../rules/engine/define-rule.js';
import { ruleSet } from '../../rules/engine/run.js';
import { rules } from '../../rules/index.js';
import { type Analysis, analyze, type MigrationInput } from '../../server/src/analysis/analyze.js';
import type { ConfigFile } from '../../server/src/analysis/config-schema.js';
import { resolveConfig } from '../../server/src/analysis/config.js';
import { readMigration } from '../../server/src/analysis/sections.js';
import { applyDocument } from '../../server/src/analysis/replay.js';
import type { Project } from '../../server/src/frameworks/framework.js';
import { plainSql } from '../../server/src/frameworks/plain-sql.js';
import { projectOf } from './project.js';
import { SchemaState } from '../../server/src/schema/state.js';

export interface Setting {
  /** Earlier migrations, in order. */
  readonly history?: readonly string[];
  /** Their paths, where something depends on them. */
  readonly historyPaths?: readonly string[];
  readonly config?: ConfigFile;
  readonly path?: string;
  readonly applied?: boolean;
  /** The folder and its tool; plain SQL without it. */
  readonly project?: Project;
  /** The file is the last of a project. */
  readonly isLast?: boolean;
  /** What day it is; nobody knows without it. */
  readonly today?: string;
}

const allRules = ruleSet(rules);
const plain = projectOf(plainSql);

/** What `analyze` needs for a text with some history before it. */
export function inputOf(sql: string, setting: Setting = {}): MigrationInput {
  const project = setting.project ?? plain;
  const config = resolveConfig({ postgres: 16, ...setting.config });
  const before = new SchemaState();
  for (const [index, earlier] of (setting.history ?? []).entries()) {
    const path = setting.historyPaths?.[index] ?? `000${index + 1}_earlier.sql`;
    const { document, sections } = readMigration(earlier, { path, config, project });
    applyDocument(document, before, sections, path);
    before.release++;
  }
  const path = setting.path ?? 'migrations/0009_test.sql';
  return {
    path,
    ...readMigration(sql, { path, config, project }),
    before,
    config,
    project,
    applied: setting.applied ?? false,
    ...(setting.today === undefined ? {} : { today: () => setting.today }),
    ...(setting.isLast ? { place: lastPlace(setting.history?.length ?? 0) } : {}),
  };
}

/** The place behind so many migrations, of which git knows nothing. */
function lastPlace(earlier: number): HistoryPlace {
  return {
    version: '0009',
    isNumbered: true,
    sameVersion: [],
    changed: undefined,
    runsBefore: undefined,
    gone: [],
    isLast: true,
    ageOf: (path) => {
      const index = Number(/^000(\d+)_earlier\.sql$/.exec(path)?.[1] ?? 0) - 1;
      return index > 0 ? { migrations: earlier - index, days: undefined } : undefined;
    },
  };
}

/** Analyses a text with all rules, or with the given ones. A rule that throws fails the test. */
export function analyzeSql(sql: string, setting: Setting = {}, only?: readonly AnyRule[]): Analysis {
  return analyze(inputOf(sql, setting), only ? ruleSet(only) : allRules, (rule, _statement, error) => {
    throw new Error(`${rule.meta.id}: ${String(error)}`, { cause: error });
  });
}
