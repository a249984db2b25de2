import type { Analysis } from '../analysis/analyze.js';
import type { Finding, Step } from '../analysis/finding.js';
import { restorePlaceholders } from '../sql/placeholders.js';
import type { MigrationFile } from './files.js';
import { planFiles } from './files.js';
import type { Plan } from './plan.js';
import { planFor } from './rewrite.js';

/** A statement in its safe form, as files. */
export interface Rewrite {
  readonly title: string;
  readonly files: readonly MigrationFile[];
}

/** The title of the safe form that `rewriteFor` would make: cheap, where nobody asks for whole files. */
export function rewriteTitle(analysis: Analysis, finding: Finding): string | undefined {
  const plan = planOf(analysis, finding);
  return plan && restorePlaceholders(plan.title);
}

function planOf(analysis: Analysis, { step, status, applied }: Finding): Plan | undefined {
  if (step === undefined || step.origin !== 'file' || (status === 'PASS' && !applied)) return undefined;
  const place = placesOf(analysis).get(step);
  return place === undefined ? undefined : plansOf(analysis).get(place);
}

const places = new WeakMap<Analysis, ReadonlyMap<Step, number>>();

/** The index of every step: a file has as many findings as steps, and looking for each would take quadratic time. */
function placesOf(analysis: Analysis): ReadonlyMap<Step, number> {
  const known = places.get(analysis) ?? new Map(analysis.steps.map((step, index) => [step, index]));
  places.set(analysis, known);
  return known;
}

/** Plans of an analysis by the index of their step; made when first asked for, gone with the analysis. */
const plans = new WeakMap<Analysis, ReadonlyMap<number, Plan>>();

/**
 * The safe form of the statement that a finding is about; undefined where there is none, or where the statement
 * stands inside another one. `existing`: the paths of all migrations, in the form of `analysis.path`.
 */
export function rewriteFor(analysis: Analysis, finding: Finding, existing: readonly string[]): Rewrite | undefined {
  const { step } = finding;
  const plan = planOf(analysis, finding);
  const statement = step && analysis.document.statements[step.top];
  if (step === undefined || plan === undefined || statement === undefined) return undefined;
  const place = {
    path: analysis.path,
    text: analysis.document.text,
    start: statement.span.start,
    end: statement.fullEnd,
    // What may already have run is left as it is: the safe form then comes as new files only.
    editable: !analysis.applied,
    inTransaction: step.transaction.open,
  };
  return {
    title: restorePlaceholders(plan.title),
    files: planFiles(plan, place, existing, analysis.framework).map((file) => ({
      ...file,
      sql: restorePlaceholders(file.sql),
    })),
  };
}

/** One replay of the file gives every statement the schema before it. */
function plansOf(analysis: Analysis): ReadonlyMap<number, Plan> {
  const known = plans.get(analysis);
  if (known !== undefined) return known;
  const made = new Map<number, Plan>();
  const wanted = new Set<Step | undefined>(analysis.findings.map((finding) => finding.step));
  let index = 0;
  analysis.walk(({ statement }, before) => {
    if (wanted.has(analysis.steps[index])) {
      const plan = planFor({ statement, before, target: analysis.target });
      if (plan !== undefined) made.set(index, plan);
    }
    index += 1;
  });
  plans.set(analysis, made);
  return made;
}
