// The pending migrations, as the list of them in the editor and its view of tests ask for them. Types only.

/** Request `airlock/pendingMigrations`: the migrations that are not applied yet, by their folders. No parameters. */
export interface PendingFolder {
  readonly title: string;
  readonly files: readonly { readonly uri: string; readonly name: string }[];
}

/** Request `airlock/pendingDetails`: what the list of pending migrations says of some of them. */
export interface PendingDetailsParams {
  readonly uris: readonly string[];
}
export interface PendingDetail {
  readonly uri: string;
  readonly verdict: 'SAFE TO SHIP' | 'SAFE WITH MODIFICATIONS' | 'BLOCK' | 'NOTHING TO JUDGE';
  /** "ACCESS EXCLUSIVE on orders · rewrites", and who waits; absent where nobody does. */
  readonly lock?: string;
  readonly waits?: string;
  /** Of expand, migrate and contract. */
  readonly phases: readonly string[];
  /** What it begins and no pending migration ends, with the SQL that would. */
  readonly openEnds: readonly { readonly text: string; readonly ending: string }[];
  readonly errors?: number;
  readonly warnings?: number;
  /** Why it is not judged. */
  readonly problem?: string;
}
