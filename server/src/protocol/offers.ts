import type { Analysis } from '../analysis/analyze.js';
import type { FileEdit, Finding } from '../analysis/finding.js';
import { lineEndOf, lineStart } from '../sql/line-ends.js';
import type { Span } from '../sql/span.js';
import type { SqlDocument } from '../sql/statement.js';
import type { MigrationFile } from '../rewrite/files.js';
import { rewriteFor } from '../rewrite/rewrites.js';
import { bulkFix, difference, safeEdits } from '../analysis/fix-edits.js';

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
      readonly created: readonly MigrationFile[];
    }
  | {
      readonly kind: 'fixRule';
      readonly title: string;
      readonly findings: readonly Finding[];
      readonly edits: readonly FileEdit[];
    }
  | { readonly kind: 'fixAll'; readonly title: string; readonly edits: readonly FileEdit[] }
  | { readonly kind: 'page'; readonly title: string; readonly finding: Finding }
  | { readonly kind: 'ignore'; readonly title: string; readonly finding: Finding; readonly place: IgnorePlace };

/** Where a suppression comment goes: `before` + reason + `after` at `offset`. */
export interface IgnorePlace {
  readonly offset: number;
  readonly before: string;
  readonly after: string;
}

export interface Wanted {
  /** What the cursor or the selection touches. */
  readonly span: Span;
  /** False when a tool asks (on save, "fix all") rather than a person: then safe fixes only. */
  readonly byHand: boolean;
  /** Paths of all migrations that belong together with the file; without them no new file can be named. */
  readonly migrations: readonly string[];
}

/** The quick fixes for what stands at `span`, in the order in which a person wants them. */
export function quickFixes(analysis: Analysis, wanted: Wanted): readonly Offer[] {
  const rank = { error: 0, warning: 1, info: 2, hint: 3 } as const;
  // The gravest first: with CONCURRENTLY, an index needs no lock_timeout.
  const here = analysis.findings
    .filter(({ span }) => span.start <= wanted.span.end && wanted.span.start <= span.end)
    .sort((a, b) => rank[a.severity] - rank[b.severity]);
  const rules = [...new Map(here.map((finding) => [finding.rule, finding])).values()];
  return [
    ...here.flatMap((finding) => fixesOf(finding, wanted.byHand)),
    ...(wanted.byHand ? rewrites(analysis, here, wanted.migrations) : []),
    ...rules.flatMap((finding) => fixWholeRule(analysis, finding)),
    ...(wanted.byHand ? [...rules.map(openPage), ...here.flatMap((finding) => ignores(analysis, finding))] : []),
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

/** The safe form of each statement here, in several files. */
function rewrites(analysis: Analysis, here: readonly Finding[], migrations: readonly string[]): Offer[] {
  if (migrations.length === 0) return [];
  const byStep = new Map(here.map((finding) => [finding.step, finding]));
  return [...byStep].flatMap(([step, finding]) => {
    const rewrite = rewriteFor(analysis, finding, migrations);
    if (rewrite === undefined) return [];
    const own = rewrite.files.find((file) => file.path === analysis.path);
    const edit = own && difference(analysis.document.text, own.sql);
    return {
      kind: 'rewrite',
      title: rewrite.title,
      findings: here.filter((each) => each.step === step),
      edits: edit ? [edit] : [],
      created: rewrite.files.filter((file) => file !== own),
    };
  });
}

/** "Fix all of this rule", where there is more than one to fix. */
function fixWholeRule(analysis: Analysis, { rule }: Finding): Offer[] {
  const findings = analysis.findings.filter((finding) => finding.rule === rule && bulkFix(finding) !== undefined);
  if (findings.length < 2) return [];
  return [{ kind: 'fixRule', title: `Fix all: ${rule}`, findings, edits: safeEdits(findings) }];
}

function openPage(finding: Finding): Offer {
  return { kind: 'page', title: `Open the page of ${finding.rule}`, finding };
}

/** Ignoring with a reason. Not in an applied file, which must not be edited and where findings have no weight. */
function ignores(analysis: Analysis, finding: Finding): Offer[] {
  const { step, rule } = finding;
  if (finding.applied || step === undefined) return [];
  const place = (statement: number, comment: string): IgnorePlace =>
    commentAbove(analysis.document, statement, comment);
  return [
    {
      kind: 'ignore',
      title: `Ignore ${rule} for this statement …`,
      finding,
      place: place(step.top, `-- airlock-ignore ${rule}: `),
    },
    {
      kind: 'ignore',
      title: `Ignore ${rule} in this file …`,
      finding,
      // Above the first statement, not at the top: some migration tools read the first lines themselves.
      place: place(0, `-- airlock-ignore-file ${rule}: `),
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
