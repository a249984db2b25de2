import type { Analysis } from '../analysis/analyze.js';
import type { ConfigProblem } from '../analysis/config.js';
import type {
  EditorSettings,
  EffectiveConfigResult,
  ReviewResult,
  RollbackResult,
  RulePageResult,
  RunbookResult,
  RuleSummary,
} from './messages/messages.js';

/** An open document with everything that was found in it. */
export interface Checked {
  readonly analysis: Analysis;
  /** Where the configuration comes from: a path, or "defaults". */
  readonly config: string;
  /** Rules that are on. */
  readonly rules: number;
  /** The migration tool and why it is taken for that one. */
  readonly framework: string;
}

/** A configuration file with what is wrong in it; no problems when it is right again. */
export interface CheckedConfig {
  readonly uri: string;
  readonly text: string;
  readonly problems: readonly ConfigProblem[];
}

/** What the server asks of the core and of the workspace. Nothing in it knows LSP. */
export interface Checker {
  /** Analyses a document in its workspace: with its configuration, after the migrations before it. */
  check(uri: string, text: string, settings: EditorSettings): Promise<Checked>;
  /** Files have changed on disk; true when that can change a result. */
  filesChanged(uris: readonly string[]): boolean;
  /** The configuration files that were read since the last call. */
  takeConfigs(): readonly CheckedConfig[];
  rollback(checked: Checked, uri: string): Promise<RollbackResult>;
  runbook(checked: Checked, uri: string): Promise<RunbookResult>;
  review(checked: Checked, uri: string): Promise<ReviewResult>;
  effectiveConfig(checked: Checked): EffectiveConfigResult;
  rulePage(rule: string): Promise<RulePageResult>;
  rules(): readonly RuleSummary[];
}
