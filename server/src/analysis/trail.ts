import type { StatementTest } from '../../../rules/engine/define-rule.js';
import type { StateWatch, Touched } from '../schema/state-watch.js';

/**
 * Everything that a statement was judged by, and what it has changed in the schema. There is one for every statement,
 * and most ask for little: lists are shorter than sets.
 */
export class Trail implements StateWatch {
  /** What was asked of the schema and of the file, by the names that both sides use. */
  readonly reads: string[] = [];
  /** The things that it has changed. */
  readonly touched: Touched[] = [];
  /** What else it has set, with the value. */
  readonly written: { readonly what: string; readonly mark: string | number }[] = [];
  /** Tests of which it was asked where a statement of the file passes. */
  readonly tests: StatementTest[] = [];
  /** Tests of which the statements that pass were looked at. */
  readonly listed: StatementTest[] = [];
  /** Rules that have asked whether they had reported something before, and the answer. */
  readonly reported: { readonly rule: string; readonly answer: boolean }[] = [];
  /** True when it was asked which locks the transaction holds. */
  asksForLocks = false;
  /** True when it was asked what has run before. */
  asksForPast = false;
  /** True when it was asked what other files do, which nobody follows. */
  asksForOtherFiles = false;
  /** Takes the place of the list where there is much to look through. */
  private many: Set<string> | undefined;

  read(what: string): void {
    if (this.many ? this.many.has(what) : this.reads.includes(what)) return;
    this.reads.push(what);
    if (this.many) this.many.add(what);
    else if (this.reads.length > 24) this.many = new Set(this.reads);
  }

  write(what: string, mark: string | number): void {
    this.written.push({ what, mark });
  }

  touch(touched: Touched): void {
    const { kind, key } = touched;
    const at = this.touched.findIndex((each) => each.key === key && each.kind === kind);
    const before = this.touched[at];
    if (!before) this.touched.push(touched);
    // What is removed twice has no name the second time.
    else if (touched.name !== undefined || touched.isView)
      this.touched[at] = { ...touched, isView: touched.isView === true || before.isView === true };
  }

  test(test: StatementTest): void {
    if (!this.tests.includes(test)) this.tests.push(test);
  }

  list(test: StatementTest): void {
    if (!this.listed.includes(test)) this.listed.push(test);
  }

  noteReported(rule: string, answer: boolean): void {
    if (!this.reported.some((each) => each.rule === rule)) this.reported.push({ rule, answer });
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
