/** What goes on with changes that are not finished. Types only, as in messages.ts. */

/** Request `airlock/openChanges`: what is not finished in a folder of migrations, the oldest first. */
export interface OpenChangesParams {
  /** A file of the folder. */
  readonly uri: string;
}
export interface OpenChangeSummary {
  readonly name: string;
  /** The migration that has begun it, as people know it. */
  readonly begun: string;
  /** What is next, in words. */
  readonly next: string;
  /** The file of the next step, where it is written and waits to be deployed. */
  readonly written?: string;
  /** True where a step behind those that are written is missing. */
  readonly isMissing: boolean;
}

/** Request `airlock/continueChange`: the files of the next step. An error is a sentence for the person. */
export interface ContinueChangeParams extends OpenChangesParams {
  readonly name: string;
  /** A person says that everything which is written has run. */
  readonly isDeployed?: boolean;
}
