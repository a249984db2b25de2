import { open } from '../agent/desk.js';
import { judged } from '../agent/judged.js';
import { absolute } from '../workspace/node-files.js';

// What programs import of the package. Its types stand here alone: the declaration file of this module is shipped.

/** Where and for which server migrations are judged. */
export interface ReviewOptions {
  /** The folder of the project; only what stands below it is looked at. Default: the working directory. */
  readonly folder?: string;
  /** The oldest PostgreSQL that they run on. Default: what the configuration says, else 14. */
  readonly postgres?: 14 | 15 | 16 | 17 | 18;
}

export interface CheckOptions extends ReviewOptions {
  /** The file that the text is, there or not yet. It says which migrations come before; without it there are none. */
  readonly path?: string;
}

export interface MigrationFinding {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly status: 'FLAG' | 'BLOCK';
  readonly rule: string;
  readonly category: string;
  /** What happens, and what to do. */
  readonly message: string;
  /** Where the rule is explained. */
  readonly page?: string;
  /** Where the code of the project names what is taken away, from line 1; the message says how sure that is. */
  readonly uses?: readonly { readonly file: string; readonly line: number }[];
  /** True where there may be a safe form. */
  readonly fix: boolean;
}

export interface MigrationReview {
  /**
   * NOTHING TO JUDGE: no pending migration with a statement. COULD NOT READ EVERYTHING: `notes` say what. Neither is safe.
   */
  readonly verdict:
    | 'SAFE TO SHIP'
    | 'SAFE WITH MODIFICATIONS'
    | 'BLOCK'
    | 'NOTHING TO JUDGE'
    | 'COULD NOT READ EVERYTHING';
  /** Why, in one sentence. */
  readonly reason: string;
  readonly postgres: number;
  /** How many pending migrations were judged, and how many count as applied and were not. */
  readonly judged: number;
  readonly applied: number;
  /** How many statements they have, and of how many of those nothing is known. */
  readonly statements: number;
  readonly unknown: number;
  readonly categories: Readonly<Record<string, 'PASS' | 'FLAG' | 'BLOCK'>>;
  /** The worst first. */
  readonly findings: readonly MigrationFinding[];
  /** What is missing to judge: what to verify, with a query that answers it, where there is one. */
  readonly verify: readonly {
    readonly file: string;
    readonly line: number;
    readonly text: string;
    readonly query?: string;
  }[];
  /** What else has to be known: files that could not be read, or count as applied. */
  readonly notes: readonly string[];
}

/**
 * Reviews migration files, or folders of them, as one release. Rejects with an Error, whose message is one sentence, when
 * there is nothing to look at.
 */
export async function reviewMigrations(
  paths: readonly string[],
  { folder = '.', postgres }: ReviewOptions = {},
): Promise<MigrationReview> {
  return reviewed(await open({ paths, postgres }, { folders: [absolute(folder)] }));
}

/** Judges the text of a migration: SQL, or the whole code of one. Rejects as `reviewMigrations` does. */
export async function checkText(
  text: string,
  { path, folder = '.', postgres }: CheckOptions = {},
): Promise<MigrationReview> {
  return reviewed(
    await open({ paths: path === undefined ? [] : [path], text, postgres }, { folders: [absolute(folder)] }),
  );
}

async function reviewed(opened: Awaited<ReturnType<typeof open>>): Promise<MigrationReview> {
  const all = await judged(opened, Number.POSITIVE_INFINITY);
  const { verdict, reason, postgres, applied, statements, unknown, categories, findings, verify, notes } = all;
  return {
    verdict,
    reason,
    postgres,
    judged: all.judged,
    applied,
    statements,
    unknown,
    categories,
    findings,
    verify,
    notes,
  };
}
