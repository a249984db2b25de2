import type { Category, Related, Safety, Severity } from '../../../rules/engine/define-rule.js';
import type { Impact, Target } from '../impact/impact.js';
import type { TransactionContext } from '../../../rules/engine/define-rule.js';
import type { Action } from '../sql/action.js';
import type { Span } from '../sql/span.js';
import type { Settings } from '../schema/session-settings.js';
import type { ParsedStatement } from '../sql/statement.js';

export type Status = 'PASS' | 'FLAG' | 'BLOCK';
export type Verdict = 'SAFE TO SHIP' | 'SAFE WITH MODIFICATIONS' | 'BLOCK';

/** A statement at its place in the replay, with what it does to a running system. */
export interface Step {
  readonly statement: ParsedStatement;
  /** Absolute. */
  readonly span: Span;
  /** Index of the statement of the file that it is or stands in. */
  readonly top: number;
  /** Where it stands: in the file itself, in a DO block (runs now) or in a function body (does not run now). */
  readonly origin: 'file' | 'do' | 'function';
  /** The function that it stands in, where the statement of the file calls one. */
  readonly called?: string;
  readonly transaction: TransactionContext;
  /** What the file has set in its session and holds here: lock_timeout, search_path, role … */
  readonly settings: Settings;
  /** Where it runs, with the TimeZone that the file itself has set. */
  readonly target: Target;
  readonly impact: Impact;
}

/** An edit of the file; absolute. */
export interface FileEdit {
  readonly span: Span;
  readonly text: string;
}

/** What the code of the application has of something that a statement takes away, or of the queries that an index serves. */
export interface CodeEvidence {
  /** The strongest first; not all of them where there are many. */
  readonly places: readonly CodePlace[];
  /** What running code surely uses or may use; of each that nothing uses, what was searched. */
  readonly unused: readonly { readonly label: string; readonly searched: string }[];
}

/** What a place is, in a few words: "SQL string, in a test: …". */
export function placeText({ kind, certainty, isTest, excerpt }: CodePlace): string {
  const doubt = certainty === 'possible' ? ', possibly' : '';
  return `Used here (${kind}${doubt}${isTest ? ', in a test' : ''}): ${excerpt}`;
}

/** Where it stands in its file, as LSP counts. */
export function rangeOfPlace({
  line,
  character,
  endCharacter,
}: Pick<CodePlace, 'line' | 'character' | 'endCharacter'>): {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
} {
  return { start: { line, character }, end: { line, character: endCharacter } };
}

/** A place in another file than the migration. */
export interface CodePlace {
  /** Absolute. */
  readonly path: string;
  /** As people know it: below the project. */
  readonly name: string;
  /** Zero-based, UTF-16. */
  readonly line: number;
  readonly character: number;
  readonly endCharacter: number;
  /** What it is: "SQL string", "model", "identifier". */
  readonly kind: string;
  readonly certainty: 'certain' | 'likely' | 'possible';
  /** The line, cut where it is long. */
  readonly excerpt: string;
  readonly isTest: boolean;
}

export interface FileFix {
  readonly title: string;
  readonly safety: Safety;
  readonly edits: readonly FileEdit[];
}

/** A rule's result. */
export interface Finding {
  readonly rule: string;
  readonly category: Category;
  /** As it is shown: a hint where another finding speaks for it. */
  readonly severity: Severity;
  /** What it counts for in the verdict, whoever speaks for it. */
  readonly status: Status;
  /** What happens, in one line. */
  readonly message: string;
  /** What to do about it, in one line; "" where there is nothing to do. */
  readonly advice: string;
  /** How many other findings of the file it speaks for. */
  readonly again?: number;
  /** Absolute; what is underlined. */
  readonly span: Span;
  readonly step: Step | undefined;
  readonly action: Action | undefined;
  readonly fixes: readonly FileFix[];
  readonly related: readonly Related[];
  /** What was found in the code of the application; undefined where nobody has looked. Its words stand in `advice`. */
  readonly code?: CodeEvidence;
  /** True in a file that counts as applied: shown, but without weight. */
  readonly applied: boolean;
}

/** What is said in the place of a verdict where nothing is pending: that is not safe, and not unsafe. */
export const nothingToJudge = 'NOTHING TO JUDGE';

/** What is said in its place where a file or a configuration could not be read: what was may not be all. */
export const notAllRead = 'COULD NOT READ EVERYTHING';

export type ShownVerdict = Verdict | typeof nothingToJudge | typeof notAllRead;

/** The verdict as people and programs read it. What blocks, blocks whatever else there is. */
export function shownVerdict(verdict: Verdict, isEmpty: boolean, isAllRead: boolean): ShownVerdict {
  if (!isAllRead && verdict !== 'BLOCK') return notAllRead;
  return isEmpty ? nothingToJudge : verdict;
}

/** Undefined where it is none. */
export function verdictIn(shown: ShownVerdict): Verdict | undefined {
  return shown === nothingToJudge || shown === notAllRead ? undefined : shown;
}

/**
 * What speaks against a file that counts as applied: it is no longer what was applied, or others beside it are gone. What
 * its statements do is history.
 */
export function weightOfApplied(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ status }) => status !== 'PASS');
}

export function statusOf(severity: Severity): Status {
  if (severity === 'error') return 'BLOCK';
  return severity === 'warning' ? 'FLAG' : 'PASS';
}

const weight: Readonly<Record<Status, number>> = { PASS: 0, FLAG: 1, BLOCK: 2 };

export function worst(statuses: Iterable<Status>): Status {
  let found: Status = 'PASS';
  for (const status of statuses) if (weight[status] > weight[found]) found = status;
  return found;
}

/** Any BLOCK → BLOCK; any FLAG → SAFE WITH MODIFICATIONS; else SAFE TO SHIP. */
export function verdictOf(findings: Iterable<Pick<Finding, 'status'>>): Verdict {
  const status = worst([...findings].map((finding) => finding.status));
  if (status === 'BLOCK') return 'BLOCK';
  return status === 'FLAG' ? 'SAFE WITH MODIFICATIONS' : 'SAFE TO SHIP';
}
