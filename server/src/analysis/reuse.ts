import type { StatementTest, TransactionContext } from '../../../rules/engine/define-rule.js';
import type { SchemaState } from '../schema/state.js';
import type { Settings } from '../schema/session-settings.js';
import { namesOf, type Touched } from '../schema/state-watch.js';
import { markOf } from '../schema/content-mark.js';
import { namesIn } from '../sql/action-names.js';
import { type Span, shift } from '../sql/span.js';
import type { ParsedStatement, SqlDocument, Statement } from '../sql/statement.js';
import type { Finding, Step } from './finding.js';
import type { Found } from './fold.js';
import type { FileContext } from './step-context.js';
import { kindInFile, nameInFile, Trail } from './trail.js';

/** A step with what the rules have found in it. */
export interface Judged {
  readonly step: Step;
  readonly found: readonly Found[];
}

/** What a statement of a file has led to, with what it was made from: it holds for as long as that is the same. */
export interface Trace {
  readonly parsed: ParsedStatement;
  /** Of the statement, when it was judged. */
  readonly start: number;
  /** The steps of the statement and of the SQL in it, in the order in which they run. */
  readonly judged: readonly Judged[];
  readonly reads: readonly string[];
  readonly changes: readonly StateChange[];
  readonly tests: readonly StatementTest[];
  readonly listed: readonly StatementTest[];
  readonly reported: Trail['reported'];
  /** The mark of the locks that were held, where it was asked for them. */
  readonly locks: number | undefined;
  readonly asksForPast: boolean;
  /**
   * True when what was found stands within the statement, names no line of this file, so that it moves with it, and
   * asked for no other file.
   */
  readonly isLocal: boolean;
}

/** Something of the schema that a statement has changed. */
interface StateChange {
  /** The thing, or the name of what else was set. */
  readonly what: Touched | string;
  /** The same for the same result: see markOf. */
  readonly mark: number | string;
}

/** What stands around a statement of the file when it is reached. */
export interface Surroundings {
  readonly transaction: TransactionContext;
  readonly settings: Settings;
  /** The locks that the open transaction holds, as a number: the same for the same locks. */
  readonly locks: number;
}

/** The last run over a text of the same file, under the same configuration and behind the same history. */
export interface FormerRun {
  readonly document: SqlDocument;
  readonly traces: readonly Trace[];
}

/**
 * Keeps what a run over a file has found, statement by statement, and hands out what of the former run still holds.
 * Statements are judged again when they have changed, and when something has changed that they were judged by: each
 * has written down what it asked the schema and the file for (see Trail). The schema itself is always built anew.
 */
export class Reuse {
  readonly traces: Trace[] = [];
  private readonly change: Change | undefined;
  /** What may differ from what the former run had at the same statement. */
  private readonly differs = new Set<string>();
  private readonly answers = new Map<StatementTest, Answer>();
  private nothingHolds = false;
  private hasJudgedAgain = false;

  private old: Trace | undefined;
  private trail: Trail | undefined;
  private judged: Judged[] = [];
  private locks = 0;

  constructor(
    private readonly document: SqlDocument,
    private readonly former: FormerRun | undefined,
    /** The path of the file as it stands in messages. */
    private readonly path: string | undefined,
    private readonly file: FileContext,
  ) {
    if (!former) return;
    this.change = changeBetween(former.document, document);
    for (const parsed of [...this.change.left, ...this.change.come]) this.noteChanged(parsed);
  }

  private noteChanged(parsed: ParsedStatement): void {
    for (const { actions } of [parsed, ...parsed.embedded.map((each) => each.parsed)]) {
      for (const action of actions) {
        if (action.kind === 'transaction') this.nothingHolds = true;
        this.differs.add(kindInFile(action.kind));
        for (const name of namesIn(action)) this.differs.add(nameInFile(name));
      }
    }
  }

  /** A statement of the file is reached. In: the state before it. */
  enter({ parsed }: Statement, top: number, around: Surroundings, state: SchemaState): void {
    const { change, former } = this;
    const isBehind = change !== undefined && top >= this.document.statements.length - change.sameBehind;
    if (former && isBehind && !change.isPassed) this.passChange(change, former);
    this.old = this.formerOf(top);
    this.judged = [];
    this.locks = around.locks;
    const holds = this.old?.parsed === parsed && this.holds(this.old, around);
    this.trail = holds ? undefined : new Trail();
    if (!holds) this.hasJudgedAgain = this.former !== undefined;
    this.watchBy(this.trail, state);
  }

  private watchBy(trail: Trail | undefined, state: SchemaState): void {
    state.watchBy(trail);
    this.file.trail = trail;
    this.file.index.trail = trail;
  }

  /** What the next step of the statement was found to do; undefined when it is to be judged. */
  known(): Judged | undefined {
    return this.trail ? undefined : this.old?.judged[this.judged.length];
  }

  /** Keeps a step that was judged, or taken over. */
  keep(judged: Judged): void {
    this.judged.push(judged);
  }

  /** The statement has run. In: the state behind it. */
  leave({ parsed, span }: Statement, state: SchemaState): void {
    const { trail, old, judged } = this;
    this.watchBy(undefined, state);
    if (!trail && old) {
      this.traces.push(
        old.start === span.start && isSame(old.judged, judged) ? old : { ...old, start: span.start, judged },
      );
      return;
    }
    if (!trail) return;
    const trace: Trace = {
      parsed,
      start: span.start,
      judged,
      reads: trail.reads,
      changes: changesOf(trail, state),
      tests: trail.tests,
      listed: trail.listed,
      reported: trail.reported,
      locks: trail.asksForLocks ? this.locks : undefined,
      asksForPast: trail.asksForPast,
      isLocal: !trail.asksForOtherFiles && judged.every((each) => isLocal(each, span, this.path)),
    };
    this.traces.push(trace);
    if (old) this.compare([old], [trace]);
  }

  /** What two runs over some statements have left differently may differ from there on. */
  private compare(before: readonly Trace[], after: readonly Trace[]): void {
    const [olds, news] = [changesIn(before), changesIn(after)];
    for (const [name, change] of news) if (olds.get(name)?.mark !== change.mark) this.noteDifferent(change);
    for (const [name, change] of olds) if (!news.has(name)) this.noteDifferent(change);
  }

  private noteDifferent({ what }: StateChange): void {
    if (what === 'search_path') this.nothingHolds = true;
    for (const name of typeof what === 'string' ? [what] : namesOf(what)) this.differs.add(name);
  }

  /** The statements that differ have run: what they and those in their place have left is compared. */
  private passChange(change: Change, former: FormerRun): void {
    change.isPassed = true;
    const { same, sameBehind } = change;
    this.compare(former.traces.slice(same, former.traces.length - sameBehind), this.traces.slice(same));
    if (change.left.length + change.come.length > 0) this.hasJudgedAgain = true;
  }

  private formerOf(top: number): Trace | undefined {
    const { former, change } = this;
    if (!former || !change) return undefined;
    if (top < change.same) return former.traces[top];
    const fromEnd = this.document.statements.length - top;
    return fromEnd <= change.sameBehind ? former.traces[former.traces.length - fromEnd] : undefined;
  }

  private holds(trace: Trace, around: Surroundings): boolean {
    if (this.nothingHolds || !trace.isLocal) return false;
    if (trace.asksForPast && this.hasJudgedAgain) return false;
    if (trace.locks !== undefined && trace.locks !== around.locks) return false;
    const [first] = trace.judged;
    if (!first || !areSameSettings(first.step.settings, around.settings)) return false;
    if (!isSameTransaction(first.step.transaction, around.transaction)) return false;
    for (const each of trace.reads) if (this.differs.has(each)) return false;
    for (const test of trace.tests) if (this.answerOf(test) === 'other') return false;
    for (const test of trace.listed) if (this.answerOf(test) !== 'none') return false;
    for (const { rule, answer } of trace.reported) if (this.file.seen.has(rule) !== answer) return false;
    return true;
  }

  /** Which of the statements that differ pass a test: none, the same as before in the same places, or others. */
  private answerOf(test: StatementTest): Answer {
    let answer = this.answers.get(test);
    if (answer === undefined) {
      const { left = [], come = [] } = this.change ?? {};
      const passes = left.map(test);
      const isAlike = left.length === come.length && come.every((each, index) => test(each) === passes[index]);
      answer = !isAlike ? 'other' : passes.includes(true) ? 'same' : 'none';
      this.answers.set(test, answer);
    }
    return answer;
  }
}

type Answer = 'none' | 'same' | 'other';

function changesOf({ touched, written }: Trail, state: SchemaState): StateChange[] {
  const changes: StateChange[] = [...written];
  for (const what of touched) {
    const now = state.peek(what.kind, what.key);
    changes.push({ what, mark: now === undefined ? 'gone' : markOf(now) });
  }
  return changes;
}

/** The last change of each thing. */
function changesIn(traces: readonly Trace[]): Map<string, StateChange> {
  const last = new Map<string, StateChange>();
  for (const { changes } of traces)
    for (const each of changes)
      last.set(typeof each.what === 'string' ? each.what : `${each.what.kind} ${each.what.key}`, each);
  return last;
}

/** What differs between two texts of a file. */
interface Change {
  /** How many statements in front are the same, in the same places. */
  readonly same: number;
  /** How many at the end are the same, all moved by the same distance. */
  readonly sameBehind: number;
  /** The statements between them in the former text, and in this one. */
  readonly left: readonly ParsedStatement[];
  readonly come: readonly ParsedStatement[];
  isPassed: boolean;
}

function changeBetween(before: SqlDocument, after: SqlDocument): Change {
  const [olds, news] = [before.statements, after.statements];
  const most = Math.min(olds.length, news.length);
  let same = 0;
  while (same < most && isSameAt(olds[same], news[same], 0)) same++;
  const distance = after.text.length - before.text.length;
  let sameBehind = 0;
  while (sameBehind < most - same && isSameAt(olds.at(-1 - sameBehind), news.at(-1 - sameBehind), distance))
    sameBehind++;
  const between = (statements: readonly Statement[]): ParsedStatement[] =>
    statements.slice(same, statements.length - sameBehind).map(({ parsed }) => parsed);
  return {
    same,
    sameBehind,
    left: between(olds),
    come: between(news),
    isPassed: false,
  };
}

function isSameAt(one: Statement | undefined, other: Statement | undefined, distance: number): boolean {
  return one !== undefined && one.parsed === other?.parsed && one.span.start + distance === other.span.start;
}

function isSame(before: readonly Judged[], after: readonly Judged[]): boolean {
  return before.length === after.length && before.every((each, index) => each === after[index]);
}

function areSameSettings(one: Settings, other: Settings): boolean {
  if (one === other) return true;
  if (one.size !== other.size) return false;
  for (const [name, value] of one) if (other.get(name) !== value) return false;
  return true;
}

function isSameTransaction(one: TransactionContext, other: TransactionContext): boolean {
  return one.open === other.open && one.by === other.by && one.around === other.around && one.scope === other.scope;
}

function isInside(inner: Span, outer: Span): boolean {
  return inner.start >= outer.start && inner.end <= outer.end;
}

function namesFile(words: string | undefined, path: string | undefined): boolean {
  return path !== undefined && words?.includes(path) === true;
}

function isLocal({ step, found }: Judged, statement: Span, path: string | undefined): boolean {
  if (path !== undefined && step.impact.fails?.earlier?.path === path) return false;
  return found.every(({ finding: { span, fixes, related, message, advice } }) => {
    if (related.length > 0 || !isInside(span, statement)) return false;
    if (namesFile(message, path) || namesFile(advice, path)) return false;
    return fixes.every(({ edits }) => edits.every((edit) => isInside(edit.span, statement)));
  });
}

/** The same step in another place; the very same where nothing of it has moved. */
export function stepAt(step: Step, place: Pick<Step, 'span' | 'top' | 'transaction' | 'settings'>): Step {
  const { span, top, transaction, settings } = place;
  const stays =
    step.span.start === span.start &&
    step.top === top &&
    areSameSettings(step.settings, settings) &&
    isSameTransaction(step.transaction, transaction) &&
    step.transaction.begin?.start === transaction.begin?.start;
  return stays ? step : { ...step, span, top, transaction, settings };
}

/** What was found in a step, with the step in its new place. */
export function foundAt({ step: before, found }: Judged, step: Step): readonly Found[] {
  if (step === before) return found;
  const distance = step.span.start - before.span.start;
  return found.map(({ finding, table }) => ({ finding: moved(finding, distance, step), table }));
}

function moved(finding: Finding, distance: number, step: Step): Finding {
  const fixes =
    finding.fixes.length === 0 || distance === 0
      ? finding.fixes
      : finding.fixes.map((fix) => ({
          ...fix,
          edits: fix.edits.map(({ span, text }) => ({ span: shift(span, distance), text })),
        }));
  return { ...finding, span: shift(finding.span, distance), step, fixes };
}
