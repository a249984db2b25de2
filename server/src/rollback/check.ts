import type { Analysis } from '../analysis/analyze.js';
import { replay as replayDocument } from '../analysis/replay.js';
import type { Catalog } from '../sql/catalog/catalog.js';
import { describeCatalog } from '../sql/catalog/describe.js';
import { applyStatementTo } from '../sql/catalog/apply.js';
import { freshSession } from '../sql/catalog/catalog.js';
import { parseDocument } from '../sql/parse.js';
import type { Sql } from './print/sql.js';
import type { Step } from './rollback.js';

/**
 * Replays what was written on the catalog behind the migration, and compares it with the one before. What does not
 * come back lowers the grade of the step that names it, and is named.
 */
export function checkSteps(
  steps: readonly Step[],
  before: Catalog,
  after: Catalog,
  analysis: Analysis,
): readonly Step[] {
  if (steps.some(({ grade }) => grade === 'impossible')) return steps;
  const refused = refusedBy(steps, analysis);
  if (refused !== undefined)
    return steps.map((step, index) =>
      index === 0 ? lowered(step, `PostgreSQL would refuse a statement: ${refused}`) : step,
    );
  const end = after.fork();
  end.session = freshSession;
  for (const step of steps) {
    end.session = { ...end.session, role: step.role };
    for (const each of step.sql) replay(each, end);
  }
  const [wanted, found] = [describeCatalog(before), describeCatalog(end)];
  const differs = new Set<string>();
  for (const [key, text] of wanted) if (found.get(key) !== text) differs.add(key);
  for (const key of found.keys()) if (!wanted.has(key)) differs.add(key);
  if (differs.size === 0) return steps;
  const [first = ''] = differs;
  return steps.map((step, index) => (index === 0 ? lowered(step, `${first} would not be as it was`) : step));
}

function replay({ text, effect }: Sql, catalog: Catalog): void {
  for (const { parsed } of parseDocument(effect ?? text).statements)
    if (!parsed.problem) applyStatementTo(parsed, catalog);
}

/** What is known to be refused when the rollback runs behind the migration. CASCADE takes along what impact/ does not follow. */
function refusedBy(steps: readonly Step[], analysis: Analysis): string | undefined {
  if (/\bcascade\b/i.test(analysis.document.text)) return undefined;
  const texts = steps.flatMap(({ sql }) => sql.map(({ text, effect }) => (effect ? `${effect};` : text)));
  const document = parseDocument(texts.join('\n'));
  let found: string | undefined;
  replayDocument(document, analysis.after.fork(), analysis.target, [], ({ impact, origin }) => {
    const { fails } = impact;
    // A form that the history has: its server is not as old as nobody has said that it is.
    const assumed = fails?.reason === 'too new' && !fails.certain;
    if (origin === 'file' && !assumed) found ??= fails?.message;
  });
  return found;
}

function lowered(step: Step, what: string): Step {
  return {
    ...step,
    grade: 'impossible',
    reason: `Airlock's own check finds that ${what}. Look at it by hand. ${step.reason}`,
  };
}
