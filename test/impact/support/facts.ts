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

export const factsFile = path.resolve(__dirname, '../../../../test/impact/facts/locks.json');

/** The measurements of PostgreSQL 14 to 18 that stand beside this folder; `npm run facts` makes them. */
export function readFacts(): Facts {
  return JSON.parse(fs.readFileSync(factsFile, 'utf8')) as Facts;
}

/** Writes the measurements. True when the file is another now. */
export function writeFacts(facts: Facts): boolean {
  const text = factsText(facts);
  if (text === fs.readFileSync(factsFile, 'utf8')) return false;
  fs.writeFileSync(factsFile, text);
  return true;
}

/** The text of the file, one case on a line, so that a diff shows cases. */
export function factsText({ baseSchema, cases }: Facts): string {
  const lines = cases.map(spaced).join(',\n');
  return `{\n"baseSchema": ${JSON.stringify(baseSchema)},\n"cases": [\n${lines}\n]\n}\n`;
}

/** JSON on one line with a space behind each comma and colon. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([key, field]) => `${JSON.stringify(key)}: ${spaced(field)}`);
  return `{${fields.join(', ')}}`;
}
