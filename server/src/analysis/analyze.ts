import { mapped } from '../sql/mapped.js';
import type { Category, FileSide, HistoryPlace, Severity } from '../../../rules/engine/define-rule.js';
import { isEmptied } from '../../../rules/questions/emptied.js';
import { type Reported, type RuleFailure, type RuleSet, runRules } from '../../../rules/engine/run.js';
import { baseName, type Framework, type Project, type Section } from '../frameworks/framework.js';
import { supabaseRights } from '../frameworks/supabase-rights.js';
import type { HostFile } from '../hosts/index.js';
import type { Target } from '../impact/impact.js';
import type { SchemaState } from '../schema/state.js';
import { lineEndOf } from '../sql/line-ends.js';
import { restorePlaceholders } from '../sql/placeholders.js';
import { shift } from '../sql/span.js';
import type { SqlDocument } from '../sql/statement.js';
import { visibleLine } from '../sql/visible.js';
import type { Config } from './config.js';
import { aloneBecause, fileFindings, leftAloneFinding, problemFindings } from './file-findings.js';
import { FileIndex } from './file-index.js';
import { type Finding, type Status, type Step, statusOf, type Verdict, verdictOf } from './finding.js';
import { bySize } from './by-size.js';
import { type Found, foldFindings, tableOfAction } from './fold.js';
import { findingMessage } from './finding-message.js';
import { applyDocument, replay, type Visit } from './replay.js';
import { type FormerRun, foundAt, type Judged, Reuse } from './reuse.js';
import { isWayBack, readMigration, statedTransaction, type TransactionMode, transactionMode } from './sections.js';
import { type FileContext, type FilesBehind, StepContext } from './step-context.js';
import { categoryStatuses, isSecurityAsked, rulesInUse } from './rules-in-use.js';
import { severityOf } from './severity.js';
import { asWayBack, type Undoes } from './way-back.js';
import { expiredFindings, suppress, suppressionFindings, withoutAccepted } from './suppress.js';
import { readSuppressions } from './suppressions.js';

/** One migration file with what surrounds it. */
export interface MigrationInput {
  /** As it is reported; never opened here. */
  readonly path: string;
  /** As people know it: below the project, where there is one. */
  readonly shownPath?: string | undefined;
  readonly document: SqlDocument;
  /** The schema before the file; it is left as it is. */
  readonly before: SchemaState;
  /** What `before` was forked from: the same object for as long as nothing in front of the file has changed. */
  readonly history?: SchemaState | undefined;
  readonly config: Config;
  /** The folder of migrations that the file belongs to, with the tool that runs it. */
  readonly project: Project;
  /** What runs of the file when it runs, in the transactions in which it does. */
  readonly sections: readonly Section[];
  /** The file of a host language whose script the document is; undefined for a file of SQL. */
  readonly host?: HostFile | undefined;
  /** The migration that the file takes back; undefined for a file that is a migration. */
  readonly undoes?: Undoes | undefined;
  /** True when the file counts as applied: its findings are history. */
  readonly applied: boolean;
  /** Why the file is not looked at, as it stands behind "This file": it is another database's, or left out. */
  readonly leftAlone?: string | undefined;
  /** Where it stands among the other migrations; undefined where there are none around it. */
  readonly place?: HistoryPlace | undefined;
  /** The day, as 2027-01-31, after which suppressions end; undefined where nobody knows it. */
  readonly today?: (() => string | undefined) | undefined;
  /** The files that are shipped with it and run behind it; none where nobody knows. */
  readonly behind?: FilesBehind | undefined;
}

export interface Analysis {
  readonly path: string;
  readonly document: SqlDocument;
  /** The file of a host language whose script the document is; undefined for a file of SQL. */
  readonly host: HostFile | undefined;
  readonly config: Config;
  readonly project: Project;
  readonly framework: Framework;
  /** What runs of the file when the migration runs, in the transactions in which it does. */
  readonly sections: readonly Section[];
  readonly target: Target;
  readonly transaction: TransactionMode;
  readonly applied: boolean;
  /** Why the file was not looked at, as it stands behind "This file"; undefined for one that was. */
  readonly leftAlone: string | undefined;
  readonly steps: readonly Step[];
  /** Sorted by place, suppressed ones left out. */
  readonly findings: readonly Finding[];
  /** How many findings suppressions have silenced. */
  readonly suppressed: number;
  /** The schema behind the file. */
  readonly after: SchemaState;
  readonly verdict: Verdict;
  /** Without `security` where nobody asks for it. */
  readonly categories: Readonly<Record<Category, Status>>;
  /** See isSecurityAsked. */
  readonly asksForSecurity: boolean;
  /** The categories that a rule which is on looks at. The PASS of any other says nothing. */
  readonly checked: ReadonlySet<Category>;
  /** The section of the file that takes it back, judged as such; its findings stand in `findings` as well. */
  readonly wayBack: Analysis | undefined;
  /** What the next analysis of the file may take over; undefined for the first of a file. */
  readonly run: Run | undefined;
  /** Runs the file once more from the state before it, for those who need that state at each step. */
  walk(visit: Visit): void;
  /** The schema before a statement of the file, by its index; behind the last one it is the schema behind the file. */
  stateBefore(statement: number): SchemaState;
}

/** A run over a file with what it was made from. */
interface Run extends FormerRun {
  readonly input: MigrationInput;
  readonly rules: RuleSet;
  /** Those of them that looked at the file. */
  readonly enabled: RuleSet;
}

/** The last run, where it was made from all that this one is made from, the text left out. */
function formerRun({ run }: Analysis, input: MigrationInput, rules: RuleSet, enabled: RuleSet): Run | undefined {
  if (run?.rules !== rules || run.enabled !== enabled) return undefined;
  const one = run.input;
  const isSame =
    input.history !== undefined &&
    one.history === input.history &&
    one.before.release === input.before.release &&
    one.config === input.config &&
    one.project === input.project &&
    one.applied === input.applied &&
    one.path === input.path &&
    one.shownPath === input.shownPath;
  return isSame ? run : undefined;
}

/**
 * Analyses one migration: the entry that everything else reads. Never throws on any text; a rule that throws is reported
 * to `onFailure` and skipped. `former`: the last analysis of the same file; what it still holds for is not judged again,
 * and the result is the same. Only an analysis that has a former one writes down what it was made from: the first of a
 * file is not slowed down by what nobody may ever ask for.
 */
export function analyze(input: MigrationInput, rules: RuleSet, onFailure: RuleFailure, former?: Analysis): Analysis {
  const { document, config, project, sections } = input;
  const { framework } = project;
  const target: Target = {
    postgres: config.postgres,
    minor: config.postgresMinor,
    versionAssumed: config.versionAssumed,
    timeZone: config.timeZone,
  };
  const after = input.before.fork();
  const steps: Step[] = [];
  const found: Finding[] = [];
  const tables = new Map<Finding, string>();
  const seen = new Set<string>();
  const alone = aloneBecause(input);
  const asksForSecurity = isSecurityAsked(input);
  const enabled = rulesInUse(rules, config, asksForSecurity);

  const file: FileContext = {
    framework,
    supabase: supabaseRights(project, input.path),
    outside: framework.outside(project),
    isStated: statedTransaction(input) !== undefined,
    config,
    index: new FileIndex(document),
    behind: input.behind ?? (() => []),
    steps,
    seen,
    trail: undefined,
  };
  const reuse =
    former && !alone ? new Reuse(document, formerRun(former, input, rules, enabled), input.shownPath, file) : undefined;
  const keep = (judged: Judged): void => {
    for (const each of judged.found) {
      found.push(each.finding);
      if (each.table !== undefined) tables.set(each.finding, each.table);
      seen.add(each.finding.rule);
    }
    reuse?.keep(judged);
  };

  const lines = linesLike(document.text);
  const visit: Visit = (step, before, held, within, known) => {
    steps.push(step);
    if (alone) return;
    if (known) return keep(step === known.step ? known : { step, found: foundAt(known, step) });
    const here: Found[] = [];
    const context = new StepContext(file, step, before, held, within);
    const reported = runRules(enabled, (rule, action) => context.forRule(rule, action), step.statement, onFailure);
    for (const each of reported) {
      try {
        const finding = findingFrom(each, step, config, input.applied, context.earlier, lines);
        const table = tableOfAction(each.action, before);
        here.push({ finding: config.statistics ? bySize(finding, each, before, input) : finding, table });
      } catch (error) {
        onFailure(each.rule, step.statement.tag, error);
      }
    }
    keep({ step, found: here });
  };
  replay(document, after, target, sections, visit, input.shownPath, reuse);
  if (alone) found.push(...leftAloneFinding(alone, rules, config));
  else {
    found.push(...problemFindings(document, rules, config, input.applied));
    found.push(...fileFindings(input, after, enabled, onFailure));
  }

  const wayBack = alone ? undefined : judgeWayBack(input, after, rules, onFailure, former?.wayBack);

  const today = input.today ?? (() => undefined);
  const { suppressions, problems } = readSuppressions(
    document,
    rules.rules.map((rule) => rule.meta),
    today,
  );
  const own = suppress(found, suppressions);
  // What stands above a statement of the way up says nothing of the way back.
  const forFile = suppressions.filter(({ statement }) => statement === undefined);
  const back = suppress(wayBack?.findings ?? [], forFile);
  const used = new Set([...own.used, ...back.used]);
  const { config: accepting, shownPath = input.path } = input;
  const { left, expired } = withoutAccepted([...own.kept, ...back.kept], shownPath, accepting, today);
  const suppressed = found.length + (wayBack?.findings.length ?? 0) - left.length;
  if (!input.applied) left.push(...suppressionFindings(suppressions, used, problems, rules, config));
  if (!input.applied) left.push(...expiredFindings(expired, rules, config));
  left.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  const folded = foldFindings(mapped(left, (finding) => ({ finding, table: tables.get(finding) })));
  const judged = input.undoes ? asWayBack(folded) : folded;
  const kept =
    framework.writtenBy?.(input.path) === undefined ? judged : judged.map((each) => ({ ...each, fixes: [] }));

  return {
    path: input.path,
    document,
    host: input.host,
    config,
    project,
    framework,
    sections,
    target,
    transaction: transactionMode(sections),
    applied: input.applied,
    leftAlone: alone?.why,
    steps,
    findings: kept,
    suppressed,
    after,
    verdict: verdictOf(kept),
    categories: categoryStatuses(kept, asksForSecurity),
    asksForSecurity,
    checked: new Set(enabled.rules.map((rule) => rule.meta.category)),
    wayBack,
    run: reuse && { input, rules, enabled, document, traces: reuse.traces },
    walk: walkOver(input, target, sections),
    stateBefore: statesOf(input),
  };
}

/** The section of the file that takes it back; undefined where it has none. */
function judgeWayBack(
  input: MigrationInput,
  after: SchemaState,
  rules: RuleSet,
  onFailure: RuleFailure,
  former: Analysis | undefined,
): Analysis | undefined {
  if (input.undoes || isWayBack(input.path, input.project)) return undefined;
  const { document, sections } = readMigration(input.document.text, input, 'down');
  if (sections.length === 0) return undefined;
  const undoes = { before: input.before, document: input.document };
  const down = { ...input, document, sections, before: after, history: undefined, place: undefined, undoes };
  return analyze(down, rules, onFailure, former);
}

/** Made apart from the analysis, so that it keeps nothing of what only the run needed: the index of the file, the former run. */
function walkOver({ document, before, shownPath }: MigrationInput, target: Target, sections: readonly Section[]) {
  return (visit: Visit): void => replay(document, before.fork(), target, sections, visit, shownPath);
}

/** Keeps the state that was asked for last: a person looks at one statement at a time. */
function statesOf({ document, before, shownPath, sections }: MigrationInput): Analysis['stateBefore'] {
  let last: { readonly count: number; readonly state: SchemaState } | undefined;
  return (count) => {
    if (last?.count === count) return last.state;
    const state = before.fork();
    applyDocument({ ...document, statements: document.statements.slice(0, count) }, state, sections, shownPath);
    last = { count, state };
    return state;
  };
}

/** In: a text of our own with "\n" in it. Out: with the line ends of the file that it goes into. */
type Lines = (text: string) => string;

function linesLike(text: string): Lines {
  const end = lineEndOf(text);
  return end === '\n' ? (own) => own : (own) => own.replace(/\r\n|[\r\n]/g, end);
}

/** What nobody feels while the application is stopped. */
const concernsRunningCode: ReadonlySet<Category> = new Set([
  'lock-contention',
  'concurrent-writes',
  'application-compatibility',
]);

function atMostInfo(severity: Severity): Severity {
  return severity === 'hint' ? 'hint' : 'info';
}

function findingFrom(
  reported: Reported,
  step: Step,
  config: Config,
  applied: boolean,
  earlier: FileSide,
  lines: Lines,
): Finding {
  const { rule, report, action } = reported;
  const configured = severityOf(rule.meta, config);
  const own = report.severity ?? rule.meta.severity;
  // A severity from the configuration overrules the rule's own, but not the milder one of a milder case.
  let severity: Severity = configured === 'off' || configured === rule.meta.severity ? own : configured;
  if (config.application === 'stopped' && concernsRunningCode.has(rule.meta.category)) severity = atMostInfo(severity);
  let { message, advice } = findingMessage(rule.meta.messages[report.message] ?? '', report.data);
  const { start } = step.span;
  const table = rule.meta.byRows && action && 'table' in action ? action.table : undefined;
  if (table && isEmptied(table, earlier)) {
    severity = atMostInfo(severity);
    message += ` This file has emptied ${visibleLine(restorePlaceholders(table.name))} above, so only rows that came since are in the way.`;
  }
  if (step.origin === 'function') {
    severity = 'info';
    message += ' It stands in a function body: it happens when the function is called, not when this migration runs.';
  } else if (step.called !== undefined) {
    message += ` It runs now: it stands in the function ${visibleLine(step.called)}, which is called here.`;
  } else if (step.origin === 'do') message += ' It runs now, inside the DO block.';
  if (applied) severity = 'info';
  return {
    rule: rule.meta.id,
    category: rule.meta.category,
    severity,
    status: statusOf(severity),
    message: applied ? `${message} (This file is already applied.)` : message,
    advice,
    span: step.called === undefined ? shift(report.at, start) : step.span,
    step,
    action,
    // A file that may already be applied is never edited; SQL inside a quoted body is not edited from outside; and a
    // safe form of what PostgreSQL refuses is refused as well.
    fixes:
      applied || step.origin !== 'file' || (step.impact.fails?.certain === true && rule.meta.category !== 'execution')
        ? []
        : mapped(report.fixes ?? [], (fix) => ({
            ...fix,
            title: visibleLine(restorePlaceholders(fix.title)),
            edits: mapped(fix.edits, (edit) => ({
              span: shift(edit.span, start),
              text: lines(restorePlaceholders(edit.text)),
            })),
          })),
    related: mapped(report.related ?? [], (each) => ({
      ...each,
      message: visibleLine(restorePlaceholders(each.message)),
    })),
    applied,
  };
}

/** The file's name without its directories, for titles. */
export function titleOf(analysis: Pick<Analysis, 'path'>): string {
  return baseName(analysis.path);
}
