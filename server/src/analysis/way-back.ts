import type { WayBackFacts } from '../../../rules/engine/define-rule.js';
import type { Action } from '../sql/action.js';
import { isBuiltIn } from '../impact/volatility.js';
import { notUndone } from '../schema/way-back.js';
import type { SchemaState } from '../schema/state.js';
import type { ParsedStatement, SqlDocument } from '../sql/statement.js';
import type { Finding } from './finding.js';
import { statusOf } from './finding.js';

/** The migration that a file, or a section of one, takes back. */
export interface Undoes {
  /** The schema before the migration. */
  readonly before: SchemaState;
  readonly document: SqlDocument;
  /** True for one of several files that are one migration together. */
  readonly isPart?: boolean;
}

/** What a way back does to what its migration did. In: the schema behind the migration, and behind its way back. */
export function wayBackFacts(
  { before, document: up, isPart = false }: Undoes,
  document: SqlDocument,
  after: SchemaState,
  back: SchemaState,
): WayBackFacts {
  const isEmpty = document.statements.every(({ parsed }) => doesNothing(parsed));
  // SQL that is put together while it runs, or that nobody reads, may do the rest.
  if (isEmpty || document.statements.some(({ parsed }) => isUnclear(parsed)))
    return { isEmpty: isEmpty && up.statements.length > 0, leaves: [], misses: [], stays: [] };
  // Several files that are one migration are taken back as one.
  if (isPart) return { isEmpty: false, leaves: [], misses: [], stays: [] };
  const madeAgain = new Set(document.statements.flatMap(({ parsed }) => parsed.actions.flatMap(madeBy)));
  const actions = up.statements
    .flatMap(({ parsed }) => (parsed.problem ? [] : parsed.actions))
    .filter((action) => !madeBy(action).some((name) => madeAgain.has(name)));
  return { isEmpty, ...notUndone(actions, { before, after, back }) };
}

/** SELECT 1, which is written where a tool wants a statement. */
function doesNothing({ problem, actions }: ParsedStatement): boolean {
  if (problem) return false;
  return actions.every((action) => action.kind === 'select' && action.reads.length === 0 && action.calls.length === 0);
}

/** The names of what an action makes: where a way back makes it itself, it is meant to be there. */
function madeBy(action: Action): string[] {
  if (action.kind === 'createIndex') return action.index === undefined ? [] : [action.index];
  if (action.kind === 'createView') return [action.view.name];
  return action.kind === 'createTable' ? [action.table.name] : [];
}

function isUnclear({ problem, dynamic, embedded, actions }: ParsedStatement): boolean {
  if (problem || dynamic.some(({ origin }) => origin === 'do')) return true;
  if (embedded.some(({ origin, parsed }) => origin === 'do' && parsed.actions.length > 0)) return true;
  return actions.some(
    (action) =>
      action.kind === 'call' ||
      (action.kind === 'select' && action.calls.some(({ function: called }) => !isBuiltIn(called))),
  );
}

/** The rules that judge a way back as such, and not what it locks or loses. */
const ofWayBack = new Set(['require-complete-rollback']);

/** A way back fails or not: what it locks and loses, it has to. That is information, and what was information is silent. */
export function asWayBack(findings: readonly Finding[]): Finding[] {
  return findings.flatMap((finding) => {
    if (finding.category === 'execution' || ofWayBack.has(finding.rule)) return [finding];
    if (finding.severity === 'info' || finding.severity === 'hint') return [];
    return [{ ...finding, severity: 'info' as const, status: statusOf('info'), fixes: [] }];
  });
}
