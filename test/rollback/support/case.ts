import type { Grade } from '../../../server/src/rollback/undo.js';

/** A migration that is run, taken back, and compared. */
export interface RollbackCase {
  /** The history; "shop" when not given. */
  readonly history?: string;
  /** Rows that are there before the migration, besides those of the shop. */
  readonly rows?: string;
  readonly up: string;
  /** The best grade that can be given honestly. */
  readonly want: Grade;
  /** Run between the migration and its rollback, as the application would. */
  readonly between?: string;
  /** The rollback has to fail, and to change nothing. */
  readonly fails?: true;
  /** Objects that are there and stand in no file: only the migration is in the folder. */
  readonly hidden?: string;
  /** What differs afterwards, when the reason says so. */
  readonly leaves?: RegExp;
  readonly config?: { readonly transaction?: 'none' | 'per-file'; readonly schema?: string };
}

/** Short forms for tables of cases. */
export const exact = (up: string, more: Partial<RollbackCase> = {}): RollbackCase => ({
  up,
  want: 'lossless',
  ...more,
});
export const lossy = (up: string, more: Partial<RollbackCase> = {}): RollbackCase => ({ up, want: 'lossy', ...more });
export const never = (up: string, more: Partial<RollbackCase> = {}): RollbackCase => ({
  up,
  want: 'impossible',
  ...more,
});
