import type { Analysis } from '../analysis/analyze.js';
import { applyDocument } from '../analysis/replay.js';
import { readMigration } from '../analysis/sections.js';
import type { WrittenFile } from '../frameworks/framework.js';
import { type MigrationFile, type PlannedFiles, withoutSpans } from '../rewrite/files.js';
import type { SchemaState } from '../schema/state.js';
import type { Action } from '../sql/action.js';
import type { Span } from '../sql/span.js';
import type { SqlDocument, Statement } from '../sql/statement.js';

/**
 * The way back of the edited migration without what the new migrations take back before it: a DROP INDEX of an index that
 * a new one has built, and dropped again, would fail. In: the planned files, and the schema behind all of them. Out: the
 * files with the edited way back, which stands in the migration itself or in a file beside it.
 */
export function withoutDoubleUndo(planned: PlannedFiles, analysis: Analysis, after: SchemaState): PlannedFiles {
  const [edited, ...added] = planned.files;
  if (!edited || added.length === 0) return planned;
  const own = ownWayBack(edited, analysis);
  if (!own) return planned;
  const state = after.fork();
  for (const file of [...added].reverse())
    for (const document of waysBackOf(file, planned.downs, analysis)) applyDocument(document, state, []);
  const isGone = ({ parsed: { actions } }: Statement): boolean =>
    actions.length > 0 && actions.every((action) => isThere(action, after) && !isThere(action, state));
  const cuts = own.document.statements
    .filter(isGone)
    .map(({ span, fullEnd }): Span => ({ start: span.start, end: fullEnd }));
  if (cuts.length === 0) return planned;
  const text = withoutSpans(own.text, cuts);
  if (own.path === edited.path) return { ...planned, files: [{ ...edited, sql: text }, ...added] };
  return { ...planned, beside: [...planned.beside, { path: own.path, text }] };
}

interface OwnWayBack {
  readonly path: string;
  readonly text: string;
  readonly document: SqlDocument;
}

function ownWayBack(edited: Pick<MigrationFile, 'sql'>, analysis: Analysis): OwnWayBack | undefined {
  const { project, path } = analysis;
  const inside = readMigration(edited.sql, analysis, 'down');
  if (inside.sections.length > 0) return { path, text: edited.sql, document: inside.document };
  const beside = project.framework.downPath(path, project);
  const text = beside === undefined ? undefined : project.files.read(beside);
  if (beside === undefined || text === undefined) return undefined;
  return { path: beside, text, document: readDown(beside, text, analysis) };
}

/** A file by itself that takes a migration back. */
function readDown(path: string, text: string, analysis: Pick<Analysis, 'config' | 'project'>): SqlDocument {
  const file = { ...analysis, path };
  const down = readMigration(text, file, 'down');
  // A file that is not there yet may be known to no plan.
  return down.sections.length > 0 ? down.document : readMigration(text, file, 'up').document;
}

function waysBackOf(file: MigrationFile, downs: readonly MigrationFile[], analysis: Analysis): SqlDocument[] {
  const { project } = analysis;
  const inside = readMigration(file.sql, { ...analysis, path: file.path }, 'down');
  if (inside.sections.length > 0) return [inside.document];
  const beside = project.framework.downPath(file.path, project);
  const found: WrittenFile[] = downs
    .filter(({ path }) => path === beside)
    .map(({ path, sql }) => ({ path, text: sql }));
  return found.map(({ path, text }) => readDown(path, text, analysis));
}

/** Whether what an action drops is there; false for what drops nothing of its own, or does not mind. */
function isThere(action: Action, state: SchemaState): boolean {
  if (action.kind === 'dropIndex') return !action.ifExists && state.index(action.index) !== undefined;
  return (
    action.kind === 'dropConstraint' &&
    !action.ifConstraintExists &&
    state.table(action.table)?.constraints.has(action.constraint) === true
  );
}
