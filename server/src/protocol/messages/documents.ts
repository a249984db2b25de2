/** Request `airlock/runbook`: the runbook of one migration, or of all that are pending with it. */
export interface RunbookParams {
  readonly uri: string;
  readonly pending?: boolean;
  readonly format?: 'markdown' | 'html';
}
export interface RunbookResult {
  readonly text: string;
  /** A file name to suggest, such as `0007_add_status.runbook.md`. */
  readonly name: string;
}

/** Request `airlock/schemaPage`: the schema as of a migration, or what the migration changes of it. */
export interface SchemaPageParams {
  readonly uri: string;
  readonly change?: boolean;
  readonly format?: 'markdown' | 'html';
}
export interface SchemaPageResult {
  readonly text: string;
  /** A file name to suggest, such as `schema.md`. */
  readonly name: string;
}

/**
 * Requests `airlock/review` and `airlock/reviewPending`: Markdown of the review of one migration, and of all that are
 * pending with it.
 */
export interface ReviewParams {
  readonly uri: string;
}
export interface ReviewResult {
  readonly markdown: string;
  readonly name: string;
  readonly verdict: 'SAFE TO SHIP' | 'SAFE WITH MODIFICATIONS' | 'BLOCK';
}

/** Request `airlock/effectiveConfig`: the configuration in force for a file, as JSON text with the origin of it in comments. */
export interface EffectiveConfigParams {
  readonly uri: string;
}
export interface EffectiveConfigResult {
  readonly text: string;
}
