import fs from 'node:fs';
import path from 'node:path';

/** What one statement form did on some versions of PostgreSQL. */
export interface Measured {
  readonly versions: readonly number[];
  /** The strongest mode on every table, view and sequence that was there before: "AccessExclusive". */
  readonly locks: Readonly<Record<string, string>>;
  /** Tables and materialised views that were written anew; an empty new file and a sequence's one row do not count. */
  readonly rewrites?: readonly string[];
  /** Tables that PostgreSQL said it verifies (at debug level), and a default partition that it read without a word. */
  readonly verifies?: readonly string[];
  readonly indexRebuilt?: readonly string[];
  /** The SQLSTATE; nothing was measured of a statement that failed inside its transaction. */
  readonly error?: string;
}

export interface Case {
  readonly id: string;
  readonly group: string;
  readonly setup?: readonly string[];
  readonly session?: readonly string[];
  readonly statements: readonly string[];
  /** tx: in one transaction. notx: each by itself. auto: sent as one string, outside BEGIN. */
  readonly mode: 'tx' | 'notx' | 'auto';
  readonly results: readonly Measured[];
}

export interface Facts {
  readonly baseSchema: string;
  readonly cases: readonly Case[];
}

/** The measurements of PostgreSQL 14 to 18 that stand beside this folder. */
export function readFacts(): Facts {
  const file = path.resolve(__dirname, '../../../../test/impact/facts/locks.json');
  return JSON.parse(fs.readFileSync(file, 'utf8')) as Facts;
}
