import { leadingWords } from '../../../rules/engine/words.js';
import type { CutStatement, FileContents, RuleMeta, Severity } from '../../../rules/engine/define-rule.js';
import { type RuleFailure, type RuleSet, runFileRules } from '../../../rules/engine/run.js';
import { type Framework, migrationName } from '../frameworks/framework.js';
import { isCut, isMarked } from '../frameworks/statement-marks.js';
import { lineEndOf } from '../sql/line-ends.js';
import { openEnds } from '../schema/open-ends.js';
import type { SchemaState } from '../schema/state.js';
import type { SqlDocument } from '../sql/statement.js';
import { visibleLine } from '../sql/visible.js';
import type { MigrationInput } from './analyze.js';
import type { Config } from './config.js';
import { type Finding, statusOf } from './finding.js';
import { type FindingMessage, findingMessage } from './finding-message.js';
import { foreignDialect } from './foreign-dialect.js';
import { severityOf } from './severity.js';
import { wayBackFacts } from './way-back.js';

// Findings that belong to no statement.

export function metaOf(rules: RuleSet, id: string): RuleMeta | undefined {
  return rules.rules.find((rule) => rule.meta.id === id)?.meta;
}

/** A finding of a rule without a statement; undefined when the rule is off. */
export function plainFinding(
  meta: RuleMeta,
  config: Config,
  span: Finding['span'],
  { message, advice }: FindingMessage,
  lower?: Severity,
): Finding | undefined {
  const configured = severityOf(meta, config);
  if (configured === 'off') return undefined;
  const severity = lower ?? configured;
  return {
    rule: meta.id,
    category: meta.category,
    severity,
    status: statusOf(severity),
    message,
    advice,
    span,
    step: undefined,
    action: undefined,
    fixes: [],
    related: [],
    applied: false,
  };
}

/** Problems that belong to no statement, such as a comment that does not end. */
export function problemFindings(document: SqlDocument, rules: RuleSet, config: Config, applied: boolean): Finding[] {
  const meta = metaOf(rules, 'no-syntax-error');
  if (!meta) return [];
  return document.problems.flatMap(
    (problem) =>
      plainFinding(
        meta,
        config,
        problem.span,
        { message: `${problem.message}.`, advice: '' },
        applied ? 'info' : undefined,
      ) ?? [],
  );
}

/** A file that is not looked at. */
export interface LeftAlone {
  readonly why: string;
  /** What shows it. */
  readonly span: Finding['span'];
}

/** Why a file is not looked at: it was left out, or it is written for another database. */
export function aloneBecause({ leftAlone, document }: MigrationInput): LeftAlone | undefined {
  if (leftAlone !== undefined) return { why: leftAlone, span: { start: 0, end: 0 } };
  const foreign = foreignDialect(document);
  if (!foreign) return undefined;
  const { dialect, span } = foreign;
  const mark = visibleLine(document.text.slice(span.start, span.end)).slice(0, 40);
  return { why: `reads as ${dialect} (${mark}), not PostgreSQL`, span };
}

/** Mild, and there even when the rule is off: silence would read as "nothing is wrong". */
export function leftAloneFinding({ why, span }: LeftAlone, rules: RuleSet, config: Config): Finding[] {
  const meta = metaOf(rules, 'no-syntax-error');
  if (!meta) return [];
  const sentence = { message: `This file ${why}, so Airlock does not check it.`, advice: '' };
  const finding =
    plainFinding(meta, config, span, sentence, 'info') ??
    plainFinding(meta, { ...config, rules: new Map() }, span, sentence, 'hint');
  return finding ? [finding] : [];
}

/** What is said of the file as a whole; in an applied file, too, since it is about that. */
export function fileFindings(
  { path, document, sections, applied, place, config, undoes, before, project }: MigrationInput,
  after: SchemaState,
  rules: RuleSet,
  onFailure: RuleFailure,
) {
  const { statements, text } = document;
  const start = statements[0]?.span.start ?? sections[0]?.span.start ?? 0;
  const lineEnd = /[\r\n]|$/.exec(text.slice(start))?.index ?? 0;
  const end = Math.min(start + lineEnd, statements[0]?.span.end ?? text.length);
  const file: FileContents = {
    name: migrationName(path),
    statements: statements.length,
    applied,
    head: { start, end },
    place,
    cut: cutStatements(document, project.framework),
    wayBack: undoes && wayBackFacts(undoes, document, before, after),
    openEnds: place?.isLast ? openEnds(after) : [],
    optionsOf: (rule) => config.rules.get(rule)?.options ?? {},
  };
  return runFileRules(rules, file, onFailure).flatMap(({ rule: { meta }, report }) => {
    const message = findingMessage(meta.messages[report.message] ?? '', report.data);
    const lower = severityOf(meta, config) === meta.severity ? report.severity : undefined;
    const finding = plainFinding(meta, config, report.at, message, lower);
    return finding ? [applied ? finding : { ...finding, fixes: report.fixes ?? [] }] : [];
  });
}

function cutStatements(
  { statements, text }: SqlDocument,
  { statementMarks: marks, title: tool }: Framework,
): CutStatement[] {
  if (!marks) return [];
  return statements.flatMap(({ parsed, span, fullEnd }) => {
    if (!isCut(text.slice(span.start, span.end)) || isMarked(text, span.start, marks)) return [];
    const { start, end } = leadingWords(parsed);
    const whole = { start: span.start, end: fullEnd };
    return [{ at: { start: span.start + start, end: span.start + end }, whole, tool, marks, newline: lineEndOf(text) }];
  });
}
