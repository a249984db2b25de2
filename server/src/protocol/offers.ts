import type { Analysis } from '../analysis/analyze.js';
import type { FileEdit, Finding } from '../analysis/finding.js';
import { placeOf } from '../analysis/positions.js';
import { lineEndOf, lineStart } from '../sql/line-ends.js';
import type { Span } from '../sql/span.js';
import type { SqlDocument } from '../sql/statement.js';
import type { WrittenFile } from '../frameworks/framework.js';
import type { MigrationFile } from '../rewrite/files.js';
import { type AnalyseText, editsOfRule, isGoodFix } from '../planning/plan-fixes.js';
import { planEnding } from '../planning/plan-ending.js';
import {
  isSplit,
  planPattern,
  planSplit,
  type Split,
  type SplitOutcome,
  type SplitSurroundings,
} from '../planning/plan-split.js';
import { bulkFix, difference } from '../analysis/fix-edits.js';
import type { Renumbering } from '../workspace/renumber.js';
import type { GitNotAsked } from './checker.js';

/** What the lightbulb offers, in our own words; to-lsp.ts turns it into code actions. */
export type Offer =
  | {
      readonly kind: 'fix';
      readonly title: string;
      readonly finding: Finding;
      readonly edits: readonly FileEdit[];
      readonly preferred: boolean;
    }
  | {
      readonly kind: 'rewrite';
      readonly title: string;
      readonly findings: readonly Finding[];
      /** What changes in the file itself. */
      readonly edits: readonly FileEdit[];
      /** New files, and what takes each of them back. */
      readonly created: readonly MigrationFile[];
      readonly downs: readonly MigrationFile[];
      /** What the tool needs besides; one that is there is replaced. */
      readonly beside: readonly WrittenFile[];
      /** The value that only the author knows. */
      readonly value: Split['value'];
    }
  | { readonly kind: 'refused'; readonly title: string; readonly findings: readonly Finding[]; readonly reason: string }
  | {
      readonly kind: 'fixRule';
      readonly title: string;
      readonly findings: readonly Finding[];
      readonly edits: readonly FileEdit[];
    }
  | { readonly kind: 'renumber'; readonly title: string; readonly finding: Finding; readonly plan: Renumbering }
  | { readonly kind: 'fixAll'; readonly title: string; readonly edits: readonly FileEdit[] }
  | { readonly kind: 'notPostgres'; readonly title: string; readonly finding: Finding }
  | { readonly kind: 'page'; readonly title: string; readonly finding: Finding }
  | {
      readonly kind: 'ignore';
      readonly title: string;
      readonly finding: Finding;
      /** For the statement alone, and for the whole file: one entry in the menu, and the person is asked. */
      readonly statement: IgnorePlace;
      readonly file: IgnorePlace;
    }
  /** In an applied file no comment can be written. */
  | { readonly kind: 'ignoreInConfig'; readonly title: string; readonly finding: Finding };

/** Where a suppression comment goes: `before` + reason + `after` at `offset`. */
export interface IgnorePlace {
  readonly offset: number;
  readonly before: string;
  readonly after: string;
}

export interface Wanted {
  /** What the cursor or the selection touches in the file. */
  readonly span: Span;
  /** False when a tool asks (on save, "fix all") rather than a person: then safe fixes only. */
  readonly byHand: boolean;
  /** What stands around the file; undefined for a document that has no folder, where no new file can be named. */
  readonly around: SplitSurroundings | undefined;
  /** The next free version of a migration that needs another. */
  readonly renumbering?: (() => Renumbering | undefined) | undefined;
  /** Analyses a text in the place of the document: nothing is offered that does harm. */
  readonly analyse: AnalyseText;
  /** Why nobody can say whether the file is applied already, where that is so: nothing edits it. */
  readonly mayBeApplied: GitNotAsked | undefined;
}

/** More rules in one selection are not named one by one: nobody reads such a menu. */
const MOST_NAMED = 3;

/** The quick fixes for what stands at `span`, in the order in which a person wants them. */
export async function quickFixes(analysis: Analysis, wanted: Wanted): Promise<readonly Offer[]> {
  const rank = { error: 0, warning: 1, info: 2, hint: 3 } as const;
  const touched = analysis.findings
    .filter(({ span }) => {
      const { start, end } = placeOf(analysis, span);
      return start <= wanted.span.end && wanted.span.start <= end;
    })
    .sort((a, b) => rank[a.severity] - rank[b.severity]);
  // The gravest first, and no hint beside it: with CONCURRENTLY, an index needs no lock_timeout.
  const here = touched.filter(({ severity }) => severity !== 'hint' || touched[0]?.severity === 'hint');
  const rules = [...new Map(here.map((finding) => [finding.rule, finding])).values()];
  const named = rules.slice(0, MOST_NAMED);
  if (wanted.mayBeApplied)
    return wanted.byHand ? [...notEdited(here, wanted.mayBeApplied), ...rules.slice(0, 1).map(openPage)] : [];
  const good: Offer[] = [];
  for (const offer of [
    ...here.flatMap((finding) => fixesOf(finding, wanted.byHand)),
    ...rules.flatMap((finding) => fixWholeRule(analysis, finding)),
  ])
    if ('edits' in offer && (await isGoodFix(analysis, offer, wanted.analyse))) good.push(offer);
  return [
    ...good.filter(({ kind }) => kind === 'fix'),
    ...(wanted.byHand
      ? [...renumberings(here, wanted), ...endings(analysis, here, wanted), ...splits(analysis, here, wanted.around)]
      : []),
    ...good.filter(({ kind }) => kind === 'fixRule'),
    ...(wanted.byHand
      ? [...rules.slice(0, 1).map(openPage), ...named.flatMap((finding) => silences(analysis, finding))]
      : []),
  ];
}

/** All safe fixes of the file at once, given the text that they lead to; undefined when there is nothing to do. */
export function fixAll(text: string, fixed: string): Offer | undefined {
  const edit = difference(text, fixed);
  return edit && { kind: 'fixAll', title: 'Apply all safe Airlock fixes', edits: [edit] };
}

function fixesOf(finding: Finding, byHand: boolean): Offer[] {
  const preferred = bulkFix(finding);
  return finding.fixes
    .filter((fix) => byHand || fix.safety === 'safe')
    .map((fix) => ({ kind: 'fix', title: fix.title, finding, edits: fix.edits, preferred: fix === preferred }));
}

/** Another name for a file whose version is taken or comes too late. */
function renumberings(here: readonly Finding[], { renumbering }: Wanted): Offer[] {
  const finding = here.find(({ rule }) => rule === 'require-sound-history');
  const plan = finding && renumbering?.();
  return plan ? [{ kind: 'renumber', title: plan.title, finding, plan }] : [];
}

/** The migration that validates what earlier ones have left open. */
function endings(analysis: Analysis, here: readonly Finding[], { around }: Wanted): Offer[] {
  const findings = here.filter(({ rule }) => rule === 'require-finished-change');
  const ending = around && findings.length > 0 ? planEnding(analysis, around.existing(), around.now()) : undefined;
  if (!ending) return [];
  const { title, file, beside } = ending;
  return [{ kind: 'rewrite', title, findings, edits: [], created: [file], downs: [], beside, value: undefined }];
}

/** The safe form of each statement here, in several files; where it cannot be had, the reason. */
function splits(analysis: Analysis, here: readonly Finding[], around: SplitSurroundings | undefined): Offer[] {
  if (around === undefined) return [];
  const offers = new Map<unknown, Offer>();
  for (const finding of here) {
    const known = offers.get(finding.step);
    if (known && known.kind !== 'refused') continue;
    const split = splitOf(analysis, finding, around);
    if (split === undefined) continue;
    const findings = here.filter((each) => each.step === finding.step);
    if (!isSplit(split)) {
      offers.set(finding.step, {
        kind: 'refused',
        title: 'Split into several migrations',
        findings,
        reason: split.refused,
      });
      continue;
    }
    const own = split.files.find((file) => file.path === analysis.path);
    const edit = own && difference(analysis.document.text, own.sql);
    offers.set(finding.step, {
      kind: 'rewrite',
      title: split.title,
      findings,
      edits: edit ? [edit] : [],
      created: split.files.filter((file) => file !== own),
      downs: split.downs,
      beside: split.beside,
      value: split.value,
    });
  }
  return [...offers.values()];
}

/** The safe form, or the pattern that ships over several releases; a reason where neither can be had. */
function splitOf(analysis: Analysis, finding: Finding, around: SplitSurroundings): SplitOutcome {
  const split = planSplit(analysis, finding, around);
  if (isSplit(split)) return split;
  const pattern = planPattern(analysis, finding, around);
  return isSplit(pattern) || (split === undefined && finding.fixes.length === 0) ? pattern : split;
}

/** "Fix all of this rule", where there is more than one to fix. */
function fixWholeRule(analysis: Analysis, { rule }: Finding): Offer[] {
  const findings = analysis.findings.filter((finding) => finding.rule === rule && bulkFix(finding) !== undefined);
  if (findings.length < 2) return [];
  return [{ kind: 'fixRule', title: `Fix all: ${rule}`, findings, edits: editsOfRule(analysis, rule) }];
}

/** Why nothing is offered in a file of a repository that nobody trusts yet. */
function notEdited(findings: readonly Finding[], why: GitNotAsked): Offer[] {
  if (!findings.some(({ fixes }) => fixes.length > 0)) return [];
  const [because, remedy] =
    why === 'restricted'
      ? ['Restricted Mode: git is not asked', 'Trust the workspace, or say']
      : ['A browser cannot ask git', 'Say'];
  const reason = `${because}, so nobody knows whether this file is applied already, and an applied file is never edited. ${remedy} in airlock.config.json what is applied.`;
  return [{ kind: 'refused', title: 'Take the safe form', findings, reason }];
}

function openPage(finding: Finding): Offer {
  return { kind: 'page', title: `Open the page of ${finding.rule}`, finding };
}

/** The ways to have something no longer said. A syntax error is not ignored: the file is for another database. */
function silences(analysis: Analysis, finding: Finding): Offer[] {
  if (finding.rule !== 'no-syntax-error') return ignores(analysis, finding);
  return finding.applied
    ? []
    : [{ kind: 'notPostgres', title: 'Not PostgreSQL here: leave this folder alone', finding }];
}

/** Ignoring with a reason: in a comment, or, of a file that is never edited, in the configuration. */
function ignores(analysis: Analysis, finding: Finding): Offer[] {
  const { step, rule } = finding;
  if (finding.applied || analysis.framework.writtenBy?.(analysis.path) !== undefined)
    return [{ kind: 'ignoreInConfig', title: `Ignore ${rule} in airlock.config.json …`, finding }];
  if (step === undefined) return [];
  const isBack = analysis.wayBack?.steps.includes(step) === true;
  const place = (statement: number, comment: string, ofFile = false): IgnorePlace =>
    commentAbove(
      isBack && !ofFile ? (analysis.wayBack?.document ?? analysis.document) : analysis.document,
      statement,
      comment,
    );
  return [
    {
      kind: 'ignore',
      title: `Ignore ${rule} …`,
      finding,
      statement: place(step.top, `-- airlock-ignore ${rule}: `),
      // Above the first statement, not at the top: some migration tools read the first lines themselves.
      file: place(0, `-- airlock-ignore-file ${rule}: `, true),
    },
  ];
}

/** A line of its own above a statement, with the same indentation. */
function commentAbove({ text, statements, comments }: SqlDocument, index: number, comment: string): IgnorePlace {
  const start = statements[index]?.span.start ?? 0;
  const newline = lineEndOf(text);
  // Behind a byte order mark, which stays the first character of the file.
  const from = Math.max(lineStart(text, start), text.startsWith('\ufeff') ? 1 : 0);
  const before = statements[index - 1];
  const isShared = before !== undefined && before.fullEnd > from;
  const isInside = comments.some(({ span }) => span.start < from && from < span.end);
  // With another statement before it on the line, the comment would be taken for that one's.
  if (isShared || isInside) return { offset: start, before: newline + comment, after: newline };
  const indent = /^[ \t]*/.exec(text.slice(from, start))?.[0] ?? '';
  return { offset: from, before: indent + comment, after: newline };
}
