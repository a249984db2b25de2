import { directoryOf, type Framework } from '../frameworks/framework.js';
import { lineEndOf } from '../sql/line-ends.js';
import type { Phase, Plan } from './plan.js';
import { commentText } from './plan.js';

/** A migration file to write. */
export interface MigrationFile {
  readonly path: string;
  readonly sql: string;
  /** False when the file must not run inside a transaction. */
  readonly transactional: boolean;
}

/** Where the statement stands that a plan replaces. */
export interface Place {
  readonly path: string;
  readonly text: string;
  /** From the first character of the statement to behind its semicolon. */
  readonly start: number;
  readonly end: number;
  /** True when the first phase may take the statement's place: the file is not applied yet. */
  readonly editable: boolean;
  /** True when the statement runs in a transaction, by BEGIN or by the migration tool. */
  readonly inTransaction: boolean;
}

/**
 * The files of a plan, in the order in which they run. The first phase takes the place of the statement when the file
 * may still be edited; every other phase is a new file behind all that exist.
 * In: the paths of all migrations of the directory. Out: whole texts.
 */
export function planFiles(
  plan: Plan,
  place: Place,
  existing: readonly string[],
  framework: Framework,
): MigrationFile[] {
  const [first] = plan.phases;
  const inPlace = place.editable && first !== undefined && (first.transactional || !place.inTransaction);
  const own = inPlace ? plan.phases.slice(1) : plan.phases;
  const paths = framework.nextPaths(
    existing,
    own.map(({ slug }) => slug),
    directoryOf(place.path),
  );
  const files = own.map((phase, index): MigrationFile => {
    return {
      path: paths[index] ?? `${phase.slug}.sql`,
      sql: heading(plan, phase) + phase.sql,
      transactional: phase.transactional,
    };
  });
  if (inPlace) {
    const sql = replaceStatement(place, heading(plan, first) + first.sql);
    return [{ path: place.path, sql, transactional: first.transactional }, ...files];
  }
  return place.editable
    ? [{ path: place.path, sql: replaceStatement(place, ''), transactional: true }, ...files]
    : files;
}

/** What a person reads at the top of a file: which step it is, why, and what has to happen around it. */
function heading({ phases, before }: Plan, phase: Phase): string {
  const number = phases.indexOf(phase) + 1;
  const lines = [`Step ${number} of ${phases.length}: ${lowerFirst(phase.title)}.`, phase.why];
  if (number === 1 && before !== undefined) {
    lines.push(`Before: ${lowerFirst(before)}`);
  }
  if (phase.deploy !== undefined && number < phases.length) {
    lines.push(`Before the next step: ${lowerFirst(phase.deploy)}`);
  }
  if (phase.verify !== undefined) {
    lines.push(`To verify: ${phase.verify}`);
  }
  return lines.map((line) => `-- ${commentText(line)}\n`).join('');
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Keeps the line ends of the file, and its other SET lock_timeout as the only one. */
function replaceStatement({ text, start, end }: Place, sql: string): string {
  const head = text.slice(0, start);
  const isSet = /^[^\S\n]*set\s+(local\s+)?lock_timeout/im.test(head);
  const replacement = isSet ? sql.replace(/^SET lock_timeout = [^\n]*\n/m, '') : sql;
  const newline = lineEndOf(text);
  return head + replacement.replace(/\n$/, '').replace(/\r?\n/g, newline) + text.slice(end);
}
