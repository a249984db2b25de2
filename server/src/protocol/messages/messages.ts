/**
 * The custom requests and notifications between the VS Code client and the language server.
 * Types only: the client imports nothing else of the server.
 */

/** A place in a document, as in LSP: zero-based line, UTF-16 character. */
export interface WirePosition {
  readonly line: number;
  readonly character: number;
}

/** A file to create, as a path-bearing URI and its whole text. */
export interface WireFile {
  readonly uri: string;
  readonly text: string;
}

/** Request `airlock/migrationFolders`: the folders in which a new migration can be made, the likeliest first. */
export interface MigrationFoldersParams {
  /** The document on the screen; where it is a migration, its folder comes first. */
  readonly uri?: string;
}
export interface MigrationFolderSummary {
  /** A file of the folder. */
  readonly uri: string;
  /** "goose in db/migrations (14)". */
  readonly title: string;
  /** Why it is taken for that tool's. */
  readonly because: string;
}

/** Request `airlock/newMigration`: a migration behind all that are there, in the form of the tool. */
export interface NewMigrationParams {
  /** A file of the folder, as `airlock/migrationFolders` gives it. */
  readonly uri: string;
  /** What it does, in any words. */
  readonly name: string;
}
export interface NewMigrationResult {
  /** The file to write into first; nothing where the tool has no place for another one now. */
  readonly created: readonly WireFile[];
  /** Files that are there and change, such as a journal. */
  readonly replaced: readonly WireFile[];
}

/** Request `airlock/patterns`: the changes that can be written as safe migrations. No parameters. */
export interface PatternSummary {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly fields: readonly {
    readonly name: string;
    readonly kind: string;
    readonly title: string;
    readonly optional?: true;
  }[];
}

/** Request `airlock/patternPage`: Markdown of the page of a pattern. */
export interface PatternPageParams {
  readonly pattern: string;
}
export interface PatternPageResult {
  readonly markdown: string;
}

/** Request `airlock/patternChoices`: what a field can be, as the schema is behind all migrations of a folder. */
export interface PatternChoicesParams {
  /** A file of the folder. */
  readonly uri: string;
  readonly pattern: string;
  readonly field: string;
  /** What has been chosen so far. */
  readonly values: Readonly<Record<string, string>>;
}
export interface PatternChoice {
  /** As SQL text. */
  readonly value: string;
  readonly detail?: string;
}

/** Request `airlock/safeMigration`: the files of a change. An error is a sentence for the person. */
export interface SafeMigrationParams {
  readonly uri: string;
  readonly pattern: string;
  readonly values: Readonly<Record<string, string>>;
  /** All phases, or those of the first release alone. */
  readonly which?: 'all' | 'release';
}
export interface SafeMigrationResult extends Pick<WriteSplitArguments, 'title' | 'created' | 'value'> {
  /** What must be true before the first of them runs. */
  readonly before?: string;
}

/** Request `airlock/rollback`: the rollback of one migration. */
export interface RollbackParams {
  readonly uri: string;
  /** It is run first, and its grades say no more than that has shown. Cancelled, it comes without. */
  readonly prove?: boolean;
}
export interface RollbackResult {
  /** The down migration: where the framework keeps it, and its text. */
  readonly file: WireFile;
  readonly exists: boolean;
  /** One sentence: how many steps are lossless, lossy, impossible. */
  readonly summary: string;
  readonly worst: 'lossless' | 'lossy' | 'impossible';
  /** "run on PostgreSQL 18 (PGlite): schema and 72 rows equal"; absent where it was not run. */
  readonly proof?: string;
  /** Why it was not run although that was wanted, in sentences for the person. */
  readonly unproven?: string;
}

/** Request `airlock/missingRollbacks`: the rollbacks of all pending migrations of a folder that have none. */
export interface MissingRollbacksParams {
  /** A migration of the folder. */
  readonly uri: string;
}
export interface MissingRollbacksResult {
  readonly files: readonly (WireFile & { readonly exists: boolean; readonly summary: string })[];
  /** What cannot be taken back, and what to do instead: Markdown; empty where all can. */
  readonly markdown: string;
}

/** Request `airlock/rehearse`: migrations of one folder run for real, up, back and up again. Can be cancelled. */
export interface RehearseParams {
  readonly uris: readonly string[];
  /**
   * A server on which it runs, in a scratch database, instead of on the embedded PostgreSQL: a URL or `env:NAME`. A
   * secret. Refused without trust.
   */
  readonly url?: string;
}
export interface RehearsalRemark {
  readonly severity: 'error' | 'warning' | 'info' | 'unknown';
  readonly about: 'up' | 'rollback' | 'again' | 'queries';
  /** Absent where it speaks of the file as a whole. */
  readonly range?: WireRange;
  readonly message: string;
}
export interface RehearsedFileResult {
  readonly uri: string;
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'not rehearsed';
  readonly remarks: readonly RehearsalRemark[];
  /** Whether the way back, the second run and the queries of the application were run. */
  readonly ran: { readonly rollback: boolean; readonly again: boolean; readonly queries: boolean };
  readonly proof: string;
  readonly ms: number;
}
export interface RehearseResult {
  /** What it ran on: "PostgreSQL 18 (PGlite)". */
  readonly engine: string;
  /** Where that is, as it may be shown; absent for the embedded one. */
  readonly address?: string;
  readonly files: readonly RehearsedFileResult[];
  /** All of it for reading. */
  readonly markdown: string;
  readonly cancelled: boolean;
}

/** Notification `airlock/rehearsalProgress`, from server to client. */
export interface RehearsalProgressParams {
  readonly name: string;
  readonly index: number;
  readonly total: number;
}

/**
 * Request `airlock/captureStatistics`: the sizes of the tables of a server, as the text of a file. Refused without
 * trust. Can be cancelled.
 */
export interface CaptureStatisticsParams {
  /** The file that the numbers are for: another one that is there is left alone. */
  readonly uri: string;
  /** A URL or `env:NAME`; psql's variables hold without it. A secret. */
  readonly url?: string;
}
export interface CaptureStatisticsResult {
  readonly text: string;
  /** Where it was taken, as it may be shown. */
  readonly address: string;
  readonly tables: number;
  /** Sentences for the person. */
  readonly remarks: readonly string[];
}

/** Request `airlock/agentCall`: a tool that the client offers to the agents of its editor. Can be cancelled. */
export interface AgentCallParams {
  readonly name: string;
  /** As the agent has written it; the tool checks it. */
  readonly input: unknown;
}
/** What the tool has found; or why there is nothing, in one sentence that the agent reads. */
export type AgentCallResult = { readonly found: Readonly<Record<string, unknown>> } | { readonly refusal: string };

/** Request `airlock/checkDocument`: a person wants a document checked that does not look like a migration. No result. */
export interface CheckDocumentParams {
  readonly uri: string;
}

/** Request `airlock/rulePage`: the Markdown page of a rule. */
export interface RulePageParams {
  readonly rule: string;
}
export interface RulePageResult {
  readonly markdown: string | null;
}

/** Request `airlock/rules`: every rule, for pickers. */
export interface RuleSummary {
  readonly id: string;
  readonly category: string;
  readonly severity: string;
  readonly summary: string;
}

/** Notification `airlock/status`, from server to client, after every analysis and on every change of configuration. */
export interface StatusParams {
  /** `off` is the client's own word for a server that the settings do not let start. */
  readonly state: 'ok' | 'busy' | 'error' | 'off';
  /** The document it speaks of; absent for the server as a whole. */
  readonly uri?: string;
  readonly postgres: number;
  /** Rules that are on. */
  readonly rules: number;
  /** Where the configuration comes from: a path, or "defaults". */
  readonly config: string;
  /** The migration tool and its transactions, "goose, each file in a transaction"; why the document is not checked, where it is not. */
  readonly framework?: string;
  /** Why it is taken for that tool's; absent for plain SQL. */
  readonly because?: string;
  /** Why the document counts as applied or as pending, in few words; absent where it is not checked. */
  readonly applied?: string;
  /** How many mistakes airlock.config.json has, where it has some. */
  readonly configProblems?: number;
  /**
   * Git is not asked, and would have to say whether the document is applied: nothing is offered that edits it. The
   * workspace is not trusted, or there is no git where the server runs.
   */
  readonly unknownBecause?: 'restricted' | 'no git';
  /** Nothing is shown in the document: it is no migration, another database's, or switched off. */
  readonly quiet?: boolean;
  /** What is wrong, when state is "error". */
  readonly message?: string;
}

/** What our own clients say in `initializationOptions`; other clients send nothing and get what plain LSP can do. */
export interface InitializationOptions {
  /** May the server run git (read-only) in the workspace? Absent means yes: a client without trust has no doubts. */
  readonly trusted?: boolean;
  /** Commands that the client carries out itself, of `clientCommands`. */
  readonly commands?: readonly string[];
}

/** Scheme of the rule pages as our client shows them: `airlock-rule:/<rule-id>.md`. */
export const ruleScheme = 'airlock-rule';

/** Commands that code actions hand to the client; the server does not execute them. */
export const clientCommands = {
  /** Argument: `IgnoreFindingArguments`. */
  ignoreFinding: 'airlock.ignoreFinding',
  /** Argument: `IgnoreInConfigArguments`. */
  ignoreInConfig: 'airlock.ignoreInConfig',
  /** Argument: a rule id. */
  openRulePage: 'airlock.openRulePage',
  /** Arguments: why a statement is not split, in a sentence, and the rule that wants it split. */
  explainRefusal: 'airlock.explainRefusal',
  /** Argument of these four: the URI of a migration. */
  reviewFile: 'airlock.reviewFile',
  generateRollback: 'airlock.generateRollback',
  generateRunbook: 'airlock.generateRunbook',
  rehearse: 'airlock.rehearse',
  /** Argument: the URI of a document. */
  notPostgres: 'airlock.notPostgres',
  /** Argument: `WriteSplitArguments`. */
  writeSplit: 'airlock.writeSplit',
} as const;

/** The `data` of a diagnostic of airlock.config.json: the word that was meant in the place of the string at its range. */
export interface ConfigDiagnosticData {
  readonly meant: string;
}

/** Where a suppression goes: `before` + reason + `after` at `position`. */
export interface WireIgnorePlace {
  readonly position: WirePosition;
  readonly before: string;
  readonly after: string;
}

/** What can be ignored; the client asks for the reason, and whether it holds for the statement or the file. */
export interface IgnoreFindingArguments {
  readonly uri: string;
  /** The document version that the places speak of. */
  readonly version: number;
  readonly rule: string;
  readonly statement: WireIgnorePlace;
  readonly file: WireIgnorePlace;
}

/** What can be accepted in the configuration, for a file in which no comment can be written. */
export interface IgnoreInConfigArguments {
  readonly uri: string;
  readonly rule: string;
}

/** A place in a file, as in LSP. */
export interface WireRange {
  readonly start: WirePosition;
  readonly end: WirePosition;
}

/** A file that a split makes. */
export interface SplitFile extends WireFile {
  /** True for what takes another of the files back. */
  readonly isDown: boolean;
  /** No migration, but what its tool needs beside one; a file that is there is replaced. */
  readonly isBeside?: boolean;
  /** What must be deployed before it, in a sentence: it ships in a later release than the file before it. */
  readonly gate?: string;
}

/** A statement in its safe form, as files. The client shows them all, asks, and then writes all or none. */
export interface WriteSplitArguments {
  readonly title: string;
  /** The file of the statement, and the document version that the edits speak of. */
  readonly uri: string;
  readonly version: number;
  readonly edits: readonly { readonly range: WireRange; readonly newText: string }[];
  /** In the order in which they run; then what takes each of them back. */
  readonly created: readonly SplitFile[];
  /** The placeholder in whose place the author writes a value, in its file once all is written. */
  readonly value?: { readonly uri: string; readonly range: WireRange };
}

/** The editor's settings (section `airlock`) as the server reads them by `workspace/configuration`. */
export interface EditorSettings {
  /** False where Airlock is switched off for the folder. */
  readonly enable?: boolean;
  readonly run?: 'onType' | 'onSave';
  /** Used only where airlock.config.json says nothing: 14, or "14.3" with the minor. */
  readonly postgres?: number | string | null;
  /** False where the code is not searched for what a migration takes away. */
  readonly searchCode?: boolean;
  /** False without the line above a migration, and without the locks behind its statements. */
  readonly codeLens?: boolean;
  readonly inlayHints?: boolean;
}

export const methods = {
  newMigration: 'airlock/newMigration',
  migrationFolders: 'airlock/migrationFolders',
  patterns: 'airlock/patterns',
  patternPage: 'airlock/patternPage',
  patternChoices: 'airlock/patternChoices',
  safeMigration: 'airlock/safeMigration',
  openChanges: 'airlock/openChanges',
  continueChange: 'airlock/continueChange',
  rollback: 'airlock/rollback',
  runbook: 'airlock/runbook',
  review: 'airlock/review',
  reviewPending: 'airlock/reviewPending',
  schemaPage: 'airlock/schemaPage',
  effectiveConfig: 'airlock/effectiveConfig',
  agentCall: 'airlock/agentCall',
  checkDocument: 'airlock/checkDocument',
  rulePage: 'airlock/rulePage',
  rules: 'airlock/rules',
  missingRollbacks: 'airlock/missingRollbacks',
  rehearse: 'airlock/rehearse',
  rehearsalProgress: 'airlock/rehearsalProgress',
  pendingMigrations: 'airlock/pendingMigrations',
  pendingDetails: 'airlock/pendingDetails',
  captureStatistics: 'airlock/captureStatistics',
  status: 'airlock/status',
} as const;
