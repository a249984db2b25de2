import type { StatementTest } from '../../../rules/engine/define-rule.js';
import type { StateWatch, Touched } from '../schema/state-watch.js';

/** Everything that a statement was judged by, and what it has changed in the schema. */
export class Trail implements StateWatch {
  /** What was asked of the schema and of the file, by the names that both sides use. */
  readonly reads = new Set<string>();
  /** The things that it has changed, by kind and key. */
  readonly touched = new Map<string, Touched>();
  /** What else it has set, with the value. */
  readonly written = new Map<string, string | number>();
  /** Tests of which it was asked where a statement of the file passes. */
  readonly tests = new Set<StatementTest>();
  /** Tests of which the statements that pass were looked at. */
  readonly listed = new Set<StatementTest>();
  /** Rules that have asked whether they had reported something before, and the answer. */
  readonly reported = new Map<string, boolean>();
  /** True when it was asked which locks the transaction holds. */
  asksForLocks = false;
  /** True when it was asked what has run before. */
  asksForPast = false;

  read(what: string): void {
    this.reads.add(what);
  }

  write(what: string, value: string | number): void {
    this.written.set(what, value);
  }

  touch(touched: Touched): void {
    const key = `${touched.kind} ${touched.key}`;
    const before = this.touched.get(key);
    // What is removed twice has no name the second time.
    const name = touched.name ?? before?.name;
    this.touched.set(key, { ...touched, name, isView: touched.isView === true || before?.isView === true });
  }

  noteReported(rule: string, answer: boolean): void {
    if (!this.reported.has(rule)) this.reported.set(rule, answer);
  }
}

/** What is read of a file that has actions of a kind. */
export function kindInFile(kind: string): string {
  return `file kind ${kind}`;
}

/** What is read of a file that has actions about an object of a name. */
export function nameInFile(name: string): string {
  return `file name ${name}`;
}
