import type {
  AnyRule,
  FileSide,
  HeldLock,
  PastStep,
  RuleContext,
  StatementTest,
  SupabaseProject,
  TransactionContext,
  Wrapping,
} from '../../../rules/engine/define-rule.js';
import type { Framework, Outside } from '../frameworks/framework.js';
import type { Target } from '../impact/impact.js';
import type { StatesWithin } from '../schema/passes.js';
import type { SchemaState } from '../schema/state.js';
import type { Action } from '../sql/action.js';
import type { ParsedStatement, SqlDocument } from '../sql/statement.js';
import type { Config } from './config.js';
import type { FileIndex } from './file-index.js';
import { isBounding, type Settings } from '../schema/session-settings.js';
import type { Step } from './finding.js';
import type { Trail } from './trail.js';

/** In: a test of the text of a file. Out: the files whose text passes, in their order. */
export type FilesBehind = (has: (text: string) => boolean) => Iterable<SqlDocument>;

/** What stays the same for all steps of a file. */
export interface FileContext {
  readonly framework: Framework;
  readonly supabase: SupabaseProject | undefined;
  /** How the tool runs what cannot run inside a transaction. */
  readonly outside: Outside;
  /** True where the configuration states the transactions, and not the tool. */
  readonly isStated: boolean;
  readonly config: Config;
  readonly index: FileIndex;
  /** All steps so far, the present one last. */
  readonly steps: readonly Step[];
  /** The files that run behind this one and are shipped with it, those alone whose text passes. */
  readonly behind: FilesBehind;
  /** Rules that have reported something. */
  readonly seen: ReadonlySet<string>;
  /** Notes what the present step is judged by, where somebody wants to know. */
  trail: Trail | undefined;
}

/** What rules see of a step; one object for all rules of the step. */
export class StepContext implements RuleContext {
  options: Readonly<Record<string, unknown>> = {};

  before: SchemaState;
  private rule: AnyRule | undefined;

  constructor(
    private readonly shared: FileContext,
    private readonly step: Step,
    readonly beforeStatement: SchemaState,
    private readonly locks: ReadonlyMap<string, HeldLock>,
    private readonly within: StatesWithin,
  ) {
    this.before = beforeStatement;
  }

  forRule(rule: AnyRule, action: Action | undefined): RuleContext {
    this.before = (action && this.within?.get(action)) ?? this.beforeStatement;
    this.rule = rule;
    this.options = this.shared.config.rules.get(rule.meta.id)?.options ?? {};
    return this;
  }

  get reportedBefore(): boolean {
    const { rule, shared } = this;
    if (!rule) return false;
    const answer = shared.seen.has(rule.meta.id);
    shared.trail?.noteReported(rule.meta.id, answer);
    return answer;
  }
  get held(): ReadonlyMap<string, HeldLock> {
    const { trail } = this.shared;
    if (trail) trail.asksForLocks ||= this.step.transaction.open;
    return this.locks;
  }
  get statement(): ParsedStatement {
    return this.step.statement;
  }
  get impact(): Step['impact'] {
    return this.step.impact;
  }
  get target(): Target {
    return this.step.target;
  }
  get transaction(): TransactionContext {
    return this.step.transaction;
  }
  get supabase(): SupabaseProject | undefined {
    return this.shared.supabase;
  }
  get wrapping(): Wrapping {
    return wrappingOf(this.shared, this.step.transaction.scope);
  }
  get runsLater(): boolean {
    return this.step.origin === 'function';
  }
  get lockTimeout(): boolean {
    return isBounding(this.step.settings.get('lock_timeout')) || this.shared.config.timeouts === 'set-elsewhere';
  }
  get settings(): Settings {
    return this.step.settings;
  }
  get lockTimeoutToSet(): string {
    return this.shared.config.lockTimeout;
  }
  get later(): FileSide {
    return this.shared.index.behind(this.step.span);
  }
  get fromHere(): FileSide {
    return this.shared.index.between(this.step.span.start, Number.POSITIVE_INFINITY);
  }
  get file(): FileSide {
    return this.shared.index.between(0, Number.POSITIVE_INFINITY);
  }
  get earlier(): FileSide {
    return this.shared.index.before(this.step.span);
  }
  get earlierInTransaction(): FileSide {
    const { open, by, begin } = this.step.transaction;
    const { start } = this.step.span;
    return this.shared.index.between(open && by !== 'block' ? (begin?.end ?? 0) : start, start);
  }
  shippedBehind(words: RegExp, test: StatementTest): boolean {
    const { trail, behind } = this.shared;
    if (trail) trail.asksForOtherFiles = true;
    for (const { statements } of behind((text) => words.test(text)))
      if (statements.some(({ parsed }) => test(parsed))) return true;
    return false;
  }
  *past(): Iterable<PastStep> {
    const { steps, trail } = this.shared;
    if (trail) trail.asksForPast = true;
    for (let at = steps.lastIndexOf(this.step) - 1; at >= 0; at--) yield steps[at] as Step;
  }
}

/** Who says that a transaction is open around the file: the configuration where it does, else the tool. */
function wrappingOf(
  { framework, outside: { where }, isStated }: FileContext,
  scope: TransactionContext['scope'],
): Wrapping {
  if (!isStated) return { says: wrappedBy[scope ?? 'per-file'](framework), orElse: '', where };
  const what = scope === 'all-pending' ? 'all pending files run' : 'each file runs';
  return {
    says: `airlock.config.json says that ${what} in one transaction`,
    orElse: ', or correct "transaction" in airlock.config.json',
    where,
  };
}

const wrappedBy: Readonly<Record<NonNullable<TransactionContext['scope']>, (framework: Framework) => string>> = {
  'per-file': ({ title, unit = 'file' }) => `${title} runs each ${unit} in one transaction`,
  'all-pending': ({ title }) => `${title} runs all pending files in one transaction`,
  'one-query': ({ title }) => `${title} sends the file as one query, which PostgreSQL runs in one transaction`,
  pipeline: ({ title }) => `${title} sends the file as one pipeline, which PostgreSQL runs in one transaction`,
};
