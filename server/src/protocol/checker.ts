import type { Analysis } from '../analysis/analyze.js';
import type { ConfigProblem } from '../analysis/config.js';
import type { SplitSurroundings } from '../planning/plan-split.js';
import type { NameIndex } from '../workspace/name-index.js';
import type { Renumbering } from '../workspace/renumber.js';
import type { ContinueChangeParams, OpenChangesParams, OpenChangeSummary } from './messages/open-changes.js';
import type {
  EditorSettings,
  MigrationFolderSummary,
  MissingRollbacksResult,
  NewMigrationResult,
  PatternChoice,
  PatternChoicesParams,
  RehearseParams,
  RehearseResult,
  RollbackResult,
  RulePageResult,
  RuleSummary,
  SafeMigrationParams,
  SafeMigrationResult,
} from './messages/messages.js';
import type {
  EffectiveConfigResult,
  ReviewResult,
  RunbookParams,
  RunbookResult,
  SchemaPageParams,
  SchemaPageResult,
} from './messages/documents.js';
import type { PendingDetail, PendingDetailsParams, PendingFolder } from './messages/pending.js';
import type { RehearsalWatch } from './rehearsals.js';

/** The workspace is not trusted; there is no git where the server runs. */
export type GitNotAsked = 'restricted' | 'no git';

/** A document with everything that was found in it. */
export interface Checked {
  readonly analysis: Analysis;
  /** True for a document that is no migration: nothing is shown in it unless a person asks. */
  readonly quiet: boolean;
  /** Where the configuration comes from: a path, or "defaults". */
  readonly config: string;
  /** Rules that are on. */
  readonly rules: number;
  /** The migration tool and what it does with the file, in words; why the file is not checked, where it is not. */
  readonly framework: string;
  /** Why the file counts as applied or as pending, in few words. */
  readonly applied: string;
  /** Why git is not asked, where it would have to say whether the file is applied. */
  readonly mayBeApplied: GitNotAsked | undefined;
  /** How many mistakes its configuration file has. */
  readonly configProblems: number;
  /** What a split has to look at around it; undefined for a document that has no folder yet. */
  readonly around: SplitSurroundings | undefined;
  /** The next free version for a migration that needs another; undefined for any other. */
  readonly renumbering?: () => Renumbering | undefined;
}

/** A configuration file with what is wrong in it; no problems when it is right again. */
export interface CheckedConfig {
  readonly uri: string;
  readonly text: string;
  readonly problems: readonly ConfigProblem[];
}

/** What the server asks of the core and of the workspace. Nothing in it knows LSP. */
export interface Checker {
  /** Analyses a text as the document's in its workspace: with its configuration, after the migrations before it. */
  check(uri: string, text: string, settings: EditorSettings): Promise<Checked>;
  /** A person wants a document checked although it does not look like a migration; for as long as it is open. */
  checkAnyway(uri: string): void;
  /** A document was closed. */
  closed(uri: string): void;
  /** Files have changed on disk; true when that can change a result. */
  filesChanged(uris: readonly string[]): boolean;
  /** Everything that was read from files is read anew. */
  readAgain?(): void;
  /** The configuration files that were read since the last call. */
  takeConfigs(): readonly CheckedConfig[];
  /** The URI of a path that an analysis or a rewrite names. */
  uriOf(path: string): string;
  /** The folders of migrations in the open folders, that of the document first. */
  migrationFolders(
    uri: string | undefined,
  ): readonly MigrationFolderSummary[] | Promise<readonly MigrationFolderSummary[]>;
  /** A new migration in the folder of a file. */
  newMigration(uri: string, name: string): NewMigrationResult | Promise<NewMigrationResult>;
  /** What a field of a pattern can be, in the folder of a file. */
  patternChoices(params: PatternChoicesParams): Promise<readonly PatternChoice[]>;
  /** A change as new migrations. */
  safeMigration(params: SafeMigrationParams): Promise<SafeMigrationResult>;
  /** What is not finished in the folder of a file. */
  openChanges(params: OpenChangesParams): Promise<readonly OpenChangeSummary[]>;
  /** The next step of one of them. */
  continueChange(params: ContinueChangeParams): Promise<SafeMigrationResult>;
  /** In: how it is proven by running it; undefined where it is not. */
  rollback(checked: Checked, watch?: RehearsalWatch): Promise<RollbackResult>;
  /** The rollbacks of the pending migrations of a folder that have none. */
  missingRollbacks(uri: string): Promise<MissingRollbacksResult>;
  /** Runs migrations of one folder for real. */
  rehearse(params: RehearseParams, watch: RehearsalWatch): Promise<RehearseResult>;
  /** The migrations that are not applied yet. */
  pendingMigrations(): readonly PendingFolder[] | Promise<readonly PendingFolder[]>;
  /** Of the file, or of all migrations that are pending with it. */
  runbook(checked: Checked, params: Omit<RunbookParams, 'uri'>): Promise<RunbookResult>;
  /** The schema as of the file, or what the file changes of it. */
  schemaPage(checked: Checked, params: Omit<SchemaPageParams, 'uri'>): SchemaPageResult;
  /** What the list of them says of some. */
  pendingDetails(params: PendingDetailsParams, settings: EditorSettings): Promise<readonly PendingDetail[]>;
  review(checked: Checked): Promise<ReviewResult>;
  /** The same of all migrations that belong together with it and are pending, as one release. */
  reviewPending(checked: Checked): Promise<ReviewResult>;
  effectiveConfig(checked: Checked): EffectiveConfigResult;
  /** What the migrations around an analysed file name; absent where there is nothing around it. */
  nameIndex?(analysis: Analysis): NameIndex | undefined;
  /** The same for each folder of migrations, with a file of it. */
  nameIndexes?(): Promise<readonly { readonly index: NameIndex; readonly sample: string }[]>;
  rulePage(rule: string): Promise<RulePageResult>;
  rules(): readonly RuleSummary[];
}
