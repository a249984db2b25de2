import noVolatileDefault from '../../../rules/lock-contention/no-volatile-default.js';
import noConcurrentlyInTransaction from '../../../rules/execution/no-concurrently-in-transaction.js';
import noSyntaxError from '../../../rules/execution/no-syntax-error.js';
import noUnusedSuppression from '../../../rules/execution/no-unused-suppression.js';
import requireSuppressionReason from '../../../rules/execution/require-suppression-reason.js';
import requireConcurrentIndex from '../../../rules/lock-contention/require-concurrent-index.js';
import requireLockTimeout from '../../../rules/lock-contention/require-lock-timeout.js';
import { ruleSet } from '../../../rules/engine/run.js';
import { analyze } from '../../../server/src/analysis/analyze.js';
import { resolveConfig } from '../../../server/src/analysis/config.js';
import { readMigration } from '../../../server/src/analysis/sections.js';
import { plainSql } from '../../../server/src/frameworks/plain-sql.js';
import { projectOf } from '../../support/project.js';
import type { Checked, CheckedConfig, Checker, GitNotAsked } from '../../../server/src/protocol/checker.js';
import type { RehearseParams } from '../../../server/src/protocol/messages/messages.js';
import type { SplitSurroundings } from '../../../server/src/planning/plan-split.js';
import { SchemaState } from '../../../server/src/schema/state.js';
import { initParser } from '../../../server/src/sql/postgres-parser.js';

const rules = ruleSet([
  noConcurrentlyInTransaction,
  noSyntaxError,
  noUnusedSuppression,
  noVolatileDefault,
  requireConcurrentIndex,
  requireLockTimeout,
  requireSuppressionReason,
]);

/** One file and nothing around it. */
function surroundings(uri: string): SplitSurroundings {
  return {
    existing: () => [uri],
    now: () => 0,
    later: () => [],
    analyseInTurn: () => [],
  };
}

/** A checker with a handful of real rules and no disk: each document is a migration without history. */
export class SingleFileChecker implements Checker {
  checks = 0;
  changedFiles: string[] = [];
  /** Handed out by the next `takeConfigs`. */
  configs: CheckedConfig[] = [];
  quiet = false;
  mayBeApplied: GitNotAsked | undefined;
  /** Set to make `check` fail as a bug would. */
  bug: Error | undefined;

  async check(uri: string, text: string, settings: { readonly postgres?: number | null }) {
    this.checks += 1;
    if (this.bug !== undefined) throw this.bug;
    await initParser();
    const config = resolveConfig({}, { postgres: settings.postgres ?? undefined });
    const project = projectOf(plainSql);
    const file = { path: uri, config, project };
    const input = { ...file, ...readMigration(text, file), before: new SchemaState(), applied: false };
    const analysis = analyze(input, rules, (_rule, _statement, error) => {
      throw error;
    });
    const framework = 'plain SQL, each statement by itself';
    return {
      analysis,
      quiet: this.quiet,
      config: 'defaults',
      rules: rules.rules.length,
      framework,
      applied: 'pending',
      mayBeApplied: this.mayBeApplied,
      configProblems: 0,
      around: surroundings(uri),
    };
  }

  checkAnyway(): void {
    this.quiet = false;
  }

  closed(): void {}

  filesChanged(uris: readonly string[]): boolean {
    this.changedFiles.push(...uris);
    return uris.some((uri) => uri.endsWith('.sql'));
  }

  takeConfigs(): readonly CheckedConfig[] {
    return this.configs.splice(0);
  }

  uriOf(path: string): string {
    return path;
  }

  migrationFolders(): readonly [] {
    return [];
  }

  newMigration(): { created: readonly []; replaced: readonly [] } {
    return { created: [], replaced: [] };
  }

  async patternChoices(): Promise<readonly []> {
    return [];
  }

  async safeMigration(): Promise<never> {
    throw new Error('There is no folder of migrations.');
  }

  async openChanges(): Promise<readonly []> {
    return [];
  }

  async continueChange(): Promise<never> {
    throw new Error('There is no folder of migrations.');
  }

  async rollback({ analysis }: Checked) {
    const file = { uri: analysis.path.replace('.sql', '.down.sql'), text: '-- down\n' };
    return { file, exists: false, summary: '1 step is lossless.', worst: 'lossless' as const };
  }

  async rehearse({ uris }: RehearseParams) {
    const ran = { rollback: true, again: true, queries: false };
    const file = { name: 'a.sql', outcome: 'passed' as const, remarks: [], ran, proof: 'run', ms: 1 };
    return { engine: 'nothing', files: uris.map((uri) => ({ uri, ...file })), markdown: '', cancelled: false };
  }

  async missingRollbacks() {
    return { files: [], markdown: '' };
  }

  pendingMigrations() {
    return [];
  }

  async pendingDetails() {
    return [];
  }

  schemaPage() {
    return { text: '# Schema\n', name: 'schema.md' };
  }

  async runbook() {
    return { text: '# Runbook\n', name: 'runbook.md' };
  }

  async reviewPending() {
    return this.review();
  }

  async review() {
    return { markdown: '# Review\n', name: 'review.md', files: [], verdict: 'SAFE TO SHIP' as const };
  }

  effectiveConfig() {
    return { text: '{}\n' };
  }

  async rulePage(rule: string) {
    return { markdown: rule === 'require-concurrent-index' ? '# require-concurrent-index\n' : null };
  }

  rules() {
    return rules.rules.map(({ meta: { id, category, severity, summary } }) => ({ id, category, severity, summary }));
  }
}
